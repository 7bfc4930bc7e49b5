package websocket

import "convoke/application/watch"

// Bounds of what is queued for one socket: room for the answers to a full set of subscriptions, and for a few of the
// largest drawings.
const (
	maxItems  = 4 * maxSubscription
	maxWeight = 32 << 20 // bytes
)

// item is one message to be written: bytes, or a state that is rendered when its turn comes.
type item struct {
	text         []byte
	subscription *subscription
	state        watch.State // of a snapshot or terminal message; nil: the subscription's newest
	snapshot     bool
	weight       int // bytes held in memory
}

// queue is what waits to be written, oldest first.
type queue struct {
	items  []item
	weight int
}

func (q *queue) push(i item) {
	q.items = append(q.items, i)
	q.weight += i.weight
}

func (q *queue) overfull() bool { return len(q.items) > maxItems || q.weight > maxWeight }

// pop returns the oldest item. The memory is given back when the queue is empty.
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
