package database

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"convoke/application/jobs"
	"convoke/application/port"
	"convoke/domain/design"
	"convoke/domain/job"
)

// jobBatch is the part of jobs, and of the designs they lead to, in one batch.
type jobBatch struct {
	sql     *jobStatements
	encoder *jobs.Encoder
	entries []*entry

	rows    map[id]*jobRow // the jobs as the batch sees them; nil while one is not found
	created map[id]bool
	changed map[id]bool
	decided []*job.Job // with their changes, in order
	owners  []*entry   // of the decided

	references
}

var _ participant = (*jobBatch)(nil)

func newJobBatch(sql *jobStatements, encoder *jobs.Encoder, entries []*entry) *jobBatch {
	return &jobBatch{
		sql: sql, encoder: encoder, entries: entries,
		rows: map[id]*jobRow{}, created: map[id]bool{}, changed: map[id]bool{},
	}
}

// lock queues the reading and locking of the existing jobs. In a batch that waits for nobody, those that are there but
// can not be locked block their entries.
func (b *jobBatch) lock(s session, wait bool) {
	ids := b.existing()
	if len(ids) == 0 {
		return
	}
	if wait {
		s.queue(step{b.sql.lock, []any{ids}, b.scanJob})
		return
	}
	s.queue(step{b.sql.lockFree, []any{ids}, b.scanJob})
	s.queue(step{b.sql.find, []any{ids}, func(scan scanFunc) error {
		var found id
		if err := scan(&found); err != nil {
			return err
		}
		if b.rows[found] == nil {
			b.block(found)
		}
		return nil
	}})
}

func (b *jobBatch) existing() []id {
	ids := make([]string, 0, len(b.entries))
	for _, e := range b.entries {
		if e.job.New == nil {
			ids = append(ids, e.subject)
		}
	}
	return sortedIDs(ids)
}

func (b *jobBatch) scanJob(scan scanFunc) error {
	row := new(jobRow)
	if err := scan(b.sql.jobs.places(row)...); err != nil {
		return err
	}
	b.rows[row.ID] = row
	return nil
}

func (b *jobBatch) block(subject id) {
	for _, e := range b.entries {
		if e.job.New == nil && e.subject == string(subject) {
			e.blocked = rowLocked
		}
	}
}

// decide runs the decisions in order, each on a copy of what the one before it left.
func (b *jobBatch) decide(keys *keyBook) {
	for _, e := range b.entries {
		if !e.open() {
			continue
		}
		if !keys.judge(e) {
			e.row = b.rows[id(e.replay)]
			continue
		}
		j := b.decision(e)
		if j == nil {
			continue
		}
		keys.use(e, e.subject)
		b.take(e, j)
	}
}

// decision runs one decision; nil when it failed.
func (b *jobBatch) decision(e *entry) (j *job.Job) {
	row := b.rows[id(e.subject)]
	switch {
	case e.job.New != nil && row == nil:
		return e.job.New.Clone()
	case e.job.New != nil:
		e.err = fmt.Errorf("job %s is there already", e.subject)
		return nil
	case row == nil:
		e.err = jobs.ErrNotFound
		return nil
	}
	defer func() {
		if value := recover(); value != nil {
			e.panicked, j = value, nil
		}
	}()
	j = job.Rehydrate(row.state())
	if e.err = e.job.Decide(j); e.err != nil {
		return nil
	}
	return j
}

func (b *jobBatch) take(e *entry, j *job.Job) {
	row := rowOf(j.State())
	switch {
	case e.job.New != nil:
		b.created[row.ID] = true
	case j.Changes().Dirty:
		b.changed[row.ID] = true
	}
	e.row = &row
	b.rows[row.ID] = &row
	b.decided, b.owners = append(b.decided, j), append(b.owners, e)
}

// write queues the rows and returns the messages to be sent.
func (b *jobBatch) write(s session, now time.Time) ([]port.Message, error) {
	messages, err := b.outgoing()
	if err != nil {
		return nil, err
	}
	if rows := b.pick(b.created); len(rows) > 0 {
		s.queue(step{statement: b.sql.insert, columns: b.sql.jobs.arrays(rows)})
	}
	for created := range b.created {
		delete(b.changed, created)
	}
	if rows := b.pick(b.changed); len(rows) > 0 {
		s.queue(step{statement: b.sql.update, columns: b.sql.changes.arrays(rows)})
	}
	return messages, b.writeDesigns(s, now)
}

func (b *jobBatch) outgoing() ([]port.Message, error) {
	var messages []port.Message
	for _, j := range b.decided {
		var parent *design.Version
		if ref, ok := jobs.ParentOf(j); ok {
			parent = b.parents[ref]
		}
		sent, err := b.encoder.Outgoing(j, parent)
		if err != nil {
			return nil, fmt.Errorf("job %s: %w", j.State().ID, err)
		}
		messages = append(messages, sent...)
	}
	return messages, nil
}

// pick returns the rows of the ids, sorted, as they are at the end of the batch.
func (b *jobBatch) pick(ids map[id]bool) []jobRow {
	rows := make([]jobRow, 0, len(ids))
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		rows = append(rows, *b.rows[id])
	}
	return rows
}

// finish gives replayed entries the jobs that their keys led to, where those had to be fetched.
func (b *jobBatch) finish() {
	for _, e := range b.entries {
		if e.replay != "" && e.row == nil {
			e.row = b.rows[id(e.replay)]
		}
	}
}
