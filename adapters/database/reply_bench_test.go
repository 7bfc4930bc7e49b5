package database_test

import (
	"errors"
	"fmt"
	"syscall"
	"testing"
	"time"

	"convoke/adapters/database"
	"convoke/adapters/system"
	"convoke/application/envelope"
	"convoke/application/rsvps"
	"convoke/domain/rsvp"
)

// A burst of guests who answer one invitation.
func BenchmarkReply(b *testing.B) {
	on(b, func(b *testing.B, s *database.Store) {
		ids, occasion := system.NewIDs(), newOccasion(b, s)
		b.ResetTimer()
		before := processorTime(b)
		together(b, func(i int) error {
			c := answer(ids, occasion, i)
			return errors.Join(s.CommitReplies(b.Context(), c), c.Err)
		})
		b.ReportMetric(float64((processorTime(b)-before).Nanoseconds())/1e3/float64(b.N), "cpu-µs/op")
	})
}

// Each page must cost the same, wherever it lies.
func BenchmarkPage(b *testing.B) {
	on(b, func(b *testing.B, s *database.Store) {
		ids, occasion := system.NewIDs(), newOccasion(b, s)
		var cursors []string
		for n := 0; n < 50_000; n += 1000 {
			changes := make([]*rsvps.Change, 1000)
			for i := range changes {
				changes[i] = answer(ids, occasion, n+i)
			}
			if err := s.CommitReplies(b.Context(), changes...); err != nil {
				b.Fatal(err)
			}
			cursors = append(cursors, changes[500].Reply.ID)
		}
		b.ResetTimer()
		for i := 0; b.Loop(); i++ {
			page, err := s.Replies(b.Context(), rsvps.Query{OccasionID: occasion, After: cursors[i%len(cursors)], Limit: 20})
			if err != nil || len(page.Replies) != 20 {
				b.Fatal(len(page.Replies), err)
			}
		}
	})
}

func newOccasion(b *testing.B, s *database.Store) string {
	b.Helper()
	o, err := rsvp.New(system.NewIDs().New(), rsvp.Details{Title: "A garden party", Capacity: rsvp.MaxCapacity}, time.Now())
	c := &rsvps.Change{New: o}
	if err = errors.Join(err, s.CommitReplies(b.Context(), c), c.Err); err != nil {
		b.Fatal(err)
	}
	return o.State().ID
}

func answer(ids system.IDs, occasion string, n int) *rsvps.Change {
	id, email := ids.New(), fmt.Sprintf("guest%d@example.org", n)
	return &rsvps.Change{
		OccasionID: occasion, Email: email, Trace: envelope.NewTrace(),
		Decide: func(d *rsvps.Desk) error {
			r, err := d.Occasion.Reply(id, rsvp.Answer{Name: "Grace Hopper", Email: email, PartySize: 1}, time.Now())
			if err == nil {
				d.Put(r)
			}
			return err
		},
	}
}

// processorTime is what this process has used; a server's own is not in it.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
