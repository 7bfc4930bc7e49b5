package redis

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	client "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
	"github.com/sony/gobreaker/v2"

	"convoke/application/port"
)

const (
	defaultTimeout = 50 * time.Millisecond
	dialTimeout    = time.Second // dialling goes on behind a call that has given up, for the next one
	openFor        = 250 * time.Millisecond
	poolSize       = 16
	idleTime       = 5 * time.Minute
)

// Measurements.
const (
	upGauge       = "convoke_redis_up"
	errorsCounter = "convoke_redis_errors_total"
)

// ErrIll is the error of a call that was not even tried, because Redis failed a moment ago.
var ErrIll = errors.New("not asked: it failed a moment ago")

// Config of a Client. Only the URL is required.
type Config struct {
	URL     string        // redis://user:password@host:6379/0, rediss:// for TLS, or unix:///path
	Prefix  string        // before every key and the channel, so that deployments can share a server
	Timeout time.Duration // of one call; 0: 50 ms
	Meter   port.Meter    // nil: nothing is measured
	Log     *slog.Logger  // nil: the default logger
}

// Client is the connection to one server: a bounded pool, and the circuit around it. Safe for concurrent use.
type Client struct {
	redis   *client.Client
	config  Config
	sender  string // tells this process's hints from others'
	circuit *gobreaker.CircuitBreaker[struct{}]
	ill     atomic.Bool
}

var _ port.Checker = (*Client)(nil)

// Open makes a client. It returns at once, without having talked to the server; its only error is a URL that makes no sense.
func Open(config Config) (*Client, error) {
	options, err := parse(config.URL)
	if err != nil {
		return nil, err
	}
	config.Timeout = cmp.Or(config.Timeout, defaultTimeout)
	config.Log = cmp.Or(config.Log, slog.Default())
	client.SetLogger(libraryLog{config.Log})
	c := &Client{config: config, sender: rand.Text()[:senderLength]}
	c.redis = client.NewClient(tune(options, config.Timeout))
	c.circuit = gobreaker.NewCircuitBreaker[struct{}](gobreaker.Settings{
		Timeout:     openFor,
		ReadyToTrip: func(gobreaker.Counts) bool { return true },
		IsExcluded:  func(err error) bool { return errors.Is(err, errGaveUp) },
	})
	c.gauge(1)
	return c, nil
}

// CheckURL returns an error when Open would not take the URL. It never repeats the URL, which may hold a password.
func CheckURL(url string) error {
	_, err := parse(url)
	return err
}

// Cache returns the server as a cache.
func (c *Client) Cache() *Cache { return &Cache{c} }

// Notifier returns the server as a notifier of this process.
func (c *Client) Notifier() *Notifier { return &Notifier{c, c.config.Prefix + "hints"} }

// Check asks the server for a sign of life, within the timeout.
func (c *Client) Check(ctx context.Context) error {
	return c.do(ctx, "ping", func(ctx context.Context) error { return c.redis.Ping(ctx).Err() })
}

// Close ends the connections. Subscribers are to be stopped before.
func (c *Client) Close() error { return c.redis.Close() }

func parse(url string) (*client.Options, error) {
	options, err := client.ParseURL(url)
	if err != nil {
		return nil, errors.New("must look like redis://user:password@host:6379/0, or rediss:// for TLS")
	}
	return options, nil
}

// tune bounds everything that can take time or room. The client's own retries are off: the circuit's probes are enough.
func tune(o *client.Options, timeout time.Duration) *client.Options {
	o.Protocol = 2
	o.DisableIdentity = true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	o.MaxRetries, o.DialerRetries = -1, 1
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = dialTimeout, timeout, timeout, timeout
	o.ContextTimeoutEnabled = true
	o.PoolSize, o.MaxActiveConns, o.PipelinePoolSize = poolSize, poolSize, -1
	o.MinIdleConns, o.ConnMaxIdleTime = 0, idleTime
	return o
}

// libraryLog takes what the client library would write to standard error at each failed dial. It has one logger for the
// whole process; the circuit says all that an operator needs.
type libraryLog struct{ log *slog.Logger }

// Printf logs for those who debug.
func (l libraryLog) Printf(ctx context.Context, format string, arguments ...any) {
	if l.log.Enabled(ctx, slog.LevelDebug) {
		l.log.DebugContext(ctx, fmt.Sprintf(format, arguments...))
	}
}

// errGaveUp marks a call that its caller ended: that says nothing about the server.
var errGaveUp = errors.New("the caller gave up")

// do makes one call through the circuit.
func (c *Client) do(ctx context.Context, operation string, call func(context.Context) error) error {
	_, err := c.circuit.Execute(func() (struct{}, error) {
		limited, cancel := context.WithTimeout(ctx, c.config.Timeout)
		defer cancel()
		err := call(limited)
		if err != nil && ctx.Err() != nil {
			err = fmt.Errorf("%w: %w", errGaveUp, ctx.Err())
		}
		return struct{}{}, err
	})
	err = translate(err)
	c.judge(operation, err)
	if err != nil {
		return fmt.Errorf("redis: %s: %w", operation, err)
	}
	return nil
}

// translate puts the circuit's refusals into this package's words.
func translate(err error) error {
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		return ErrIll
	}
	return err
}

// judge tells the operator once when Redis falls ill and once when it is well again.
func (c *Client) judge(operation string, err error) {
	switch {
	case errors.Is(err, ErrIll), errors.Is(err, errGaveUp):
	case err == nil:
		if c.ill.Load() && c.ill.CompareAndSwap(true, false) {
			c.gauge(1)
			c.config.Log.Info("redis answers again")
		}
	default:
		if c.config.Meter != nil {
			c.config.Meter.Add(errorsCounter, 1, operation)
		}
		if c.ill.CompareAndSwap(false, true) {
			c.gauge(0)
			c.config.Log.Warn("redis is ill; going on without it", "operation", operation, "error", err)
		}
	}
}

func (c *Client) gauge(up float64) {
	if c.config.Meter != nil {
		c.config.Meter.Set(upGauge, up)
	}
}
