package realkafka

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"golang.org/x/sync/errgroup"

	"convoke/test/loopback"
)

// Options say what sort of cluster is wanted.
type Options struct {
	Brokers int  // 1 or 3; 0: 1
	Secure  bool // adds a SASL_SSL and an SSL listener, see Security
}

// Cluster is a running Kafka. Its methods are for one goroutine at a time.
type Cluster struct {
	Addrs    []string  // of the plain listeners
	Security *Security // of a secure cluster

	dir     string
	brokers []*broker
}

// Start runs a cluster until the test ends, or skips the test, see Require.
func Start(tb testing.TB, o Options) *Cluster {
	tb.Helper()
	Require(tb)
	c, err := Run(o)
	if err != nil {
		tb.Fatalf("start Kafka: %v", err)
	}
	tb.Cleanup(func() {
		if tb.Failed() {
			tb.Log(c.Logs())
		}
		c.Close()
	})
	return c
}

// Run runs a cluster until Close. It returns when all brokers know each other.
func Run(o Options) (*Cluster, error) {
	libs, err := jars()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "realkafka-")
	if err != nil {
		return nil, err
	}
	c := &Cluster{dir: dir}
	if err := c.start(o, libs); err != nil {
		err = fmt.Errorf("%w\n%s", err, c.Logs())
		c.Close()
		return nil, err
	}
	return c, nil
}

func (c *Cluster) start(o Options, libs string) error {
	n := max(o.Brokers, 1)
	nodes, err := newNodes(n, o.Secure)
	if err != nil {
		return err
	}
	if o.Secure {
		if c.Security, err = newSecurity(c.dir, nodes); err != nil {
			return err
		}
	}
	cluster := clusterID()
	for i := range nodes {
		c.Addrs = append(c.Addrs, loopback.Address(nodes[i].plain))
		b := &broker{libs: libs, dir: filepath.Join(c.dir, strconv.Itoa(nodes[i].id))}
		if err := b.configure(properties(nodes, i, b.dir, c.Security)); err != nil {
			return err
		}
		c.brokers = append(c.brokers, b)
	}
	var all errgroup.Group
	for _, b := range c.brokers {
		all.Go(func() error {
			if err := b.format(cluster, c.Security); err != nil {
				return err
			}
			return b.start()
		})
	}
	if err := all.Wait(); err != nil {
		return err
	}
	return c.WaitReady(3 * time.Minute)
}

// WaitReady waits until the cluster lists all of its brokers and every partition has a leader.
func (c *Cluster) WaitReady(limit time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := c.ready(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("kafka is not ready after %s: %w", limit, err)
		}
	}
}

// ready asks each broker, because each learns of the others at its own time.
func (c *Cluster) ready(ctx context.Context) error {
	for _, addr := range c.Addrs {
		conn, err := (&kafka.Dialer{Timeout: time.Second}).DialContext(ctx, "tcp", addr)
		if err != nil {
			return err
		}
		err = c.answers(conn)
		if err = errors.Join(err, conn.Close()); err != nil {
			return fmt.Errorf("%s: %w", addr, err)
		}
	}
	return nil
}

func (c *Cluster) answers(conn *kafka.Conn) error {
	if err := conn.SetDeadline(time.Now().Add(3 * time.Second)); err != nil {
		return err
	}
	brokers, err := conn.Brokers()
	if err != nil {
		return err
	}
	if len(brokers) != len(c.brokers) {
		return fmt.Errorf("lists %d of %d brokers", len(brokers), len(c.brokers))
	}
	partitions, err := conn.ReadPartitions()
	for _, p := range partitions {
		if p.Leader.Host == "" {
			return fmt.Errorf("%s/%d has no leader", p.Topic, p.ID)
		}
	}
	return err
}

// Leader returns the index of the broker that leads a partition.
func (c *Cluster) Leader(topic string, partition int) (int, error) {
	for _, addr := range c.Addrs {
		conn, err := kafka.DialLeader(context.Background(), "tcp", addr, topic, partition)
		if err != nil {
			continue
		}
		leader := conn.Broker()
		conn.Close()
		for i, a := range c.Addrs {
			if a == net.JoinHostPort(leader.Host, strconv.Itoa(leader.Port)) {
				return i, nil
			}
		}
	}
	return 0, fmt.Errorf("no leader of %s/%d", topic, partition)
}

// Kill ends a broker with SIGKILL.
func (c *Cluster) Kill(i int) error { return c.brokers[i].kill() }

// Stop ends a broker with SIGTERM: it hands its partitions over first.
func (c *Cluster) Stop(i int) error { return c.brokers[i].stop() }

// Restart starts a broker that was killed or stopped. It does not wait until it is ready.
func (c *Cluster) Restart(i int) error { return c.brokers[i].start() }

// Freeze holds a broker with SIGSTOP: its connections stay open and nothing answers.
func (c *Cluster) Freeze(i int) error { return c.brokers[i].freeze() }

// Thaw lets a frozen broker go on.
func (c *Cluster) Thaw(i int) error { return c.brokers[i].thaw() }

// Tool runs one of Kafka's own command-line tools, named by its class, with the input and returns what it prints.
func (c *Cluster) Tool(ctx context.Context, input, class string, arguments ...string) (string, error) {
	command := c.brokers[0].java(ctx, class, arguments...)
	command.Stdin = strings.NewReader(input)
	var complaints strings.Builder
	command.Stderr = &complaints
	output, err := command.Output()
	if err != nil {
		err = fmt.Errorf("%s: %w: %s", class, err, complaints.String())
	}
	return string(output), err
}

// Logs returns the end of each broker's log.
func (c *Cluster) Logs() string {
	var all string
	for i, b := range c.brokers {
		all += fmt.Sprintf("--- broker %d\n%s\n", i+1, b.tail())
	}
	return all
}

// PIDs are the processes of the brokers that are up.
func (c *Cluster) PIDs() []int {
	var all []int
	for _, b := range c.brokers {
		if b.process != nil {
			all = append(all, b.process.Pid)
		}
	}
	return all
}

// Close ends the brokers and removes their data.
func (c *Cluster) Close() {
	for _, b := range c.brokers {
		_ = b.kill()
	}
	_ = os.RemoveAll(c.dir)
}

// clusterID returns one that does not begin with a dash, which Kafka's tools would take for an option.
func clusterID() string {
	var id [16]byte
	_, _ = rand.Read(id[:])
	id[0] >>= 1
	return base64.RawURLEncoding.EncodeToString(id[:])
}
