package sse

import (
	"bufio"

	"convoke/application/rsvps"
	"convoke/application/watch"
	"convoke/domain/rsvp"
)

// admitted returns why the client may not see a state, or nil. It is asked for each: an occasion may be deleted, and its
// counts may be hidden, at any time.
func (s *stream) admitted(state watch.State) error {
	w, ok := state.(rsvps.Watched)
	switch {
	case !ok:
		return nil
	case w.Occasion.Deleted:
		return rsvp.ErrNoOccasion
	}
	return s.handler.config.Gate.Admit(s.token, w.Occasion)
}

// countsEvent writes an occasion's counts. Their id is the revision.
func (s *stream) countsEvent(w *bufio.Writer, o rsvp.State) {
	text, err := s.handler.counts.Of(o)
	if err != nil {
		s.handler.log.Error("an event can not be encoded", "occasion", o.ID, "error", err)
		return
	}
	s.write(w, "counts", o.Revision, text)
}
