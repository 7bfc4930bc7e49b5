package store

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"convoke/application/designs"
	"convoke/application/jobs"
	"convoke/domain/design"
	"convoke/domain/event"
	"convoke/domain/job"
)

var designTests = map[string]func(*testing.T, *kit){
	"a completed job has its design":                          completion,
	"refinements that end together get neighbouring versions": numbering,
	"results of one design in one commit are consecutive":     numberingInOneCommit,
	"first designs that end together are each their first":    firstDesigns,
	"a refinement's request carries its parent":               parentInRequest,
	"so does every further attempt, and the letter":           parentInRetry,
	"versions of a design are listed without their data":      listVersions,
	"a raster design comes back byte for byte":                raster,
	"many large designs fit into one commit":                  largeDesigns,
}

func completion(t *testing.T, k *kit) {
	id := k.create()
	c := &jobs.Change{ID: id, Decide: k.completion("<svg>Ada</svg>")}
	committed := k.commit(c).State()
	got := k.view(id)
	if got.Design == nil || c.Design == nil {
		t.Fatal("there is no design")
	}
	if !reflect.DeepEqual(*got.Design, *c.Design) || !reflect.DeepEqual(got.Job, committed) {
		t.Errorf("found     %+v\ncommitted %+v", *got.Design, *c.Design)
	}
	want := design.Version{DesignID: committed.DesignID, Number: 1, Result: design.Result{
		JobID: id, Brief: brief(), Asset: drawing("<svg>Ada</svg>").Asset, Generator: "studio",
		Duration: 1234 * time.Microsecond, Spec: []byte(`{"seed":7}`),
		Metadata: map[string]any{"words": []any{"Ada", 36.0}}, CreatedAt: committed.CompletedAt,
	}}
	if !reflect.DeepEqual(*got.Design, want) {
		t.Errorf("found %+v\nwant  %+v", *got.Design, want)
	}
	whole, err := k.store.DesignVersion(t.Context(), committed.DesignID, 1)
	if err != nil || !reflect.DeepEqual(whole, want) {
		t.Errorf("version %+v, %v", whole, err)
	}
}

// finished makes a completed job.
func (k *kit) finished() job.State {
	k.t.Helper()
	return k.update(k.create(), k.completion("<svg>first</svg>")).State()
}

