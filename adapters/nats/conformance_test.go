package nats

import (
	"context"
	"log/slog"
	"net"
	"os"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"convoke/test/conformance/bus"
	"convoke/test/leak"
	"convoke/test/loopback"
)

func TestMain(m *testing.M) { os.Exit(leak.Check(m.Run())) }

// hurried is the timing of production, twice as fast: a machine that stands still for a moment ends no session.
var hurried = timing{session: defaultTiming.session / 2, tick: defaultTiming.tick / 2}

var features = bus.Features{Partitions: 1, SharedByMessage: true, Failover: hurried.session + hurried.tick, HoldsBeyond: hurried.session}

func TestEmbeddedConforms(t *testing.T) {
	t.Parallel()
	bus.Run(t, bus.Harness{Features: features, Start: func(t *testing.T) bus.Broker {
		embedded := embed(t)
		return bus.Broker{
			Connect: func(t *testing.T) bus.Connection {
				w := &wire{dial: embedded.server.InProcessConn}
				return bus.Connection{Bus: connect(t, Config{options: []nats.Option{nats.InProcessServer(w)}}), Cut: w.cut}
			},
			Refuse: func(t *testing.T, topic string) func() { return refuse(t, embedded.Bus, topic, 7) },
		}
	}})
}

func TestServerConforms(t *testing.T) {
	t.Parallel()
	bus.Run(t, bus.Harness{Features: features, Start: func(t *testing.T) bus.Broker {
		s := startTestServer(t)
		return bus.Broker{
			Connect: func(t *testing.T) bus.Connection {
				w := &wire{dial: func() (net.Conn, error) { return net.Dial("tcp", s.address) }}
				return bus.Connection{Bus: connect(t, Config{URL: "nats://" + s.address, options: []nats.Option{nats.SetCustomDialer(w)}}), Cut: w.cut}
			},
			Refuse: func(t *testing.T, topic string) func() {
				return refuse(t, connect(t, Config{URL: "nats://" + s.address}), topic, 7)
			},
			Interrupt: s.interrupt,
		}
	}})
}

func embed(t testing.TB) *Embedded {
	t.Helper()
	embedded, err := Embed(context.Background(), EmbedConfig{Dir: t.TempDir(), Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shut(t, embedded.Close) })
	return embedded
}

func connect(t testing.TB, config Config) *Bus {
	t.Helper()
	config.Log, config.timing = quiet, hurried
	b, err := Connect(context.Background(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shut(t, b.Close) })
	return b
}

func shut(t testing.TB, closing func(context.Context) error) {
	if err := closing(context.Background()); err != nil {
		t.Errorf("close: %v", err)
	}
}

var quiet = slog.New(slog.DiscardHandler)

// refuse lets the topic's stream take n more messages.
func refuse(t *testing.T, b *Bus, topic string, n int64) (accept func()) {
	t.Helper()
	info, err := b.stream(t.Context(), topic)
	if err != nil {
		t.Fatal(err)
	}
	limited := info.Config
	limited.Discard, limited.MaxMsgs = jetstream.DiscardNew, int64(info.State.Msgs)+n
	update := func(config jetstream.StreamConfig) {
		if _, err := b.js.UpdateStream(t.Context(), config); err != nil {
			t.Fatal(err)
		}
	}
	update(limited)
	return func() { update(info.Config) }
}

// testServer is a server on a port of this machine that can be stopped and started again.
type testServer struct {
	options server.Options
	address string
	running *server.Server
}

func startTestServer(t *testing.T) *testServer {
	t.Helper()
	port, err := loopback.Port()
	if err != nil {
		t.Fatal(err)
	}
	s := &testServer{address: loopback.Address(port), options: server.Options{Host: "127.0.0.1", Port: port, NoSigs: true, NoLog: true,
		MaxPayload: maxPayload, JetStream: true, StoreDir: t.TempDir()}}
	s.start(t)
	t.Cleanup(func() { stopServer(s.running) })
	return s
}

func (s *testServer) start(t *testing.T) {
	t.Helper()
	options := s.options
	started, err := server.NewServer(&options)
	if err != nil {
		t.Fatal(err)
	}
	started.Start()
	if !started.ReadyForConnections(10 * time.Second) {
		t.Fatal("the server is not ready")
	}
	s.running = started
}

func (s *testServer) interrupt(t *testing.T) (resume func()) {
	stopServer(s.running)
	return func() { s.start(t) }
}
