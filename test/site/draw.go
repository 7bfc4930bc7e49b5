package site

import (
	"testing"
	"time"

	"convoke/adapters/studio"
	"convoke/application/analytics"
	"convoke/application/consume"
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

// Count has analytics count replies that came to an occasion at moments, or at some that make a chart.
func (s *Site) Count(t testing.TB, occasionID string, moments ...time.Time) {
	t.Helper()
	if len(moments) == 0 {
		day := time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)
		moments = []time.Time{day, day, day.Add(48 * time.Hour), day.Add(30 * 24 * time.Hour)}
	}
	epoch, err := s.Numbers.Store.Epoch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var batch []consume.Delivery
	for i, at := range moments {
		batch = append(batch, consume.Delivery{Event: event.Event{Data: event.RSVPChange{
			Kind: event.TypeRSVPCreated, OccasionID: occasionID, Revision: uint64(i + 2), Status: "yes", PartySize: 1, At: at,
		}}})
	}
	for _, err := range analytics.Consumer("analytics", "replies", s.Numbers.Store).Apply(t.Context(), consume.Place{Epoch: epoch}, batch) {
		if err != nil {
			t.Fatal(err)
		}
	}
}
