package rsvps

import (
	"context"
	"encoding/binary"
	"sync"
	"time"

	"convoke/application/lane"
	"convoke/application/port"
	"convoke/domain/fault"
)

const (
	maxKept     = 4096             // answers, and occasions, that a process remembers
	maxBytes    = 64 << 20         // of answers
	maxShared   = 64 << 10         // of one answer in the shared cache
	cacheFor    = 10 * time.Minute // in the shared cache
	cacheWait   = 50 * time.Millisecond
	waitForRev  = 2 * time.Second
	readTimeout = 5 * time.Second
)

// ErrNotReached is the fault of asking for a revision that the occasion has not reached.
var ErrNotReached = fault.New(fault.Conflict, "revision-not-reached", "the occasion has not reached the asked revision")

// Build makes an answer from the database and says at which revision of the occasion.
type Build func(ctx context.Context) (body []byte, revision uint64, err error)

// Reads answers from bytes kept in this process, then from the shared cache, then from the database. No cache is ever
// the truth: an answer carries its revision and is given at most Beat after that was compared with the occasion's; many
// occasions are compared with one query. An ill cache makes it slower, never wrong. Safe for concurrent use.
type Reads struct {
	store   Store
	cache   port.Cache
	clock   port.Clock
	compare *lane.Lane[*comparison]

	mu        sync.Mutex
	revisions map[string]known
	answers   map[place]answer
	building  map[place]*building
	bytes     int // of the answers
}

type known struct {
	revision uint64
	at       time.Time
}

// place is where an answer is kept: a key of an occasion. The shared cache has a space for each occasion.
type place struct{ occasion, key string }

type answer struct {
	revision uint64
	body     []byte
}

// building is an answer that is being made; whoever wants it too waits for it.
type building struct {
	done chan struct{}
	answer
	err error
}

// NewReads makes an empty cache. Stop must be called at the end.
func NewReads(store Store, cache port.Cache, clock port.Clock) *Reads {
	r := &Reads{
		store: store, cache: cache, clock: clock,
		revisions: map[string]known{}, answers: map[place]answer{}, building: map[place]*building{},
	}
	r.compare = lane.New(lane.Config{MaxBatch: 256}, r.compareBatch)
	return r
}

// Stop ends the comparisons.
func (r *Reads) Stop() { r.compare.Stop() }

// Seen notes a revision that this process has just committed and that is to be shown at once. For a burst of replies that
// would make each page anew after each of them: those are shown when the occasion is compared next.
func (r *Reads) Seen(occasionID string, revision uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if k, ok := r.revisions[occasionID]; ok && k.revision < revision {
		r.revisions[occasionID] = known{revision, r.clock.Now()}
	}
}

// Answer returns the answer of a key of an occasion, at least at the revision minRevision (0: any). It returns
// ErrNotReached when the occasion does not get there in time, and rsvp.ErrNoOccasion by way of build.
func (r *Reads) Answer(ctx context.Context, occasionID, key string, minRevision uint64, build Build) ([]byte, error) {
	revision, err := r.current(ctx, occasionID, minRevision)
	if err != nil {
		return nil, err
	}
	at := place{occasionID, key}
	if body, ok := r.kept(at, revision); ok {
		return body, nil
	}
	a, err := r.once(ctx, at, revision, build)
	return a.body, err
}

