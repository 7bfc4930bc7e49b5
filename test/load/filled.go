package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"convoke/adapters/database"
	"convoke/adapters/system"
	"convoke/application/envelope"
	"convoke/application/jobs"
	"convoke/application/relay"
	"convoke/application/rsvps"
	"convoke/domain/rsvp"
)

// filled is a database with one occasion of many replies.
type filled struct {
	store    *database.Store
	occasion string
	ids      []string // of its replies, oldest first
}

// fill makes the replies as the api does, through the store's lane, but without HTTP before it or a relay behind it.
func fill(ctx context.Context, url, file string, n int) (*filled, error) {
	const batch = 500
	names, ids, clock := envelope.DefaultNames(""), system.NewIDs(), system.Clock{}
	store, err := database.Open(ctx, database.Config{URL: url, File: file, Log: slog.New(slog.DiscardHandler)},
		&jobs.Encoder{Names: names, IDs: ids, Clock: clock}, &rsvps.Encoder{Names: names, IDs: ids, Clock: clock}, relay.NewFeed())
	if err != nil {
		return nil, err
	}
	f := &filled{store: store}
	if err := errors.Join(store.Migrate(ctx), f.open(ctx, ids)); err != nil {
		return nil, errors.Join(err, f.close())
	}
	begun := time.Now()
	for len(f.ids) < n {
		if err := f.add(ctx, ids, min(batch, n-len(f.ids))); err != nil {
			return nil, errors.Join(err, f.close())
		}
	}
	if err := tidy(ctx, url); err != nil {
		return nil, errors.Join(err, f.close())
	}
	fmt.Printf("%d replies made in %s\n", n, time.Since(begun).Round(time.Millisecond))
	return f, nil
}

func (f *filled) open(ctx context.Context, ids system.IDs) error {
	o, err := rsvp.New(ids.New(), rsvp.Details{Title: "A garden party"}, time.Now())
	if err != nil {
		return err
	}
	c := &rsvps.Change{New: o}
	f.occasion = o.State().ID
	return errors.Join(f.store.CommitReplies(ctx, c), c.Err)
}

func (f *filled) add(ctx context.Context, ids system.IDs, n int) error {
	changes := make([]*rsvps.Change, n)
	for i := range changes {
		changes[i] = f.guest(ids.New(), len(f.ids)+i)
	}
	if err := f.store.CommitReplies(ctx, changes...); err != nil {
		return err
	}
	for _, c := range changes {
		if c.Err != nil {
			return c.Err
		}
		f.ids = append(f.ids, c.Reply.ID)
	}
	return nil
}

var names = [...]string{"Grace Hopper", "Émile Zola", "Søren Kierkegaard", "Ada Lovelace", "Иван Тургенев", "ada byron", "Zoë"}

func (f *filled) guest(id string, n int) *rsvps.Change {
	email := fmt.Sprintf("guest%d@example.org", n)
	return &rsvps.Change{OccasionID: f.occasion, Email: email, Decide: func(d *rsvps.Desk) error {
		r, err := d.Occasion.Reply(id, rsvp.Answer{Name: names[n%len(names)], Email: email, PartySize: 1}, time.Now())
		if err == nil {
			d.Put(r)
		}
		return err
	}}
}

func (f *filled) close() error { return f.store.Close(context.Background()) }

// tidy does now what Postgres would do by itself while it is measured.
func tidy(ctx context.Context, url string) error {
	if url == "" {
		return nil
	}
	db, err := sql.Open("pgx", url)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "VACUUM ANALYZE")
	return errors.Join(err, db.Close())
}
