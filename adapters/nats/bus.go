package nats

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"convoke/application/port"
)

// Config of a connection to a server. Only URL is needed.
type Config struct {
	URL        string // one or several, separated by commas
	Name       string // of this client, for the server's operator; default convoke
	TopicBytes int64  // disk space of a topic with a retention; default 4 GiB
	Log        *slog.Logger

	options []nats.Option // how to reach an embedded server; tests cut lines with it
	timing  timing        // tests are in a hurry
}

// Bus is a process's connection to JetStream. Safe for concurrent use.
type Bus struct {
	conn   *nats.Conn
	js     jetstream.JetStream
	outlet *outlet
	config Config
	host   string
}

var _ port.Bus = (*Bus)(nil)

// Connect connects to the server and makes sure that it has JetStream. From then on the bus reconnects by itself, for
// as long as it takes.
func Connect(ctx context.Context, config Config) (*Bus, error) {
	config.Name = cmp.Or(config.Name, "convoke")
	config.TopicBytes = cmp.Or(config.TopicBytes, 4<<30)
	config.Log = cmp.Or(config.Log, slog.Default())
	config.timing = cmp.Or(config.timing, defaultTiming)
	host, _ := os.Hostname()
	b := &Bus{config: config, host: host}
	if err := b.open(ctx); err != nil {
		return nil, fmt.Errorf("nats: %w", err)
	}
	return b, nil
}

func (b *Bus) open(ctx context.Context) (err error) {
	if b.conn, err = nats.Connect(b.config.URL, b.options(nats.MaxReconnects(-1), nats.ReconnectWait(250*time.Millisecond),
		nats.DisconnectErrHandler(b.disconnected), nats.ReconnectHandler(b.reconnected))...); err != nil {
		return err
	}
	if b.js, err = jetstream.New(b.conn); err == nil {
		_, err = b.js.AccountInfo(ctx)
	}
	if err == nil {
		b.outlet = newOutlet(b.config.URL, b.options(nats.NoReconnect()))
		_, err = b.outlet.line()
	}
	if err != nil {
		b.conn.Close()
	}
	return err
}

// options are those of every connection, and the given ones. Pings find a dead peer within 15 seconds.
func (b *Bus) options(more ...nats.Option) []nats.Option {
	options := append([]nats.Option{nats.Name(b.config.Name), nats.Timeout(5 * time.Second), nats.PingInterval(5 * time.Second),
		nats.MaxPingsOutstanding(2), nats.DrainTimeout(time.Second), nats.ErrorHandler(b.failed)}, b.config.options...)
	return append(options, more...)
}

// Close ends the connections.
func (b *Bus) Close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, requestLimit)
	defer cancel()
	b.outlet.close()
	var err error
	if b.conn.IsConnected() {
		err = b.conn.FlushWithContext(ctx)
	}
	b.conn.Close()
	return err
}

func (b *Bus) disconnected(_ *nats.Conn, err error) {
	if err != nil {
		b.config.Log.Warn("the broker is gone; reconnecting", "error", err)
	}
}

func (b *Bus) reconnected(conn *nats.Conn) {
	b.config.Log.Info("the broker is back", "url", conn.ConnectedUrlRedacted())
}

func (b *Bus) failed(_ *nats.Conn, sub *nats.Subscription, err error) {
	var subject string
	if sub != nil {
		subject = sub.Subject
	}
	b.config.Log.Warn("the broker reports an error", "subject", subject, "error", err)
}
