package watch

import "time"

// paced is a topic whose watchers have been told a moment ago.
type paced struct{ newest State } // what has come since; nil: nothing

// hold keeps a state back if it comes too soon after the one before. The newest that was kept back is told when the
// topic's pace allows: a thousand changes in a second become few messages for each of a thousand watchers.
func (h *Hub) hold(state State) bool {
	topic := state.Topic()
	pace := h.config.Pace[topic.Kind]
	if pace == 0 || state.Settled() {
		return false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.entries[topic]) == 0 {
		return true // nobody is to be told
	}
	p := h.paced[topic]
	if p == nil {
		h.paced[topic] = &paced{}
		h.releaseAfter(topic, pace)
		return false
	}
	if p.newest == nil || p.newest.Number() < state.Number() {
		p.newest = state
	}
	return true
}

// releaseAfter has Run release the topic when its pace allows; h.mu is held.
func (h *Hub) releaseAfter(topic Topic, pace time.Duration) {
	time.AfterFunc(pace, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.due = append(h.due, topic)
		select {
		case h.release <- struct{}{}:
		default:
		}
	})
}

// releaseDue tells what was kept back.
func (h *Hub) releaseDue() {
	h.mu.Lock()
	var states []State
	for _, topic := range h.due {
		p := h.paced[topic]
		if p.newest == nil {
			delete(h.paced, topic)
			continue
		}
		states = append(states, p.newest)
		p.newest = nil
		h.releaseAfter(topic, h.config.Pace[topic.Kind])
	}
	h.due = nil
	h.mu.Unlock()
	for _, state := range states {
		h.tell(state)
	}
}
