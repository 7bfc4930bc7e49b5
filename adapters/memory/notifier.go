package memory

import (
	"context"
	"sync"

	"convoke/application/port"
)

// queueLength is how many hints wait for a slow subscriber; beyond it they are lost, which is allowed.
const queueLength = 4096

// Notifier is one process's end of a hub. The only one of its hub, as in a deployment of one process, hears nothing.
// Safe for concurrent use.
type Notifier struct{ hub *hub }

var _ port.Notifier = (*Notifier)(nil)

// hub is the network between the processes.
type hub struct {
	mu          sync.Mutex
	subscribers map[*subscriber]bool
}

type subscriber struct {
	owner *Notifier
	hints chan port.Hint
}

// NewNotifier makes the first process's notifier.
func NewNotifier() *Notifier { return &Notifier{&hub{subscribers: map[*subscriber]bool{}}} }

// Connect makes a further process's.
func (n *Notifier) Connect() *Notifier { return &Notifier{n.hub} }

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

func (h *hub) add(s *subscriber) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.subscribers[s] = true
}

func (h *hub) remove(s *subscriber) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.subscribers, s)
}
