package memory

import (
	"context"
	"sync"

	"convoke/application/port"
)

// queueLength is how many hints wait for a slow subscriber; beyond it they are lost, which is allowed.
const queueLength = 4096

// Hub connects the notifiers of the processes of a deployment. Safe for concurrent use.
type Hub struct {
	mu          sync.Mutex
	subscribers map[*subscriber]bool
}

type subscriber struct {
	owner *Notifier
	hints chan port.Hint
}

// NewHub makes a hub without notifiers.
func NewHub() *Hub { return &Hub{subscribers: map[*subscriber]bool{}} }

// Join adds one process.
func (h *Hub) Join() *Notifier { return &Notifier{hub: h} }

// Notifier is one process's end of a hub. The only one of its hub, as in a deployment of one process, hears nothing.
type Notifier struct{ hub *Hub }

var _ port.Notifier = (*Notifier)(nil)

// Notify hands the hints to the other processes' subscribers. It never blocks.
func (n *Notifier) Notify(ctx context.Context, hints []port.Hint) error {
	n.hub.mu.Lock()
	defer n.hub.mu.Unlock()
	for s := range n.hub.subscribers {
		if s.owner == n {
			continue
		}
		for _, hint := range hints {
			select {
			case s.hints <- hint:
			default:
			}
		}
	}
	return ctx.Err()
}

// Subscribe calls handle until ctx ends.
func (n *Notifier) Subscribe(ctx context.Context, handle func(port.Hint)) error {
	s := &subscriber{owner: n, hints: make(chan port.Hint, queueLength)}
	n.hub.add(s)
	defer n.hub.remove(s)
	for {
		select {
		case hint := <-s.hints:
			handle(hint)
		case <-ctx.Done():
			return nil
		}
	}
}

func (h *Hub) add(s *subscriber) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.subscribers[s] = true
}

func (h *Hub) remove(s *subscriber) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.subscribers, s)
}
