package site

import (
	"testing"

	"convoke/adapters/studio"
	"convoke/application/jobs"
	"convoke/application/port"
	"convoke/domain/design"
	"convoke/domain/event"
)

// Newest is the job that was ordered last.
func (s *Site) Newest(t testing.TB) string {
	t.Helper()
	page, err := s.Jobs.List(t.Context(), jobs.Query{Limit: 1})
	if err != nil || len(page.Jobs) == 0 {
		t.Fatal("nothing was ordered", err)
	}
	return page.Jobs[0].ID
}

// Draw finishes a job with what the studio draws for its brief, or for its instructions.
func (s *Site) Draw(t testing.TB, id string) {
	t.Helper()
	j := s.State(id)
	request := port.Request{Brief: j.Brief, Seed: 7}
	if j.ParentVersion > 0 {
		v, err := s.Store.DesignVersion(t.Context(), j.DesignID, j.ParentVersion)
		if err != nil {
			t.Fatal(err)
		}
		request.Parent = &design.Parent{
			DesignID: j.DesignID, Version: v.Number, Instructions: j.Instructions, Brief: v.Brief, Spec: v.Spec, Asset: v.Asset,
		}
	}
	drawer, err := studio.New(studio.Config{})
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := drawer.Generate(t.Context(), request, func(int, string) {})
	if err != nil {
		t.Fatal(err)
	}
	s.Apply(event.DesignReady{
		JobID: id, Attempt: j.Attempt, Asset: drawn.Asset, Generator: studio.ID, Spec: drawn.Spec, Metadata: drawn.Metadata,
	})
}
