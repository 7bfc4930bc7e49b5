package memory

import (
	"errors"
	"fmt"
	"hash/maphash"
	"maps"
	"slices"
	"sync"
	"time"

	"convoke/application/port"
)

// broker holds the topics. One mutex guards everything below it: bells, partitions, groups and cursors.
type broker struct {
	mu          sync.Mutex
	topics      map[string]*topic
	created     bell // rings when a topic is created
	connections int
	seed        maphash.Seed
	refuse      func(port.Message) error // asked before each append; for tests of partial failure
}

type topic struct {
	port.Topic
	partitions []*partition
	groups     map[string]*group
	turn       int // next partition for a message without a key
}

func newBroker() *broker {
	return &broker{topics: map[string]*topic{}, seed: maphash.MakeSeed()}
}

func (b *broker) connect() *Bus {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.connections++
	return &Bus{broker: b, id: fmt.Sprintf("connection-%d", b.connections), cut: make(chan struct{})}
}

func (b *broker) provision(topics []port.Topic) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, t := range topics {
		if b.topics[t.Name] != nil {
			continue
		}
		created := &topic{Topic: t, groups: map[string]*group{}}
		for i := range max(t.Partitions, 1) {
			created.partitions = append(created.partitions, &partition{number: int32(i)})
		}
		b.topics[t.Name] = created
	}
	b.created.ring()
}

func (b *broker) topic(name string) (*topic, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if t := b.topics[name]; t != nil {
		return t, nil
	}
	return nil, unknownTopic(name)
}

// append stores the batch. A key is spoilt by its first failure: its later messages are not stored.
func (b *broker) append(batch []port.Message, now time.Time) []error {
	type key struct{ topic, key string }
	spoilt := map[key]bool{}
	var errs []error
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, m := range batch {
		err := port.ErrNotSent
		if k := (key{m.Topic, m.Key}); !spoilt[k] {
			err = b.store(m, now)
			spoilt[k] = err != nil && m.Key != "" && !errors.Is(err, port.ErrTooLarge)
		}
		if err != nil {
			if errs == nil {
				errs = make([]error, len(batch))
			}
			errs[i] = err
		}
	}
	return errs
}

func (b *broker) store(m port.Message, now time.Time) error {
	t := b.topics[m.Topic]
	switch {
	case t == nil:
		return unknownTopic(m.Topic)
	case t.MaxBytes > 0 && size(m) > t.MaxBytes:
		return port.ErrTooLarge
	}
	if b.refuse != nil {
		if err := b.refuse(m); err != nil {
			return err
		}
	}
	p := t.pick(b.seed, m.Key)
	p.append(m, now)
	if t.Retention > 0 {
		p.trim(now.Add(-t.Retention))
	}
	return nil
}

func (t *topic) pick(seed maphash.Seed, key string) *partition {
	if key == "" {
		t.turn++
		return t.partitions[t.turn%len(t.partitions)]
	}
	return t.partitions[maphash.String(seed, key)%uint64(len(t.partitions))]
}

func size(m port.Message) int {
	n := len(m.Key) + len(m.Value)
	for name, value := range m.Headers {
		n += len(name) + len(value)
	}
	return n
}

// partition is a log: messages[i] has offset first+i.
type partition struct {
	number   int32
	first    int64
	messages []port.Message
	changed  bell // rings when a reader may have something new to do
}

func (p *partition) end() int64 { return p.first + int64(len(p.messages)) }

func (p *partition) append(m port.Message, now time.Time) {
	m = clone(m)
	m.Partition, m.Offset, m.Time = p.number, p.end(), now
	p.messages = append(p.messages, m)
	p.changed.ring()
}

// trim forgets what is older than the limit.
func (p *partition) trim(limit time.Time) {
	n := 0
	for n < len(p.messages) && p.messages[n].Time.Before(limit) {
		n++
	}
	if n > 0 {
		p.messages = slices.Delete(p.messages, 0, n)
		p.first += int64(n)
	}
}

// at returns a copy of the message at the offset, which must be held.
func (p *partition) at(offset int64) port.Message { return clone(p.messages[offset-p.first]) }

// since returns the offset of the first message that is not older than the limit.
func (p *partition) since(limit time.Time) int64 {
	n, _ := slices.BinarySearchFunc(p.messages, limit, func(m port.Message, t time.Time) int { return m.Time.Compare(t) })
	return p.first + int64(n)
}

func clone(m port.Message) port.Message {
	m.Value = slices.Clone(m.Value)
	m.Headers = maps.Clone(m.Headers)
	return m
}

// bell wakes everybody who waits. The broker's mutex guards it.
type bell struct{ rung chan struct{} }

func (b *bell) wait() <-chan struct{} {
	if b.rung == nil {
		b.rung = make(chan struct{})
	}
	return b.rung
}

func (b *bell) ring() {
	if b.rung != nil {
		close(b.rung)
		b.rung = nil
	}
}