func numbering(t *testing.T, k *kit) {
	const n = 30
	stores := []Store{k.store}
	if k.place.Another != nil {
		stores = append(stores, k.place.Another(t))
	}
	parent := k.finished()
	ids := make([]string, n)
	for i := range ids {
		ids[i] = k.refine(parent.DesignID, 1)
	}
	var mu sync.Mutex
	var numbers []int
	together(n, func(i int) {
		c := &jobs.Change{ID: ids[i], Decide: k.completion(fmt.Sprintf("<svg>%d</svg>", i))}
		if err := errors.Join(stores[i%len(stores)].Commit(t.Context(), c), c.Err); err != nil {
			t.Error(err)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		numbers = append(numbers, c.Design.Number)
	})
	gapless(t, numbers, 2, n+1)
	versions, err := k.store.DesignVersions(t.Context(), parent.DesignID)
	if err != nil || len(versions) != n+1 {
		t.Errorf("%d versions, %v", len(versions), err)
	}
}

func numberingInOneCommit(t *testing.T, k *kit) {
	parent := k.finished()
	var changes []*jobs.Change
	for range 5 {
		changes = append(changes, &jobs.Change{ID: k.refine(parent.DesignID, 1), Decide: k.completion("<svg/>")})
	}
	changes[2].Decide = func(*job.Job) error { return errRefused }
	if err := k.store.Commit(t.Context(), changes...); err != nil {
		t.Fatal(err)
	}
	next := 2
	for i, c := range changes {
		if i == 2 {
			mustFail(t, c.Err, errRefused)
			continue
		}
		if c.Err != nil || c.Design.Number != next {
			t.Fatalf("change %d: %+v", i, c)
		}
		next++
	}
}

func firstDesigns(t *testing.T, k *kit) {
	const n = 50
	changes := make([]*jobs.Change, n)
	for i := range changes {
		changes[i] = &jobs.Change{ID: k.create(), Decide: k.completion(fmt.Sprintf("<svg>%d</svg>", i))}
	}
	if err := k.store.Commit(t.Context(), changes...); err != nil {
		t.Fatal(err)
	}
	for i, c := range changes {
		if c.Err != nil || c.Design.Number != 1 || !bytes.Contains(k.view(c.ID).Design.Asset.Data, fmt.Append(nil, i)) {
			t.Errorf("change %d: %+v, %v", i, c.Design, c.Err)
		}
	}
}

func parentInRequest(t *testing.T, k *kit) {
	parent := k.finished()
	id := k.refine(parent.DesignID, 1)
	_, events := k.sent()
	request, ok := events[len(events)-1].Data.(event.DesignRequested)
	if !ok || request.JobID != id || request.Parent == nil {
		t.Fatalf("%+v", events[len(events)-1])
	}
	want := &design.Parent{
		DesignID: parent.DesignID, Version: 1, Instructions: "more roses", Brief: brief(),
		Spec: []byte(`{"seed":7}`), Asset: drawing("<svg>first</svg>").Asset,
	}
	if !reflect.DeepEqual(request.Parent, want) {
		t.Errorf("parent %+v", request.Parent)
	}
}

func parentInRetry(t *testing.T, k *kit) {
	first, other := k.finished(), k.finished()
	ids := []string{k.refine(first.DesignID, 1), k.refine(other.DesignID, 1)}
	var changes []*jobs.Change
	for _, id := range ids {
		changes = append(changes,
			&jobs.Change{ID: id, Decide: func(j *job.Job) error { return j.Release(1, "", k.clock.Now()) }},
			&jobs.Change{ID: id, Decide: func(j *job.Job) error { return j.Wake(k.policy, k.clock.Now().Add(time.Hour)) }})
	}
	before := len(k.pending())
	if err := k.store.Commit(t.Context(), changes...); err != nil {
		t.Fatal(err)
	}
	if after := len(k.pending()); after != before+1 {
		t.Errorf("one commit made %d batches", after-before)
	}
	_, events := k.sent()
	events = events[len(events)-4:]
	for i, e := range events {
		request, ok := e.Data.(event.DesignRequested)
		if !ok || request.JobID != ids[i/2] || request.Attempt != 2 || request.Parent == nil ||
			string(request.Parent.Asset.Data) != "<svg>first</svg>" {
			t.Errorf("message %d: %+v", i, e.Data)
		}
	}
}

func listVersions(t *testing.T, k *kit) {
	parent := k.finished()
	refined := k.refine(parent.DesignID, 1)
	k.update(refined, k.completion("<svg>second</svg>"))
	versions, err := k.store.DesignVersions(t.Context(), parent.DesignID)
	if err != nil || len(versions) != 2 {
		t.Fatalf("%d versions, %v", len(versions), err)
	}
	for i, v := range versions {
		if v.Number != i+1 || v.Asset.Data != nil || v.Asset.MediaType != design.SVGType || v.Generator != "studio" {
			t.Errorf("version %+v", v)
		}
	}
	if v := versions[1]; v.JobID != refined || v.ParentVersion != 1 || v.Instructions != "more roses" {
		t.Errorf("version %+v", v)
	}
	for _, id := range []string{k.ids.New(), "nonsense", k.view(k.create()).Job.DesignID} {
		_, err := k.store.DesignVersions(t.Context(), id)
		mustFail(t, err, designs.ErrNotFound)
		_, err = k.store.DesignVersion(t.Context(), id, 1)
		mustFail(t, err, designs.ErrNotFound)
	}
	for _, number := range []int{0, -1, 3, 1 << 40} {
		_, err = k.store.DesignVersion(t.Context(), parent.DesignID, number)
		mustFail(t, err, designs.ErrVersionNotFound)
	}
}

func raster(t *testing.T, k *kit) {
	data := make([]byte, 70_000)
	for i := range data {
		data[i] = byte(i * 7)
	}
	id := k.create()
	k.update(id, func(j *job.Job) error {
		return j.Complete(job.Completion{Asset: design.Asset{MediaType: design.PNGType, Data: data}}, k.clock.Now())
	})
	got := k.view(id).Design
	if got.Asset.MediaType != design.PNGType || !bytes.Equal(got.Asset.Data, data) || got.Spec != nil || got.Metadata != nil {
		t.Errorf("%s, %d bytes", got.Asset.MediaType, len(got.Asset.Data))
	}
}
