package store_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"convoke/adapters/database"
	"convoke/adapters/memory"
	"convoke/application/envelope"
	"convoke/application/idempotency"
	"convoke/application/jobs"
	"convoke/application/port"
	"convoke/application/relay"
	"convoke/application/rsvps"
	"convoke/domain/design"
	"convoke/domain/job"
	"convoke/test/conformance/store"
	"convoke/test/fake"
	"convoke/test/leak"
)

func TestMain(m *testing.M) { os.Exit(leak.Check(m.Run())) }

// Whatever is done to jobs, the memory store and SQLite answer, keep and send the same.
func TestMemoryAndSQLiteAgree(t *testing.T) {
	t.Parallel()
	folder, runs := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		w := newWorld(t, filepath.Join(folder, fmt.Sprint(runs)))
		defer func() { _ = w.file.Close(context.Background()) }()
		t.Repeat(map[string]func(*rapid.T){
			"commit": w.commit,
			"wait": func(t *rapid.T) {
				w.clock.Advance(time.Duration(rapid.IntRange(1, 90_000).Draw(t, "ms")) * time.Millisecond)
			},
			"purge": w.purge,
			"":      w.compare,
		})
	})
}

// world is the same data in two stores.
type world struct {
	clock  *fake.Clock
	ids    *fake.IDs
	stores [2]store.Store
	file   *database.Store
	jobs   []string
}

func newWorld(t *rapid.T, folder string) *world {
	w := &world{clock: fake.NewClock(), ids: &fake.IDs{}}
	encoder := &jobs.Encoder{Names: envelope.DefaultNames(""), IDs: &fake.IDs{}, Clock: w.clock}
	replies := &rsvps.Encoder{Names: encoder.Names, IDs: encoder.IDs, Clock: w.clock}
	config := database.Config{File: filepath.Join(folder, "convoke.db"), Log: fake.Log()}
	file, err := database.Open(context.Background(), config, encoder, replies, relay.NewFeed())
	if err == nil {
		err = file.Migrate(context.Background())
	}
	if err != nil {
		t.Fatal(err)
	}
	w.file, w.stores = file, [2]store.Store{memory.NewStore(encoder, replies, relay.NewFeed()), file}
	return w
}

// commit commits some changes together, the same to both stores, and compares the outcomes.
func (w *world) commit(t *rapid.T) {
	var both [2][]*jobs.Change
	for range rapid.IntRange(1, 5).Draw(t, "changes") {
		key, make := w.key(t), w.change(t)
		for i := range both {
			c := make()
			c.Key = key
			both[i] = append(both[i], c)
		}
	}
	for i, s := range w.stores {
		if err := s.Commit(context.Background(), both[i]...); err != nil {
			t.Fatal(err)
		}
	}
	for i, inMemory := range both[0] {
		inFile := both[1][i]
		if inMemory.New != nil && inMemory.Err == nil && !inMemory.Replayed {
			w.jobs = append(w.jobs, inMemory.New.State().ID)
		}
		if textOf(inFile.Err) != textOf(inMemory.Err) || inMemory.Replayed != inFile.Replayed {
			t.Fatalf("change %d: %v, %v instead of %v, %v", i, inFile.Err, inFile.Replayed, inMemory.Err, inMemory.Replayed)
		}
		if !reflect.DeepEqual(stateOf(inMemory), stateOf(inFile)) || !reflect.DeepEqual(inMemory.Design, inFile.Design) {
			t.Fatalf("change %d:\nmemory %+v %+v\nfile   %+v %+v", i, stateOf(inMemory), inMemory.Design, stateOf(inFile), inFile.Design)
		}
	}
}

func stateOf(c *jobs.Change) job.State {
	if c.Job == nil {
		return job.State{}
	}
	return c.Job.State()
}

// key draws one of few keys, or none.
func (w *world) key(t *rapid.T) idempotency.Key {
	name := rapid.SampledFrom([]string{"", "", "", "a", "b", "c"}).Draw(t, "key")
	return idempotency.NewKey("/path", "", name, []byte(rapid.SampledFrom([]string{"one", "two"}).Draw(t, "body")))
}

// change draws a change and returns what makes it, once for each store.
func (w *world) change(t *rapid.T) func() *jobs.Change {
	if len(w.jobs) == 0 || rapid.IntRange(0, 3).Draw(t, "new") == 0 {
		return w.order(t)
	}
	id := rapid.SampledFrom(append([]string{w.ids.New()}, w.jobs...)).Draw(t, "job")
	decide := w.decision(t)
	return func() *jobs.Change { return &jobs.Change{ID: id, Decide: decide} }
}

func (w *world) order(t *rapid.T) func() *jobs.Change {
	order := job.Order{ID: w.ids.New(), DesignID: w.ids.New(), Trace: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", Brief: design.Brief{
		Description: rapid.StringOfN(rapid.RuneFrom([]rune("aä🌿'\"\\\n%_")), 1, 30, -1).Draw(t, "description"),
		Palette:     []string{"#aabbcc"}, Size: design.Size{Width: 64, Height: 4096},
	}}
	if refined := w.completed(t); refined != nil && rapid.Bool().Draw(t, "refine") {
		order.Parent = &design.Parent{DesignID: refined.DesignID, Version: refined.Number, Instructions: "more"}
	}
	now := w.clock.Now()
	return func() *jobs.Change { return &jobs.Change{New: job.New(order, job.DefaultPolicy(), now)} }
}

