package watch

import (
	"context"
	"time"
)

// paced is a topic whose watchers have been told a moment ago, or will be in one.
type paced struct {
	newest State  // what has come since; nil: nothing
	hinted uint64 // the highest number that hints spoke of since
}

// hold keeps back a state of a topic that has a pace: it is told by Run, at once if none was told a moment ago. A thousand
// changes in a second become few messages for each of a thousand watchers, and whoever made one does not wait for that.
func (h *Hub) hold(state State) bool {
	topic := state.Topic()
	if h.config.Pace[topic.Kind] == 0 || state.Settled() {
		return false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.entries[topic] == nil {
		return true // nobody is to be told
	}
	p := h.paced[topic]
	if p == nil {
		h.paced[topic] = &paced{newest: state}
		h.dueNow(topic)
	} else if p.newest == nil || p.newest.Number() < state.Number() {
		p.newest = state
	}
	return true
}

// holdHint keeps back a hint about a topic that waits for its time: by then a newer state may be there without a
// reading. h.mu is held.
func (h *Hub) holdHint(topic Topic, number uint64) bool {
	p := h.paced[topic]
	if p != nil {
		p.hinted = max(p.hinted, number)
	}
	return p != nil
}

// dueNow has Run release the topic; h.mu is held.
func (h *Hub) dueNow(topic Topic) {
	h.due = append(h.due, topic)
	select {
	case h.release <- struct{}{}:
	default:
	}
}

// releaseAfter has Run release the topic when its pace allows.
func (h *Hub) releaseAfter(topic Topic, pace time.Duration) {
	time.AfterFunc(pace, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.dueNow(topic)
	})
}

// releaseAll tells what was kept back when its time has come, until ctx ends.
func (h *Hub) releaseAll(ctx context.Context) {
	for {
		select {
		case <-h.release:
			for _, state := range h.takeDue() {
				h.tell(state)
			}
		case <-ctx.Done():
			return
		}
	}
}

func (h *Hub) takeDue() (states []State) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, topic := range h.due {
		p := h.paced[topic]
		told := uint64(0)
		if p.newest == nil {
			delete(h.paced, topic)
		} else {
			told = p.newest.Number()
			states = append(states, p.newest)
			h.paced[topic] = &paced{}
			h.releaseAfter(topic, h.config.Pace[topic.Kind])
		}
		if a := h.entries[topic]; a != nil && p.hinted > max(told, a.seen) {
			h.spoil(topic, p.hinted)
		}
	}
	h.due = nil
	return states
}
