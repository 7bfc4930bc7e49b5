package store

import (
	"bytes"
	"testing"

	"convoke/application/jobs"
	"convoke/domain/design"
	"convoke/domain/job"
)

func largeDesigns(t *testing.T, k *kit) {
	const n = 4
	large := bytes.Repeat([]byte("0123456789abcdef"), design.MaxAssetBytes/16)
	changes := make([]*jobs.Change, n)
	for i := range changes {
		changes[i] = &jobs.Change{ID: k.create(), Decide: func(j *job.Job) error {
			return j.Complete(job.Completion{Asset: design.Asset{MediaType: design.PNGType, Data: large}}, k.clock.Now())
		}}
	}
	if err := k.store.Commit(t.Context(), changes...); err != nil {
		t.Fatal(err)
	}
	var refinements []*jobs.Change
	for i, c := range changes {
		if c.Err != nil {
			t.Fatalf("change %d: %v", i, c.Err)
		}
		refinements = append(refinements, &jobs.Change{New: job.New(job.Order{
			ID: k.ids.New(), Brief: brief(), Parent: &design.Parent{DesignID: c.Design.DesignID, Version: 1, Instructions: "smaller"},
		}, k.policy, k.clock.Now())})
	}
	if err := k.store.Commit(t.Context(), refinements...); err != nil {
		t.Fatal(err)
	}
	for i, c := range refinements {
		if c.Err != nil {
			t.Fatalf("refinement %d: %v", i, c.Err)
		}
	}
	found := map[string]bool{}
	var read []int64
	for len(found) < n { // a backlog of this size comes in parts
		batches, err := k.store.Pending(t.Context(), read, 100)
		if err != nil || len(batches) == 0 {
			t.Fatalf("%d of %d requests, %v", len(found), n, err)
		}
		for _, b := range batches {
			read = append(read, b.ID)
			for _, m := range b.Messages {
				if len(m.Value) > design.MaxAssetBytes {
					found[m.Key] = true
				}
			}
		}
	}
}
