package kafka

import (
	"context"
	"fmt"
	"maps"
	"sync"

	"github.com/segmentio/kafka-go"
)

// commits sends what is done to the coordinator, bound to the generation. What comes while a commit is under way goes
// with the next one. Safe for concurrent use.
type commits struct {
	generation *kafka.Generation
	topic      string
	some       chan struct{} // holds a token while there is something to send

	mu   sync.Mutex
	done map[int]int64 // next offset by partition
}

func newCommits(g *kafka.Generation, topic string) *commits {
	return &commits{generation: g, topic: topic, some: make(chan struct{}, 1), done: map[int]int64{}}
}

// add takes down that everything below the offset is done.
func (c *commits) add(partition int32, offset int64) {
	c.mu.Lock()
	c.done[int(partition)] = offset
	c.mu.Unlock()
	select {
	case c.some <- struct{}{}:
	default:
	}
}

// run sends until ctx ends. A commit that fails ends the generation: the group has gone on without this member, or the
// coordinator can not be reached, and reading on would only add to what must be done twice.
func (c *commits) run(ctx context.Context) error {
	for {
		select {
		case <-c.some:
			if err := c.flush(); err != nil {
				return err
			}
		case <-ctx.Done():
			return nil
		}
	}
}

// flush sends what is left.
func (c *commits) flush() error {
	c.mu.Lock()
	done := maps.Clone(c.done)
	clear(c.done)
	c.mu.Unlock()
	if len(done) == 0 {
		return nil
	}
	return c.send(done)
}

// now commits an offset and returns when the coordinator has it.
func (c *commits) now(partition int32, offset int64) error {
	return c.send(map[int]int64{int(partition): offset})
}

func (c *commits) send(offsets map[int]int64) error {
	if err := c.generation.CommitOffsets(map[string]map[int]int64{c.topic: offsets}); err != nil {
		return fmt.Errorf("commit %s: %w", c.topic, err)
	}
	return nil
}
