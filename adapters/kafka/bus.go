package kafka

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sync/semaphore"

	"convoke/application/port"
)

// Bus is a connection to a Kafka cluster. Safe for concurrent use.
type Bus struct {
	config   Config
	security security
	network  *network
	cluster  *cluster
	producer *producer
	timing   timing
	log      *slog.Logger
	meter    port.Meter
}

var _ port.Bus = (*Bus)(nil)

// New prepares the bus and tries to reach the cluster for a few seconds. A cluster that is away is no error, because
// everything waits for it; what no waiting mends is: a bad configuration, refused credentials, no TLS where it is wanted.
func New(ctx context.Context, config Config) (*Bus, error) {
	return open(ctx, config, productionTiming())
}

func open(ctx context.Context, config Config, t timing) (*Bus, error) {
	config = config.withDefaults()
	secured, err := secure(config)
	if err = errors.Join(config.validate(), err); err != nil {
		return nil, fmt.Errorf("kafka: %w", err)
	}
	b := &Bus{config: config, security: secured, timing: t, meter: config.Meter}
	b.log = config.Log.With("broker", "kafka")
	b.network = newNetwork(dialing(secured.tls), 0)
	b.cluster = newCluster(config, b.network, secured.mechanism)
	b.producer = &producer{
		cluster: b.cluster,
		limits:  &limits{cluster: b.cluster, known: map[string]limit{}},
		meter:   config.Meter,
		outage:  &outage{log: b.log, what: "publishing"},
		timing:  t,
		memory:  semaphore.NewWeighted(inFlight),
		codec:   compression,
		lanes:   map[int32]*lane{},
	}
	if err := b.greet(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("kafka: %w", explain(err)), b.Close(ctx))
	}
	return b, nil
}

// greet looks whether the cluster can be reached as configured.
func (b *Bus) greet(parent context.Context) error {
	const attempts = 3
	ctx, cancel := context.WithTimeout(parent, askTimeout)
	defer cancel()
	wait := pause{first: 200 * time.Millisecond, longest: time.Second}
	for attempt := 1; ; attempt++ {
		_, err := b.cluster.picture(ctx)
		last := attempt == attempts
		switch {
		case err == nil:
			return nil
		case hopeless(err), hungUp(err) && last:
			return err
		case last, !wait.wait(ctx):
			if parent.Err() == nil {
				b.log.Warn("Kafka can not be reached yet", "brokers", b.config.Brokers, "error", err)
			}
			return parent.Err()
		}
		b.cluster.transport.CloseIdleConnections()
	}
}

// cut ends every connection for good, as the end of the process would.
func (b *Bus) cut() {
	b.network.close()
	b.cluster.transport.CloseIdleConnections()
}

// Close ends the connections, after the requests that are being sent, for which it waits until ctx ends.
func (b *Bus) Close(ctx context.Context) error {
	sent := make(chan struct{})
	go func() {
		b.producer.senders.Wait()
		close(sent)
	}()
	var err error
	select {
	case <-sent:
	case <-ctx.Done():
		err = ctx.Err()
	}
	b.cut()
	<-sent // hanging up has ended whatever was still being sent
	return err
}