// Unkept makes an answer as Answer does and keeps it nowhere: for what is asked for once, such as pages behind cursors,
// of which there are as many as anybody likes to make up.
func (r *Reads) Unkept(ctx context.Context, occasionID string, minRevision uint64, build Build) ([]byte, error) {
	if minRevision > 0 {
		if _, err := r.current(ctx, occasionID, minRevision); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	body, _, err := build(ctx)
	return body, err
}

// Revision returns the occasion's revision as it was at most Beat ago, 0 when there is no such occasion.
func (r *Reads) Revision(ctx context.Context, occasionID string) (uint64, error) {
	return r.current(ctx, occasionID, 0)
}

// current returns the occasion's revision, compared at most Beat ago; it waits for minRevision.
func (r *Reads) current(ctx context.Context, occasionID string, minRevision uint64) (uint64, error) {
	giveUp := r.clock.Now().Add(waitForRev)
	for {
		r.mu.Lock()
		k, ok := r.revisions[occasionID]
		r.mu.Unlock()
		now := r.clock.Now()
		if ok && k.revision >= minRevision && now.Sub(k.at) < Beat {
			return k.revision, nil
		}
		c := &comparison{id: occasionID}
		if err := r.compare.Do(ctx, c); err != nil {
			return 0, err
		}
		switch {
		case c.err != nil:
			return 0, c.err
		case c.revision >= minRevision:
			return c.revision, nil
		case now.After(giveUp):
			return 0, ErrNotReached
		}
		if err := pause(ctx, 20*time.Millisecond); err != nil {
			return 0, err
		}
	}
}

// comparison is one wish for an occasion's revision; wishes that arrive together share a query.
type comparison struct {
	id       string
	revision uint64
	err      error
}

func (r *Reads) compareBatch(batch []*comparison) {
	ctx, cancel := context.WithTimeout(context.Background(), readTimeout)
	defer cancel()
	wanted := map[string]struct{}{}
	ids := make([]string, 0, len(batch))
	for _, c := range batch {
		if _, ok := wanted[c.id]; !ok {
			wanted[c.id] = struct{}{}
			ids = append(ids, c.id)
		}
	}
	at := r.clock.Now() // before the query: what it finds is at least that fresh
	revisions, err := r.store.Revisions(ctx, ids...)
	for _, c := range batch {
		c.revision, c.err = revisions[c.id], err
	}
	if err != nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, revision := range revisions {
		if k := r.revisions[id]; k.revision <= revision {
			shrink(r.revisions)
			r.revisions[id] = known{revision, at}
		}
	}
}

func (r *Reads) kept(at place, revision uint64) ([]byte, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a, ok := r.answers[at]
	return a.body, ok && a.revision >= revision
}

// once makes an answer, or waits for the one that somebody else is making.
func (r *Reads) once(ctx context.Context, at place, revision uint64, build Build) (answer, error) {
	r.mu.Lock()
	if b := r.building[at]; b != nil {
		r.mu.Unlock()
		select {
		case <-b.done:
		case <-ctx.Done():
			return answer{}, ctx.Err()
		}
		if b.err != nil || b.revision >= revision {
			return b.answer, b.err
		}
		return r.once(ctx, at, revision, build)
	}
	b := &building{done: make(chan struct{})}
	r.building[at] = b
	r.mu.Unlock()

	b.answer, b.err = r.produce(context.WithoutCancel(ctx), at, revision, build)

	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.building, at)
	if b.err == nil {
		r.keep(at, b.answer)
	}
	close(b.done)
	return b.answer, b.err
}

// keep remembers an answer, and forgets others for it when there are too many or they are too large.
func (r *Reads) keep(at place, a answer) {
	r.bytes += len(a.body) - len(r.answers[at].body)
	r.answers[at] = a
	for other, old := range r.answers {
		if len(r.answers) <= maxKept && r.bytes <= maxBytes {
			return
		}
		r.bytes -= len(old.body)
		delete(r.answers, other)
	}
}

// produce takes an answer from the shared cache if it is fresh enough, else from the database.
func (r *Reads) produce(ctx context.Context, at place, revision uint64, build Build) (answer, error) {
	if a, ok := r.shared(ctx, at); ok && a.revision >= revision {
		return a, nil
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	body, found, err := build(ctx)
	if err != nil {
		return answer{}, err
	}
	r.share(ctx, at, answer{found, body})
	return answer{found, body}, nil
}

func (r *Reads) shared(ctx context.Context, at place) (answer, bool) {
	ctx, cancel := context.WithTimeout(ctx, cacheWait)
	defer cancel()
	value, _, err := r.cache.Get(ctx, at.occasion, at.key)
	if err != nil || len(value) < 8 {
		return answer{}, false
	}
	return answer{binary.BigEndian.Uint64(value), value[8:]}, true
}

func (r *Reads) share(ctx context.Context, at place, a answer) {
	if len(a.body) > maxShared {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, cacheWait)
	defer cancel()
	value := append(binary.BigEndian.AppendUint64(nil, a.revision), a.body...)
	_ = r.cache.Set(ctx, at.occasion, at.key, value, cacheFor) // without it the next process asks the database
}

// shrink makes room for one more by forgetting any: what is wanted comes back with one read.
func shrink[K comparable, V any](kept map[K]V) {
	for key := range kept {
		if len(kept) < maxKept {
			return
		}
		delete(kept, key)
	}
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
