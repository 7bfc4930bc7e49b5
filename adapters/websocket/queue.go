package websocket

import (
	"sync/atomic"

	"convoke/application/watch"
)

// Bounds of what is queued: for one socket room for the answers to a full set of subscriptions, and for a few of the largest
// drawings; for all together what a process can spare. When that is used up, who has more than a little queued is too slow.
const (
	maxItems  = 4 * maxSubscription
	maxWeight = 32 << 20 // bytes
	maxQueued = 256 << 20
	little    = 64 << 10
)

// item is one message to be written: bytes, or a state that is rendered when its turn comes.
type item struct {
	text         []byte
	subscription *subscription
	state        watch.State // of a snapshot or terminal message; nil: the subscription's newest
	snapshot     bool
	weight       int  // bytes held in memory
	shared       bool // by all who watch the same
}

// queue is what waits to be written, oldest first.
type queue struct {
	items  []item
	weight int
	queued *atomic.Int64 // the weight of all queues, without what their sockets share
}

func (q *queue) push(i item) {
	q.items = append(q.items, i)
	q.weight += i.weight
	q.queued.Add(int64(i.weight))
}

func (q *queue) overfull() bool {
	return len(q.items) > maxItems || q.weight > maxWeight || q.weight > little && q.queued.Load() > maxQueued
}

// pop returns the oldest item. Its weight counts among that of all until it has been written. The memory is given back when
// the queue is empty.
func (q *queue) pop() (item, bool) {
	if len(q.items) == 0 {
		return item{}, false
	}
	i := q.items[0]
	q.weight -= i.weight
	q.items[0] = item{}
	if q.items = q.items[1:]; len(q.items) == 0 {
		q.items = nil
	}
	return i, true
}

// written notes that an item is out of memory.
func (q *queue) written(i item) {
	if !i.shared {
		q.queued.Add(-int64(i.weight))
	}
}

// empty throws away what waits.
func (q *queue) empty() {
	for _, i := range q.items {
		q.queued.Add(-int64(i.weight))
	}
	q.items, q.weight = nil, 0
}