// completed draws a design that there is, if any.
func (w *world) completed(t *rapid.T) *design.Version {
	views, err := w.stores[0].Views(context.Background(), w.jobs...)
	if err != nil {
		t.Fatal(err)
	}
	views = slices.DeleteFunc(views, func(v jobs.View) bool { return v.Design == nil })
	if len(views) == 0 {
		return nil
	}
	return rapid.SampledFrom(views).Draw(t, "parent").Design
}

var errRefused = errors.New("refused")

// decision draws something that happens to a job, whether it is possible or not.
func (w *world) decision(t *rapid.T) func(*job.Job) error {
	now, policy := w.clock.Now().Add(123*time.Nanosecond), job.DefaultPolicy()
	attempt := rapid.IntRange(1, 3).Draw(t, "attempt")
	percent := rapid.IntRange(0, 99).Draw(t, "percent")
	words := rapid.SampledFrom([]string{"", "cutting", "a\x00b\xff", "🌿"}).Draw(t, "words")
	spec := rapid.SampledFrom([][]byte{nil, {}, []byte(`{"seed":7}`)}).Draw(t, "spec")
	return rapid.SampledFrom([]func(*job.Job) error{
		func(j *job.Job) error { return j.Progress(attempt, "worker"+words, percent, words, policy, now) },
		func(j *job.Job) error {
			return j.Complete(job.Completion{
				Asset:     design.Asset{MediaType: design.SVGType, Data: []byte("<svg>" + words + "</svg>")},
				Generator: words, Duration: 1500 * time.Nanosecond, Spec: spec, Metadata: map[string]any{"n": float64(percent)},
			}, now)
		},
		func(j *job.Job) error {
			return j.Fail(attempt, job.Failure{Code: words, Message: words, Retryable: percent < 70}, policy, now, float64(percent)/100)
		},
		func(j *job.Job) error { return j.Release(attempt, "worker"+words, now) },
		func(j *job.Job) error { return j.Wake(policy, now) },
		func(j *job.Job) error { return j.Cancel(now) },
		func(j *job.Job) error { return j.Redrive(policy, now) },
		func(j *job.Job) error { return errors.Join(j.Cancel(now), errRefused) },
	}).Draw(t, "decision")
}

func (w *world) purge(t *rapid.T) {
	before := w.clock.Now().Add(-time.Duration(rapid.IntRange(0, 60).Draw(t, "seconds")) * time.Second)
	var purged [2]int
	for i, s := range w.stores {
		n, err := s.PurgeKeys(context.Background(), before, 1000)
		if err != nil {
			t.Fatal(err)
		}
		purged[i] = n
	}
	if purged[0] != purged[1] {
		t.Fatalf("%d keys were purged in memory, %d in the file", purged[0], purged[1])
	}
}

// compare looks at both stores from every side.
func (w *world) compare(t *rapid.T) {
	var seen [2]map[string]any
	for i, s := range w.stores {
		seen[i] = w.look(t, s)
	}
	for what := range maps.Keys(seen[0]) {
		if !reflect.DeepEqual(seen[0][what], seen[1][what]) {
			t.Fatalf("%s\nmemory %+v\nfile   %+v", what, seen[0][what], seen[1][what])
		}
	}
}

func (w *world) look(t *rapid.T, s store.Store) map[string]any {
	ctx, now := context.Background(), w.clock.Now()
	views, err1 := s.Views(ctx, w.jobs...)
	slices.SortFunc(views, func(a, b jobs.View) int { return cmp.Compare(a.Job.ID, b.Job.ID) })
	versions, err2 := s.Versions(ctx, w.jobs...)
	page, err3 := s.List(ctx, jobs.Query{Limit: 7})
	failed, err4 := s.List(ctx, jobs.Query{Limit: 3, Statuses: []job.Status{job.Failed, job.Cancelled}})
	middle := ""
	if len(page.Jobs) > 0 {
		middle = page.Jobs[len(page.Jobs)/2].ID
	}
	back, err9 := s.List(ctx, jobs.Query{Limit: 2, Cursor: middle, Back: middle != "", Text: "KEW"})
	statuses, err10 := s.Statuses(ctx, 2)
	due, err5 := s.Due(ctx, now, true, 5)
	pending, err6 := s.Due(ctx, now.Add(time.Hour), false, 5)
	active, err7 := s.Active(ctx)
	batches, err8 := s.Pending(ctx, nil, 1000)
	if err := errors.Join(err1, err2, err3, err4, err5, err6, err7, err8, err9, err10); err != nil {
		t.Fatal(err)
	}
	return map[string]any{
		"back": back, "statuses": statuses,
		"views": views, "versions": versions, "page": page, "failed": failed, "active": active, "sent": messagesOf(t, batches),
		"due": append([]string{}, due...), "due, without leases": append([]string{}, pending...),
	}
}

// sent is a message without what each encoding makes anew.
type sent struct {
	topic, key, reason string
	data               any
}

func messagesOf(t *rapid.T, batches []relay.Batch) []sent {
	all := []sent{}
	for _, b := range batches {
		for _, m := range b.Messages {
			all = append(all, sent{m.Topic, m.Key, m.Headers[envelope.HeaderReason], dataOf(t, m)})
		}
	}
	return all
}

func dataOf(t *rapid.T, m port.Message) any {
	e, err := envelope.Decode(m)
	if err != nil {
		t.Fatal(err)
	}
	return e.Data
}

// textOf is what an error says, without the operation in which a database wraps it.
func textOf(err error) string { return strings.TrimPrefix(fmt.Sprint(err), "commit: ") }
