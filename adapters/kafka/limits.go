package kafka

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"
)

// limits knows how large a batch may be in each topic (max.message.bytes). Safe for concurrent use.
type limits struct {
	cluster *cluster

	mu    sync.Mutex
	known map[string]limit
}

type limit struct {
	bytes int
	until time.Time
}

// of returns a topic's limit in bytes. A broker that does not tell is asked again soon; until then its default stands
// in for the answer, and the broker itself judges what is larger.
func (l *limits) of(ctx context.Context, topic string) (bytes int, certain bool) {
	const (
		trust    = 5 * time.Minute
		retry    = 10 * time.Second
		standard = 1 << 20
	)
	l.mu.Lock()
	found, ok := l.known[topic]
	l.mu.Unlock()
	if !ok || time.Now().After(found.until) {
		found = limit{l.ask(ctx, topic), time.Now().Add(trust)}
		if found.bytes == 0 {
			found.until = time.Now().Add(retry)
		}
		l.mu.Lock()
		l.known[topic] = found
		l.mu.Unlock()
	}
	if found.bytes == 0 {
		return standard, false
	}
	return found.bytes, true
}

// ask returns 0 when the broker does not tell.
func (l *limits) ask(ctx context.Context, topic string) int {
	const name = "max.message.bytes"
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	answer, err := l.cluster.client.DescribeConfigs(ctx, &kafka.DescribeConfigsRequest{
		Resources: []kafka.DescribeConfigRequestResource{{
			ResourceType: kafka.ResourceTypeTopic, ResourceName: topic, ConfigNames: []string{name},
		}},
	})
	if err != nil {
		return 0
	}
	for _, resource := range answer.Resources {
		for _, entry := range resource.ConfigEntries {
			if entry.ConfigName == name {
				bytes, _ := strconv.Atoi(entry.ConfigValue)
				return bytes
			}
		}
	}
	return 0
}
