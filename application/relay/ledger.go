package relay

import "time"

// rememberFor is how long a removed batch is still recognised, should it come again over a slow feed.
const rememberFor = 10 * time.Second

// ledger remembers which batches are published, in the order in which they were.
type ledger struct {
	keep    time.Duration // how long a published batch stays in the outbox
	known   map[int64]struct{}
	kept    []entry // published, still in the outbox
	removal []entry // removed from it
}

type entry struct {
	id int64
	at time.Time
}

func newLedger(keep time.Duration) *ledger { return &ledger{keep: keep, known: map[int64]struct{}{}} }

func (l *ledger) has(id int64) bool { _, ok := l.known[id]; return ok }

func (l *ledger) add(id int64, now time.Time) {
	if l.has(id) {
		return
	}
	l.known[id] = struct{}{}
	l.kept = append(l.kept, entry{id, now})
}

// ids lists what is published and still in the outbox.
func (l *ledger) ids() []int64 { return idsOf(l.kept) }

// due lists what may be removed at now.
func (l *ledger) due(now time.Time) []int64 {
	n := 0
	for n < len(l.kept) && now.Sub(l.kept[n].at) >= l.keep {
		n++
	}
	return idsOf(l.kept[:n])
}

// removed notes that the first n are no longer in the outbox.
func (l *ledger) removed(n int, now time.Time) {
	for _, e := range l.kept[:n] {
		l.removal = append(l.removal, entry{e.id, now})
	}
	l.kept = l.kept[n:]
	for len(l.removal) > 0 && now.Sub(l.removal[0].at) > rememberFor {
		delete(l.known, l.removal[0].id)
		l.removal = l.removal[1:]
	}
}

func idsOf(entries []entry) []int64 {
	ids := make([]int64, len(entries))
	for i, e := range entries {
		ids[i] = e.id
	}
	return ids
}
