package memory

import (
	"context"
	"fmt"
	"sync"
	"time"

	"convoke/application/bulk"
	"convoke/application/deadletter"
	"convoke/application/designs"
	"convoke/application/idempotency"
	"convoke/application/jobs"
	"convoke/application/port"
	"convoke/application/pulse"
	"convoke/application/relay"
	"convoke/application/rsvps"
	"convoke/domain/design"
	"convoke/domain/job"
)

var (
	_ jobs.Store        = (*Store)(nil)
	_ designs.Store     = (*Store)(nil)
	_ rsvps.Store       = (*Store)(nil)
	_ relay.Outbox      = (*Store)(nil)
	_ deadletter.Store  = (*Store)(nil)
	_ idempotency.Store = (*Store)(nil)
	_ port.Leases       = (*Store)(nil)
	_ port.Checker      = (*Store)(nil)
	_ pulse.Store       = (*Store)(nil)
	_ bulk.Store        = (*Store)(nil)
)

// Store keeps everything under one mutex, which makes each Commit atomic and orders the outbox. It is as durable as its
// process and never full. It hands out values, so nobody can change what it keeps. Safe for concurrent use.
type Store struct {
	encoder   *jobs.Encoder
	ofReplies *rsvps.Encoder
	feed      *relay.Feed

	mu       sync.Mutex
	jobs     map[string]job.State
	order    []string                    // ids of all jobs, ascending
	open     map[string]struct{}         // ids of the unfinished ones
	designs  map[string][]design.Version // by design, in the order of their numbers
	byJob    map[string]design.Version
	halls    map[string]*hall
	guests   map[string]string // occasion ids by reply
	keys     map[[32]byte]usedKey
	outbox   []waiting // ascending by id
	batches  int64     // id of the newest batch
	kept     map[string]deadletter.Letter
	received map[[32]byte]string // letter ids by fingerprint
	leases   map[string]lease

	minutes    map[minuteKey]pulse.Minute
	operations map[string]bulk.Operation
}

// usedKey is what a request with an idempotency key led to.
type usedKey struct {
	body  [32]byte
	about string // the aggregate's id
	at    time.Time
}

// NewStore makes an empty store. Its clock is the encoders'.
func NewStore(ofJobs *jobs.Encoder, ofReplies *rsvps.Encoder, feed *relay.Feed) *Store {
	return &Store{
		encoder:   ofJobs,
		ofReplies: ofReplies,
		feed:      feed,
		halls:     map[string]*hall{},
		guests:    map[string]string{},
		jobs:      map[string]job.State{},
		open:      map[string]struct{}{},
		designs:   map[string][]design.Version{},
		byJob:     map[string]design.Version{},
		keys:      map[[32]byte]usedKey{},
		kept:      map[string]deadletter.Letter{},
		received:  map[[32]byte]string{},
		leases:    map[string]lease{},

		minutes:    map[minuteKey]pulse.Minute{},
		operations: map[string]bulk.Operation{},
	}
}

// Check returns nil: memory is always there.
func (s *Store) Check(context.Context) error { return nil }

// Commit decides the changes one after the other; what they send becomes one batch of the outbox.
func (s *Store) Commit(ctx context.Context, changes ...*jobs.Change) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var sent []port.Message
	defer func() { s.send(sent) }() // also when a decision panics: those before it are committed
	for _, c := range changes {
		messages, err := s.decide(c)
		c.Err = err
		sent = append(sent, messages...)
	}
	return nil
}

// decide takes one change to its end and returns what it sends. A change that fails leaves nothing behind.
func (s *Store) decide(c *jobs.Change) ([]port.Message, error) {
	c.Job, c.Design, c.Replayed = nil, nil, false
	if used, ok := s.keys[c.Key.Scope]; ok && !c.Key.IsZero() {
		return nil, s.replay(c, used)
	}
	j, err := s.decided(c)
	if err != nil {
		return nil, err
	}
	messages, err := s.encoder.Outgoing(j, s.parent(j))
	if err != nil {
		return nil, fmt.Errorf("job %s: %w", j.State().ID, err)
	}
	s.keep(c, j)
	return messages, nil
}

func (s *Store) replay(c *jobs.Change, used usedKey) error {
	if used.body != c.Key.Body {
		return idempotency.ErrOtherBody
	}
	c.Replayed, c.Job = true, job.Rehydrate(s.jobs[used.about])
	return nil
}

// decided runs the decision on a copy.
func (s *Store) decided(c *jobs.Change) (*job.Job, error) {
	if c.New != nil {
		j := c.New.Clone()
		if _, taken := s.jobs[j.State().ID]; taken {
			return nil, fmt.Errorf("job %s is there already", j.State().ID)
		}
		return j, nil
	}
	state, ok := s.jobs[c.ID]
	if !ok {
		return nil, jobs.ErrNotFound
	}
	j := job.Rehydrate(state)
	return j, c.Decide(j)
}

func (s *Store) parent(j *job.Job) *design.Version {
	ref, ok := jobs.ParentOf(j)
	if !ok || ref.Number > len(s.designs[ref.DesignID]) {
		return nil
	}
	return &s.designs[ref.DesignID][ref.Number-1]
}

// keep stores what was decided and sets the change's outcome.
func (s *Store) keep(c *jobs.Change, j *job.Job) {
	state := normal(j.State())
	if c.New != nil {
		s.order = insertSorted(s.order, state.ID)
	}
	s.jobs[state.ID] = state
	if state.Status.Finished() {
		delete(s.open, state.ID)
	} else {
		s.open[state.ID] = struct{}{}
	}
	if result := j.Changes().Result; result != nil {
		c.Design = s.number(state.DesignID, *result)
	}
	if !c.Key.IsZero() {
		s.keys[c.Key.Scope] = usedKey{c.Key.Body, state.ID, s.now()}
	}
	c.Job = job.Rehydrate(state)
}

func (s *Store) number(designID string, r design.Result) *design.Version {
	versions := s.designs[designID]
	version := design.Rehydrate(designID, len(versions)).Add(normalResult(r))
	s.designs[designID] = append(versions, version)
	s.byJob[r.JobID] = version
	return &version
}

// send appends a batch to the outbox and offers it to the relay. The caller holds the mutex.
func (s *Store) send(messages []port.Message) {
	if len(messages) == 0 {
		return
	}
	s.batches++
	batch := relay.Batch{ID: s.batches, Messages: messages}
	s.outbox = append(s.outbox, waiting{batch, s.now()})
	s.feed.Offer(batch)
}

func (s *Store) now() time.Time { return s.encoder.Clock.Now() }
