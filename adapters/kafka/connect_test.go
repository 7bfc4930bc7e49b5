package kafka

import (
	"context"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"convoke/application/port"
	"convoke/test/fakekafka"
	"convoke/test/loopback"
)

func TestABadConfigurationNamesEveryProblem(t *testing.T) {
	t.Parallel()
	_, err := New(t.Context(), Config{
		Brokers: []string{"localhost"},
		SASL:    SASL{Mechanism: "gssapi", Username: "alice"},
		TLS:     TLS{CA: "/nowhere/ca.pem"},
	})
	for _, want := range []string{`"localhost" is not host:port`, "a password", `"gssapi"`, "/nowhere/ca.pem"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want it to name %s", err, want)
		}
	}
	if _, err := New(t.Context(), Config{}); err == nil || !strings.Contains(err.Error(), "no broker") {
		t.Errorf("without brokers: %v", err)
	}
}

func TestWrongCredentialsAreOneClearError(t *testing.T) {
	t.Parallel()
	for _, mechanism := range []string{"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"} {
		t.Run(mechanism, func(t *testing.T) {
			t.Parallel()
			fake := fakekafka.Start(t, kfake.EnableSASL(), kfake.Superuser(mechanism, "admin", "right"))
			attempts := 0
			fake.ControlKey(int16(kmsg.SASLHandshake), func(kmsg.Request) (kmsg.Response, error, bool) {
				fake.KeepControl()
				attempts++
				return nil, nil, false
			})
			config := Config{Brokers: fake.ListenAddrs(), SASL: SASL{Mechanism: strings.ToLower(mechanism), Username: "admin", Password: "right"}}
			connectWith(t, config, func(*timing) {})
			attempts = 0
			config.SASL.Password = "wrong"
			start := time.Now()

			_, err := New(t.Context(), config)

			if err == nil || !strings.Contains(err.Error(), "the credentials") {
				t.Errorf("error %v", err)
			}
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("it took %v", took)
			}
			if attempts > 6 { // three by New, and kafka-go's own
				t.Errorf("%d attempts", attempts)
			}
		})
	}
}

// A broker that wants SASL hangs up on who does not offer it.
func TestMissingCredentialsAreExplained(t *testing.T) {
	t.Parallel()
	fake := fakekafka.Start(t, kfake.EnableSASL(), kfake.Superuser("PLAIN", "admin", "right"))

	_, err := New(t.Context(), Config{Brokers: fake.ListenAddrs(), Log: slog.New(slog.DiscardHandler)})

	if err == nil || !strings.Contains(err.Error(), "TLS or SASL") {
		t.Errorf("error %v", err)
	}
}

// A cluster that is away when the program starts is waited for.
func TestAClusterThatComesLaterIsFound(t *testing.T) {
	t.Parallel()
	free, err := loopback.Port()
	if err != nil {
		t.Fatal(err)
	}
	b := connectWith(t, Config{Brokers: []string{loopback.Address(free)}}, impatient)
	book := newLedger()
	consume(t, b, port.Subscription{Topic: "in", Group: "group"}, book.handle)
	if err := b.Check(t.Context(), nil); err == nil {
		t.Error("a cluster that is away passes the check")
	}

	fakekafka.Start(t, kfake.NumBrokers(1), kfake.Ports(free), kfake.SeedTopics(2, "in"))

	send(t, b, "in", "key", 1, 5, book)
	book.settle(t, 30*time.Second)
}

func TestAConnectionNeverWaitsForEver(t *testing.T) {
	t.Parallel()
	here, there := net.Pipe()
	defer there.Close()
	n := newNetwork(func(context.Context, string, string) (net.Conn, error) { return here, nil }, 20*time.Millisecond)
	c, err := n.dial(t.Context(), "tcp", "anywhere:1")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetReadDeadline(time.Time{}); err != nil {
		t.Fatal(err)
	}

	_, err = c.Read(make([]byte, 1))

	if timeout, ok := err.(net.Error); !ok || !timeout.Timeout() {
		t.Errorf("read: %v, want a timeout", err)
	}
}

func TestANetworkThatIsClosedOpensNothing(t *testing.T) {
	t.Parallel()
	n := newNetwork(func(context.Context, string, string) (net.Conn, error) {
		here, _ := net.Pipe()
		return here, nil
	}, 0)
	c, err := n.dial(t.Context(), "tcp", "anywhere:1")
	if err != nil {
		t.Fatal(err)
	}

	n.close()

	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("an open connection survived")
	}
	if _, err := n.dial(t.Context(), "tcp", "anywhere:1"); err == nil {
		t.Error("a new connection was opened")
	}
}

func TestClosingANetworkEndsItsDials(t *testing.T) {
	t.Parallel()
	dialing := make(chan struct{})
	n := newNetwork(func(ctx context.Context, _, _ string) (net.Conn, error) {
		close(dialing)
		<-ctx.Done()
		return nil, ctx.Err()
	}, 0)
	ended := make(chan error)
	go func() {
		_, err := n.dial(t.Context(), "tcp", "nowhere:1")
		ended <- err
	}()
	<-dialing

	n.close()

	if err := <-ended; err == nil {
		t.Error("a connection was opened")
	}
}

func TestClosingEndsWhatIsBeingSent(t *testing.T) {
	t.Parallel()
	fake := fakekafka.Start(t)
	b, err := open(context.Background(), Config{Brokers: fake.ListenAddrs(), Log: slog.New(slog.DiscardHandler)}, productionTiming())
	if err != nil {
		t.Fatal(err)
	}
	topic := provision(t, b, 1)
	asked := make(chan struct{})
	fake.ControlKey(int16(kmsg.Produce), func(kmsg.Request) (kmsg.Response, error, bool) {
		close(asked)
		return nil, nil, true
	})
	publish, abandon := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		b.Publish(publish, []port.Message{{Topic: topic}})
	}()
	<-asked
	abandon()
	<-ended
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()

	start := time.Now()
	_ = b.Close(ctx)

	if took := time.Since(start); took > 8*time.Second {
		t.Errorf("closing took %v", took)
	}
}
