package kafka

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
	"github.com/segmentio/kafka-go/protocol/listoffsets"
	"github.com/segmentio/kafka-go/protocol/metadata"
	"github.com/segmentio/kafka-go/sasl"
	"golang.org/x/sync/errgroup"
)

// cluster is the way to the brokers: requests, and the picture of who leads what. Safe for concurrent use.
type cluster struct {
	addr      net.Addr
	brokers   []string
	transport *kafka.Transport
	client    *kafka.Client

	mu        sync.Mutex
	refreshed time.Time
}

// newCluster makes no connection yet.
func newCluster(config Config, n *network, mechanism sasl.Mechanism) *cluster {
	transport := &kafka.Transport{
		Dial:        n.dial,
		DialTimeout: dialTimeout,
		MetadataTTL: metadataTTL,
		ClientID:    config.ClientID,
		SASL:        mechanism,
	}
	return &cluster{
		addr:      kafka.TCP(config.Brokers...),
		brokers:   config.Brokers,
		transport: transport,
		client:    &kafka.Client{Addr: kafka.TCP(config.Brokers...), Transport: transport},
	}
}

// ask sends a request and waits at most limit for the answer. The limit is a deadline and not only a cancellation,
// because kafka-go keeps an abandoned connection waiting until its deadline.
func (c *cluster) ask(ctx context.Context, limit time.Duration, request protocol.Message) (protocol.Message, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return c.transport.RoundTrip(ctx, c.addr, request)
}

// refresh has the picture of the cluster taken anew: kafka-go does that only for a new pool of connections. Requests
// that are under way keep theirs.
func (c *cluster) refresh() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Since(c.refreshed) >= refreshEvery {
		c.refreshed = time.Now()
		c.transport.CloseIdleConnections()
	}
}

// picture returns what is known of the cluster, limited to the topics unless there are none.
func (c *cluster) picture(ctx context.Context, topics ...string) (*metadata.Response, error) {
	answer, err := c.ask(ctx, askTimeout, &metadata.Request{TopicNames: topics})
	if err != nil {
		return nil, err
	}
	return answer.(*metadata.Response), nil
}

// leaders returns the broker that leads each partition of a topic, −1 where there is none at the moment.
func (c *cluster) leaders(ctx context.Context, topic string) ([]int32, error) {
	picture, err := c.picture(ctx, topic)
	if err != nil {
		return nil, err
	}
	found := picture.Topics[0]
	if err := asError(found.ErrorCode); err != nil && len(found.Partitions) == 0 {
		return nil, fmt.Errorf("topic %s: %w", topic, err)
	}
	leaders := make([]int32, len(found.Partitions))
	for _, p := range found.Partitions {
		if int(p.PartitionIndex) >= len(leaders) {
			return nil, fmt.Errorf("topic %s: %w", topic, kafka.LeaderNotAvailable)
		}
		leaders[p.PartitionIndex] = p.LeaderID
	}
	return leaders, nil
}

// addresses returns the brokers that are known now, in front of those of the configuration, each group in random order.
func (c *cluster) addresses(ctx context.Context) []string {
	var known []string
	if picture, err := c.picture(ctx); err == nil {
		for _, b := range picture.Brokers {
			known = append(known, net.JoinHostPort(b.Host, strconv.Itoa(int(b.Port))))
		}
	}
	return append(shuffled(known), shuffled(c.brokers)...)
}

// offset asks for the offset of a partition at a time in ms, or at kafka.FirstOffset or kafka.LastOffset. It is −1 when
// nothing is as young as the time.
func (c *cluster) offset(ctx context.Context, topic string, partition int32, at int64) (int64, error) {
	answer, err := c.ask(ctx, askTimeout, &listoffsets.Request{
		ReplicaID: -1,
		Topics: []listoffsets.RequestTopic{{
			Topic:      topic,
			Partitions: []listoffsets.RequestPartition{{Partition: partition, CurrentLeaderEpoch: -1, Timestamp: at}},
		}},
	})
	if err != nil {
		return 0, err
	}
	response := answer.(*listoffsets.Response)
	if len(response.Topics) == 0 || len(response.Topics[0].Partitions) == 0 {
		return 0, errors.New("the broker did not answer for the partition")
	}
	found := response.Topics[0].Partitions[0]
	return found.Offset, asError(found.ErrorCode)
}

// offsets asks for the same offset of all n partitions, a few at a time.
func (c *cluster) offsets(ctx context.Context, topic string, n int, at int64) ([]int64, error) {
	const abreast = 4 // each takes a connection
	offsets := make([]int64, n)
	var group errgroup.Group
	group.SetLimit(abreast)
	for i := range offsets {
		group.Go(func() (err error) {
			offsets[i], err = c.offset(ctx, topic, int32(i), at)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("offsets of %s: %w", topic, err)
	}
	return offsets, nil
}

func shuffled(list []string) []string {
	list = slices.Clone(list)
	rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}
