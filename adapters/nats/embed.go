package nats

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"convoke/application/port"
)

const (
	syncInterval = time.Second
	maxPayload   = 16 << 20 // of one message with its headers; topics set their own, lower limits
	maxPending   = 256 << 20
	maxStore     = 1 << 50 // the disk is the limit: a reservation per topic would refuse to start on a small one
	maxMemory    = 64 << 20
)

// EmbedConfig of a server in the process.
type EmbedConfig struct {
	Dir        string // where its files are; no other process may use it
	TopicBytes int64  // disk space of a topic with a retention; default 4 GiB
	Log        *slog.Logger
}

// Embedded is a bus with its own server.
type Embedded struct {
	*Bus
	server *server.Server
}

var (
	_ port.Bus      = (*Embedded)(nil)
	_ port.LateSync = (*Embedded)(nil)
)

// Embed starts a server in the process and connects to it.
func Embed(ctx context.Context, config EmbedConfig) (*Embedded, error) {
	if config.Dir == "" {
		return nil, errors.New("nats: the embedded server needs a folder")
	}
	config.Log = cmp.Or(config.Log, slog.Default())
	running, err := startServer(config)
	if err != nil {
		return nil, fmt.Errorf("nats: embedded server: %w", err)
	}
	bus, err := Connect(ctx, Config{Name: "embedded", TopicBytes: config.TopicBytes, Log: config.Log,
		options: []nats.Option{nats.InProcessServer(running)}})
	if err != nil {
		stopServer(running)
		return nil, err
	}
	return &Embedded{Bus: bus, server: running}, nil
}

// SyncDelay is how long an acknowledged message may be lost to a crash of the machine, with a margin.
func (e *Embedded) SyncDelay() time.Duration { return 2 * syncInterval }

// Close ends the connections and stops the server, which syncs its files.
func (e *Embedded) Close(ctx context.Context) error {
	err := e.Bus.Close(ctx)
	stopServer(e.server)
	return err
}

func startServer(config EmbedConfig) (*server.Server, error) {
	started, err := server.NewServer(&server.Options{
		ServerName: "convoke", DontListen: true, NoSigs: true,
		MaxPayload: maxPayload, MaxPending: maxPending,
		JetStream: true, StoreDir: config.Dir, SyncInterval: syncInterval,
		JetStreamMaxStore: maxStore, JetStreamMaxMemory: maxMemory,
	})
	if err != nil {
		return nil, err
	}
	started.SetLoggerV2(serverLog{config.Log}, false, false, false)
	started.Start()
	if !started.ReadyForConnections(10 * time.Second) {
		stopServer(started)
		return nil, errors.New("not ready within 10 s")
	}
	return started, nil
}

func stopServer(s *server.Server) {
	s.Shutdown()
	s.WaitForShutdown()
}

// serverLog passes on what an operator acts on.
type serverLog struct{ log *slog.Logger }

var _ server.Logger = serverLog{}

func (l serverLog) Noticef(format string, v ...any) { l.at(slog.LevelDebug, format, v) }
func (l serverLog) Errorf(format string, v ...any)  { l.at(slog.LevelError, format, v) }
func (l serverLog) Fatalf(format string, v ...any)  { l.at(slog.LevelError, format, v) }
func (serverLog) Debugf(string, ...any)             {}
func (serverLog) Tracef(string, ...any)             {}

// Warnf leaves out the advice against large payloads: dead letters of the largest messages need them.
func (l serverLog) Warnf(format string, v ...any) {
	if !strings.HasPrefix(format, "Maximum payloads over") {
		l.at(slog.LevelWarn, format, v)
	}
}

func (l serverLog) at(level slog.Level, format string, v []any) {
	l.log.Log(context.Background(), level, "nats: "+fmt.Sprintf(format, v...))
}
