package store

import (
	"slices"
	"testing"
	"time"

	"convoke/application/jobs"
	"convoke/application/relay"
)

var outboxTests = map[string]func(*testing.T, *kit){
	"batches are pending in the order of their ids": pendingOrder,
	"pending batches are read around some":          pendingExcept,
	"removed batches are gone, missing ones fine":   removeBatches,
	"the backlog is counted and dated":              backlog,
	"one commit makes one batch":                    oneBatch,
	"ids are never used twice":                      freshIDs,
}

func idsOf(batches []relay.Batch) []int64 {
	ids := make([]int64, len(batches))
	for i, b := range batches {
		ids[i] = b.ID
	}
	return ids
}

func pendingOrder(t *testing.T, k *kit) {
	const n = 40
	together(n, func(int) { k.create() })
	batches := k.pending()
	ids := idsOf(batches)
	if !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != len(ids) {
		t.Errorf("ids %v", ids)
	}
	sent, _ := k.sent()
	if len(sent) != n {
		t.Errorf("%d messages", len(sent))
	}
	half, err := k.store.Pending(t.Context(), nil, len(ids)/2)
	if err != nil || !slices.Equal(idsOf(half), ids[:len(ids)/2]) {
		t.Errorf("%v, %v", idsOf(half), err)
	}
}

func pendingExcept(t *testing.T, k *kit) {
	for range 6 {
		k.create()
	}
	ids := idsOf(k.pending())
	if len(ids) != 6 {
		t.Fatalf("%d batches", len(ids))
	}
	got, err := k.store.Pending(t.Context(), []int64{ids[0], ids[3], 1 << 40}, 3)
	if err != nil || !slices.Equal(idsOf(got), []int64{ids[1], ids[2], ids[4]}) {
		t.Errorf("%v of %v, %v", idsOf(got), ids, err)
	}
	if got, err := k.store.Pending(t.Context(), ids, 3); err != nil || len(got) != 0 {
		t.Errorf("%v, %v", idsOf(got), err)
	}
}

func removeBatches(t *testing.T, k *kit) {
	for range 4 {
		k.create()
	}
	ids := idsOf(k.pending())
	for _, remove := range [][]int64{{ids[1], ids[2]}, {ids[1], 1 << 40}, nil} {
		if err := k.store.RemoveBatches(t.Context(), remove); err != nil {
			t.Error(err)
		}
	}
	if got := idsOf(k.pending()); !slices.Equal(got, []int64{ids[0], ids[3]}) {
		t.Errorf("%v of %v", got, ids)
	}
}

func backlog(t *testing.T, k *kit) {
	if n, oldest, err := k.store.Backlog(t.Context()); n != 0 || !oldest.IsZero() || err != nil {
		t.Errorf("%d since %v, %v", n, oldest, err)
	}
	before := k.clock.Now().Add(-time.Millisecond)
	for range 3 {
		k.create()
	}
	n, oldest, err := k.store.Backlog(t.Context())
	if n != 3 || oldest.Before(before) || oldest.After(k.clock.Now()) || err != nil {
		t.Errorf("%d since %v, %v", n, oldest, err)
	}
}

func oneBatch(t *testing.T, k *kit) {
	changes := make([]*jobs.Change, 20)
	for i := range changes {
		changes[i] = &jobs.Change{New: k.order()}
	}
	if err := k.store.Commit(t.Context(), changes...); err != nil {
		t.Fatal(err)
	}
	messages := 0
	batches := k.pending()
	for _, b := range batches {
		messages += len(b.Messages)
	}
	if len(batches) != 1 || messages != 20 {
		t.Errorf("%d batches with %d messages", len(batches), messages)
	}
	for i, c := range changes {
		if c.Err != nil {
			t.Errorf("change %d: %v", i, c.Err)
		}
	}
}

func freshIDs(t *testing.T, k *kit) {
	k.create()
	last := idsOf(k.pending())
	if err := k.store.RemoveBatches(t.Context(), last); err != nil {
		t.Fatal(err)
	}
	k.create()
	if next := idsOf(k.pending()); len(next) != 1 || next[0] <= last[0] {
		t.Errorf("%v after %v", next, last)
	}
}
