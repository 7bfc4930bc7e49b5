package watch

import (
	"context"
	"time"

	"convoke/application/port"
)

// loadTimeout bounds one read of many states; what fails is tried again at the next hint or comparison.
const loadTimeout = 5 * time.Second

// load is one wish for a state; wishes that arrive together are read with one query.
type load struct {
	topic Topic
	state State
	err   error
}

// load reads one state together with whatever else is wanted at the moment.
func (h *Hub) load(ctx context.Context, topic Topic) (State, error) {
	l := &load{topic: topic}
	if err := h.loads.Do(ctx, l); err != nil {
		return nil, err
	}
	if l.err == nil && l.state == nil {
		return nil, ErrNotFound
	}
	return l.state, l.err
}

func (h *Hub) loadBatch(batch []*load) {
	ctx, cancel := context.WithTimeout(context.Background(), loadTimeout)
	defer cancel()
	wanted := map[Topic][]*load{}
	kinds := map[port.HintKind][]string{}
	for _, l := range batch {
		if wanted[l.topic] == nil {
			kinds[l.topic.Kind] = append(kinds[l.topic.Kind], l.topic.ID)
		}
		wanted[l.topic] = append(wanted[l.topic], l)
	}
	for kind, ids := range kinds {
		states, err := h.sources[kind].Load(ctx, ids)
		for _, state := range states {
			for _, l := range wanted[state.Topic()] {
				l.state = state
			}
		}
		if err != nil {
			for _, id := range ids {
				for _, l := range wanted[Topic{kind, id}] {
					l.err = err
				}
			}
		}
	}
}

// loadDirty reads what hints pointed at and offers it.
func (h *Hub) loadDirty(ctx context.Context) {
	h.mu.Lock()
	dirty := h.dirty
	h.dirty = map[Topic]uint64{}
	h.mu.Unlock()
	if len(dirty) == 0 {
		return
	}
	wishes := make([]*load, 0, len(dirty))
	for topic := range dirty {
		wishes = append(wishes, &load{topic: topic})
	}
	if h.loads.Do(ctx, wishes...) != nil {
		return // stopping, or overloaded: the comparison finds it
	}
	var unread []error
	for _, l := range wishes {
		switch {
		case l.err != nil:
			unread = append(unread, l.err)
		case l.state != nil:
			h.Offer(l.state)
		}
	}
	if len(unread) > 0 {
		h.log.Warn("watched states can not be read", "states", len(unread), "error", unread[0])
	}
}

// check compares the numbers of everything watched with what its subscribers have seen.
func (h *Hub) check(ctx context.Context) {
	const chunk = 1000
	for kind, ids := range h.watched() {
		for len(ids) > 0 && ctx.Err() == nil {
			n := min(chunk, len(ids))
			h.compare(ctx, kind, ids[:n])
			ids = ids[n:]
		}
	}
}

func (h *Hub) compare(ctx context.Context, kind port.HintKind, ids []string) {
	ctx, cancel := context.WithTimeout(ctx, loadTimeout)
	defer cancel()
	numbers, err := h.sources[kind].Numbers(ctx, ids)
	if err != nil {
		h.log.Warn("watched things can not be compared", "kind", kind, "error", err)
		return
	}
	for id, number := range numbers {
		h.Hint(port.Hint{Kind: kind, ID: id, Number: number})
	}
}

func (h *Hub) watched() map[port.HintKind][]string {
	h.mu.Lock()
	defer h.mu.Unlock()
	ids := map[port.HintKind][]string{}
	for topic := range h.entries {
		ids[topic.Kind] = append(ids[topic.Kind], topic.ID)
	}
	return ids
}
