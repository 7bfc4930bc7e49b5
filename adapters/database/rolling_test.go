package database

import (
	"errors"
	"testing"
	"time"

	"convoke/application/rsvps"
	"convoke/domain/rsvp"
	"convoke/test/fake"
	"convoke/test/postgres"
)

// While binaries are replaced, older and newer ones work on the same rows, and the newest one has added columns.

func TestReadsOutliveAColumnThatANewerProcessAdds(t *testing.T) {
	t.Parallel()
	k := newKit(t, Config{URL: postgres.Database(t), Connections: 4, Log: fake.Log()})
	o := k.occasion(t, rsvp.Details{Title: "A party"})
	read := func() error {
		_, err1 := k.store.Occasion(t.Context(), o.State().ID)
		_, err2 := k.store.Accounts(t.Context(), "", 10)
		_, err3 := k.store.Operations(t.Context(), 10)
		_, err4 := k.store.Minutes(t.Context(), time.Time{})
		_, err5 := k.store.Unfinished(t.Context(), k.encoder.IDs.New(), 10)
		var errs []error
		for _, search := range []string{"", "Ada"} {
			for _, sort := range []rsvps.Sort{rsvps.Newest, rsvps.ByName} {
				_, err := k.store.Replies(t.Context(), rsvps.Query{OccasionID: o.State().ID, Filter: rsvps.Filter{Search: search, Sort: sort}, Limit: 10})
				errs = append(errs, err)
			}
		}
		return errors.Join(append(errs, err1, err2, err3, err4, err5)...)
	}
	if err := read(); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"occasions", "replies", "jobs", "minutes", "operations"} {
		if _, err := k.store.writing.ExecContext(t.Context(), "ALTER TABLE "+table+" ADD COLUMN newer integer NOT NULL DEFAULT 0"); err != nil {
			t.Fatal(err)
		}
	}
	if err := read(); err != nil {
		t.Error(err)
	}
}

func TestAnOccasionWhoseDesignAnOlderProcessTookAwayCanBeEdited(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, config Config) {
		k := newKit(t, config)
		o := k.occasion(t, rsvp.Details{Title: "A party", DesignID: "d", DesignVersion: 3})
		if _, err := k.store.writing.ExecContext(t.Context(), "UPDATE occasions SET design_id = ''"); err != nil {
			t.Fatal(err)
		}
		edit := &rsvps.Change{OccasionID: o.State().ID, Decide: func(d *rsvps.Desk) error {
			details := d.Occasion.State().Details
			details.Title = "A feast"
			return d.Occasion.Edit(details, time.Now())
		}}
		if err := errors.Join(k.store.CommitReplies(t.Context(), edit), edit.Err); err != nil {
			t.Fatal(err)
		}
		if got, err := k.store.Occasion(t.Context(), o.State().ID); err != nil || got.Details.DesignVersion != 0 || got.Details.Title != "A feast" {
			t.Errorf("%+v, %v", got.Details, err)
		}
	})
}

// occasion commits a new occasion.
func (k *kit) occasion(t *testing.T, details rsvp.Details) *rsvp.Occasion {
	t.Helper()
	o, err := rsvp.New(k.encoder.IDs.New(), details, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := k.store.CommitReplies(t.Context(), &rsvps.Change{New: o}); err != nil {
		t.Fatal(err)
	}
	return o
}
