package database

import (
	"cmp"
	"slices"
	"time"

	"convoke/application/jobs"
	"convoke/domain/design"
)

// maxAssetBytes bounds the assets in one statement: Postgres takes no message over 1 GB, and memory is dear before that.
const maxAssetBytes = 32 << 20

// references is what the decided jobs of a batch point at: the designs that results are added to, the versions that
// refinements start from, and the jobs that replayed keys led to. Most batches have none.
type references struct {
	designs map[string]*design.Design
	known   map[string]bool // designs that have a row
	parents map[jobs.Ref]*design.Version
}

// fetch queues the reading of what the decisions refer to, the designs sorted and locked.
func (b *jobBatch) fetch(s session) {
	b.references = references{map[string]*design.Design{}, map[string]bool{}, map[jobs.Ref]*design.Version{}}
	if ids := b.refined(); len(ids) > 0 {
		s.queue(step{b.sql.lockDesigns, []any{ids}, b.scanDesign})
	}
	if designIDs, numbers := b.wantedParents(); len(designIDs) > 0 {
		s.queue(step{b.sql.parents, []any{designIDs, numbers}, b.scanParent})
	}
	if ids := b.replayed(); len(ids) > 0 {
		s.queue(step{b.sql.read, []any{ids}, b.scanJob})
	}
}

// refined lists the designs that get a further version. A first design is its job's alone, so nobody else can have
// written it, and there is nothing to lock.
func (b *jobBatch) refined() []id {
	var ids []string
	for _, j := range b.decided {
		if j.Changes().Result != nil && j.State().ParentVersion > 0 {
			ids = append(ids, j.State().DesignID)
		}
	}
	return sortedIDs(ids)
}

func (b *jobBatch) scanDesign(scan scanFunc) error {
	var row designRow
	if err := scan(b.sql.designs.places(&row)...); err != nil {
		return err
	}
	b.designs[string(row.ID)] = design.Rehydrate(string(row.ID), int(row.Latest))
	b.known[string(row.ID)] = true
	return nil
}

// wantedParents lists the versions that outgoing requests must carry.
func (b *jobBatch) wantedParents() (designIDs []id, numbers []int64) {
	var refs []jobs.Ref
	for _, j := range b.decided {
		if ref, ok := jobs.ParentOf(j); ok {
			refs = append(refs, ref)
		}
	}
	slices.SortFunc(refs, func(a, b jobs.Ref) int {
		return cmp.Or(cmp.Compare(a.DesignID, b.DesignID), cmp.Compare(a.Number, b.Number))
	})
	for _, ref := range slices.Compact(refs) {
		designIDs, numbers = append(designIDs, id(ref.DesignID)), append(numbers, int64(ref.Number))
	}
	return designIDs, numbers
}

func (b *jobBatch) scanParent(scan scanFunc) error {
	var row versionRow
	var maker jobRow
	if err := scan(append(b.sql.jobs.places(&maker), b.sql.versions.places(&row)...)...); err != nil {
		return err
	}
	version, err := row.version(&maker)
	if err != nil {
		return err
	}
	b.parents[jobs.Ref{DesignID: version.DesignID, Number: version.Number}] = &version
	return nil
}

// replayed lists the jobs of repeated requests that this batch has not read anyway.
func (b *jobBatch) replayed() []id {
	var ids []string
	for _, e := range b.entries {
		if e.replay != "" && b.rows[id(e.replay)] == nil {
			ids = append(ids, e.replay)
		}
	}
	return sortedIDs(ids)
}

// writeDesigns numbers the results in the order of their decisions and queues designs and versions.
func (b *jobBatch) writeDesigns(s session, now time.Time) error {
	var versions []versionRow
	touched := map[string]*design.Design{}
	for i, j := range b.decided {
		result := j.Changes().Result
		if result == nil {
			continue
		}
		d := b.design(j.State().DesignID)
		version := d.Add(kept(*result))
		row, err := versionRowOf(version)
		if err != nil {
			return err
		}
		touched[d.ID()], versions, b.owners[i].version = d, append(versions, row), &version
	}
	b.queueDesigns(s, touched, now)
	for len(versions) > 0 {
		n := within(versions, maxAssetBytes, func(r versionRow) int { return len(r.Asset) })
		s.queue(step{statement: b.sql.insertVersion, columns: b.sql.versions.arrays(versions[:n])})
		versions = versions[n:]
	}
	return nil
}

func (b *jobBatch) design(designID string) *design.Design {
	d := b.designs[designID]
	if d == nil {
		d = design.New(designID)
		b.designs[designID] = d
	}
	return d
}

func (b *jobBatch) queueDesigns(s session, touched map[string]*design.Design, now time.Time) {
	var begun, grown []designRow
	for _, d := range touched {
		row := designRow{id(d.ID()), int64(d.Latest()), micros(now)}
		if b.known[d.ID()] {
			grown = append(grown, row)
		} else {
			begun = append(begun, row)
		}
	}
	byID := func(a, b designRow) int { return cmp.Compare(a.ID, b.ID) }
	if len(begun) > 0 {
		slices.SortFunc(begun, byID)
		s.queue(step{statement: b.sql.insertDesigns, columns: b.sql.designs.arrays(begun)})
	}
	if len(grown) > 0 {
		slices.SortFunc(grown, byID)
		s.queue(step{statement: b.sql.updateDesigns, columns: b.sql.latest.arrays(grown)})
	}
}
