package realkafka

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

const logging = `status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{HH:mm:ss,SSS} %p %c{1} %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
`

// broker is one Kafka process.
type broker struct {
	libs string
	dir  string

	process *os.Process
	exited  chan struct{}
	guard   *guard
}

func (b *broker) configure(properties string) error {
	if err := os.MkdirAll(b.dir, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(b.path("log4j2.properties"), []byte(logging), 0o644); err != nil {
		return err
	}
	return os.WriteFile(b.path("server.properties"), []byte(properties), 0o600)
}

func (b *broker) format(cluster string, s *Security) error {
	arguments := []string{"format", "-t", cluster, "-c", b.path("server.properties")}
	if s != nil {
		arguments = append(arguments, s.scramArguments()...)
	}
	if out, err := b.java(context.Background(), "kafka.tools.StorageTool", arguments...).CombinedOutput(); err != nil {
		return fmt.Errorf("format the data folder: %w: %s", err, out)
	}
	return nil
}

func (b *broker) start() error {
	output, err := os.OpenFile(b.path("output.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer output.Close()
	command := b.java(context.Background(), "kafka.Kafka", b.path("server.properties"))
	command.Stdout, command.Stderr = output, output
	if err := command.Start(); err != nil {
		return err
	}
	b.process, b.exited = command.Process, make(chan struct{})
	go func(exited chan struct{}) {
		defer close(exited)
		_ = command.Wait()
	}(b.exited)
	b.guard, err = newGuard(command.Process.Pid)
	return err
}

func (b *broker) java(ctx context.Context, class string, arguments ...string) *exec.Cmd {
	flags := []string{"-cp", filepath.Join(b.libs, "*"), "-Xms256m", "-Xmx512m", "-XX:+UseSerialGC",
		"-Dlog4j2.configurationFile=" + b.path("log4j2.properties"), class}
	return exec.CommandContext(ctx, "java", append(flags, arguments...)...)
}

func (b *broker) kill() error { return b.end(syscall.SIGKILL) }

func (b *broker) stop() error { return b.end(syscall.SIGTERM) }

// end signals the process and waits until it is gone; one that ignores SIGTERM is killed after a while.
func (b *broker) end(signal syscall.Signal) error {
	if b.process == nil {
		return nil
	}
	defer func() {
		b.process = nil
		b.guard.dismiss()
	}()
	if err := b.process.Signal(signal); err != nil {
		<-b.exited
		return nil
	}
	patience := time.NewTimer(45 * time.Second)
	defer patience.Stop()
	select {
	case <-b.exited:
		return nil
	case <-patience.C:
		_ = b.process.Kill()
		<-b.exited
		return fmt.Errorf("the broker did not stop by itself")
	}
}

func (b *broker) freeze() error { return b.process.Signal(syscall.SIGSTOP) }
func (b *broker) thaw() error   { return b.process.Signal(syscall.SIGCONT) }

func (b *broker) tail() string {
	const enough = 4 << 10
	file, err := os.Open(b.path("output.log"))
	if err != nil {
		return err.Error()
	}
	defer file.Close()
	if info, err := file.Stat(); err == nil && info.Size() > enough {
		_, _ = file.Seek(-enough, io.SeekEnd)
	}
	text, _ := io.ReadAll(file)
	return string(text)
}

func (b *broker) path(name string) string { return filepath.Join(b.dir, name) }

// guard is a small process that kills the broker when the test process is gone, however it went: it notices by the end
// of its input.
type guard struct {
	command *exec.Cmd
	input   io.Closer
}

func newGuard(pid int) (*guard, error) {
	command := exec.Command("sh", "-c", `read _ || kill -9 "$1"`, "sh", strconv.Itoa(pid))
	input, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	return &guard{command, input}, command.Start()
}

func (g *guard) dismiss() {
	if g == nil {
		return
	}
	_ = g.command.Process.Kill()
	_ = g.input.Close()
	_ = g.command.Wait()
}
