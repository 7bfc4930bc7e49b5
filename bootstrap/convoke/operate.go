package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"text/tabwriter"
	"time"
)

type dlq struct {
	List    dlqList    `cmd:"" help:"List dead letters, newest first."`
	Show    dlqShow    `cmd:"" help:"Show one dead letter with its message."`
	Redrive dlqRedrive `cmd:"" help:"Have dead letters tried again by the group that failed."`
	Discard dlqDiscard `cmd:"" help:"Throw dead letters away."`
}

// filter chooses dead letters.
type filter struct {
	Topic  string `help:"Only those of this topic."`
	Group  string `help:"Only those of this group."`
	Reason string `help:"Only those with this reason."`
}

func (f filter) query() url.Values {
	q := url.Values{}
	for name, value := range map[string]string{"topic": f.Topic, "group": f.Group, "reason": f.Reason} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q
}

const lettersPath = "/api/admin/dead-letters"

type dlqList struct {
	server `embed:""`
	filter `embed:""`
	Limit  int `default:"50" help:"At most this many."`
}

type letter struct {
	ID, Topic, Group, Reason string
	Partition                int32
	Offset                   int64
	Attempts                 int
	Time                     time.Time
}

// Run lists letters, page by page.
func (d dlqList) Run(ctx context.Context) error {
	table := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tTIME\tREASON\tGROUP\tTOPIC\tPLACE\tATTEMPTS")
	left, cursor := d.Limit, ""
	for left > 0 {
		q := d.query()
		q.Set("limit", fmt.Sprint(min(left, 100)))
		if cursor != "" {
			q.Set("cursor", cursor)
		}
		var page struct {
			DeadLetters []letter
			NextCursor  *string
		}
		if err := d.call(ctx, http.MethodGet, lettersPath+"?"+q.Encode(), nil, &page); err != nil {
			return err
		}
		for _, l := range page.DeadLetters {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%d/%d\t%d\n", l.ID, l.Time.Format(time.RFC3339), l.Reason, l.Group, l.Topic, l.Partition, l.Offset, l.Attempts)
		}
		left -= len(page.DeadLetters)
		if page.NextCursor == nil {
			break
		}
		cursor = *page.NextCursor
	}
	return table.Flush()
}

type dlqShow struct {
	server `embed:""`
	ID     string `arg:""`
}

// Run shows a letter.
func (d dlqShow) Run(ctx context.Context) error {
	var answer struct {
		DeadLetter struct {
			letter
			Key, Payload, PayloadEncoding string
			Headers                       map[string]string
		}
	}
	if err := d.call(ctx, http.MethodGet, lettersPath+"/"+url.PathEscape(d.ID), nil, &answer); err != nil {
		return err
	}
	l := answer.DeadLetter
	fmt.Printf("id        %s\ntime      %s\nreason    %s\ngroup     %s\ntopic     %s\nplace     %d/%d\nattempts  %d\nkey       %s\n",
		l.ID, l.Time.Format(time.RFC3339), l.Reason, l.Group, l.Topic, l.Partition, l.Offset, l.Attempts, l.Key)
	for name, value := range l.Headers {
		fmt.Printf("header    %s: %s\n", name, value)
	}
	fmt.Printf("payload   (%s)\n%s\n", l.PayloadEncoding, l.Payload)
	return nil
}

type dlqRedrive struct {
	server `embed:""`
	filter `embed:""`
	ID     []string `arg:"" optional:""`
	All    bool     `help:"Every letter that the filters choose."`
}

// Run redrives the given letters, or all that match. It fails when any letter stays.
func (d dlqRedrive) Run(ctx context.Context) error {
	if d.All == (len(d.ID) > 0) {
		return errors.New("give either ids or --all")
	}
	if d.All {
		return d.matching(ctx)
	}
	return each(d.ID, "redriven", func(id string) error {
		return d.call(ctx, http.MethodPost, lettersPath+"/"+url.PathEscape(id)+"/redrive", nil, nil)
	})
}

func (d dlqRedrive) matching(ctx context.Context) error {
	body := map[string]string{"topic": d.Topic, "group": d.Group, "reason": d.Reason}
	redriven := 0
	for {
		var step struct {
			Redriven, Failed int
			Reason           *string
			Finished         bool
		}
		if err := d.call(ctx, http.MethodPost, lettersPath+"/redrive", body, &step); err != nil {
			return err
		}
		redriven += step.Redriven
		if step.Finished || step.Redriven == 0 {
			fmt.Printf("%d redriven, %d stay\n", redriven, step.Failed)
			if step.Failed > 0 {
				return fmt.Errorf("the first that stays: %s", text(step.Reason))
			}
			return nil
		}
	}
}

type dlqDiscard struct {
	server `embed:""`
	ID     []string `arg:""`
}

// Run throws letters away.
func (d dlqDiscard) Run(ctx context.Context) error {
	return each(d.ID, "discarded", func(id string) error {
		return d.call(ctx, http.MethodDelete, lettersPath+"/"+url.PathEscape(id), nil, nil)
	})
}

// each does something for every id, says what became of it, and fails when any failed.
func each(ids []string, done string, do func(string) error) error {
	failed := false
	for _, id := range ids {
		if err := do(id); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", id, err)
			failed = true
			continue
		}
		fmt.Println(id, done)
	}
	if failed {
		return errReported
	}
	return nil
}

type replay struct {
	server `embed:""`
	Group  string `required:"" help:"The group, as convoke groups shows it."`
}

// Run starts a replay.
func (r replay) Run(ctx context.Context) error {
	var answer struct{ Epoch uint64 }
	if err := r.call(ctx, http.MethodPost, "/api/admin/replay", map[string]string{"group": r.Group}, &answer); err != nil {
		return err
	}
	fmt.Printf("%s begins again (making %d); convoke groups shows how far it is\n", r.Group, answer.Epoch)
	return nil
}

type counts struct {
	Verify countsVerify `cmd:"" help:"Compare counters with rows and with the event log; fails when any differ."`
}

type countsVerify struct {
	server `embed:""`
}

// Run compares, and fails when anything differs.
func (c countsVerify) Run(ctx context.Context) error {
	var answer struct {
		Occasions, Events, Total int
		Differences              []struct{ OccasionID, Kind, Detail string }
	}
	if err := c.call(ctx, http.MethodGet, "/api/admin/counts/verify", nil, &answer); err != nil {
		return err
	}
	for _, d := range answer.Differences {
		fmt.Printf("%s  %s: %s\n", d.OccasionID, d.Kind, d.Detail)
	}
	fmt.Printf("%d occasions, %d events, %d differences\n", answer.Occasions, answer.Events, answer.Total)
	if answer.Total > 0 {
		return errReported
	}
	return nil
}

type groups struct {
	server `embed:""`
}

// Run shows the groups.
func (g groups) Run(ctx context.Context) error {
	var answer struct {
		Groups []struct {
			Group, Topic, Error string
			Lag                 *int64
			Members             []struct{ ID string }
		}
	}
	if err := g.call(ctx, http.MethodGet, "/api/admin/groups", nil, &answer); err != nil {
		return err
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, "GROUP\tTOPIC\tMEMBERS\tLAG")
	for _, row := range answer.Groups {
		lag := "–"
		if row.Lag != nil {
			lag = fmt.Sprint(*row.Lag)
		}
		fmt.Fprintf(table, "%s\t%s\t%d\t%s\n", row.Group, row.Topic, len(row.Members), lag)
	}
	return table.Flush()
}
