package watch

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"convoke/application/port"
)

// maxWaiting bounds the hints that wait for a slow notifier; beyond it they are lost, which is allowed.
const maxWaiting = 10_000

// Announcer tells this process's hub at once, and the other processes by the notifier, what has been committed. Hints
// about one thing that wait are merged. Safe for concurrent use.
type Announcer struct {
	hub      *Hub
	notifier port.Notifier
	log      *slog.Logger

	mu      sync.Mutex
	waiting map[Topic]uint64
	wake    chan struct{}
	losing  bool // the last hints were lost; only Run's goroutine looks at it
}

// NewAnnouncer makes an announcer.
func NewAnnouncer(hub *Hub, notifier port.Notifier, log *slog.Logger) *Announcer {
	return &Announcer{hub: hub, notifier: notifier, log: log, waiting: map[Topic]uint64{}, wake: make(chan struct{}, 1)}
}

// Announce tells of committed states. It never blocks on the network.
func (a *Announcer) Announce(states ...State) {
	a.hub.Offer(states...)
	a.mu.Lock()
	for _, s := range states {
		if number, ok := a.waiting[s.Topic()]; ok || len(a.waiting) < maxWaiting {
			a.waiting[s.Topic()] = max(number, s.Number())
		}
	}
	a.mu.Unlock()
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

// Run sends the hints until ctx ends.
func (a *Announcer) Run(ctx context.Context) error {
	for {
		select {
		case <-a.wake:
			a.flush(ctx)
		case <-ctx.Done():
			return nil
		}
	}
}

func (a *Announcer) flush(ctx context.Context) {
	a.mu.Lock()
	waiting := a.waiting
	a.waiting = map[Topic]uint64{}
	a.mu.Unlock()
	hints := make([]port.Hint, 0, len(waiting))
	for topic, number := range waiting {
		hints = append(hints, port.Hint{Kind: topic.Kind, ID: topic.ID, Number: number})
	}
	if len(hints) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	err := a.notifier.Notify(ctx, hints)
	if err != nil && !a.losing {
		a.log.Warn("hints are being lost; watchers elsewhere are caught up by comparison", "error", err)
	}
	if err == nil && a.losing {
		a.log.Info("hints are carried again")
	}
	a.losing = err != nil
}
