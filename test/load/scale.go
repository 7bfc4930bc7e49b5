package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"convoke/application/rsvps"
	"convoke/test/postgres"
)

// scale measures what the database's part of a page and of counts costs with few and with many replies. Caches of the
// product are not asked: each page has a cursor of its own, and each read goes to the database. What the database and
// the machine keep in memory by themselves is warm, as it is after a burst. Of the large one it also measures the lists that
// no index gives.
type scale struct {
	Engines []string `default:"postgres,sqlite" enum:"postgres,sqlite" help:"Databases to measure."`
	Few     int      `default:"1000" help:"Replies of the small occasion."`
	Many    int      `default:"1000000" help:"Replies of the large one, in a database of its own."`
	Reads   int      `default:"2000" help:"Pages and counts to measure of each."`
	Target  float64  `default:"1.5" help:"How many times as much the large one may cost; more fails."`
}

// Run measures.
func (c scale) Run(ctx context.Context) (err error) {
	folder, err := os.MkdirTemp("", "convoke-load-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	fmt.Printf("scale: database reads on one occasion, a page of 20 behind a cursor of its own each time, medians of %d\n", c.Reads)
	for _, engine := range c.Engines {
		err = errors.Join(err, c.engine(ctx, engine, folder))
	}
	return err
}

func (c scale) engine(ctx context.Context, name, folder string) (err error) {
	place := func(which string) (url, file string, err error) { return "", filepath.Join(folder, which+".db"), nil }
	if name == "postgres" {
		server, err := postgres.Run()
		if err != nil {
			return err
		}
		defer server.Close()
		place = func(which string) (url, file string, err error) { url, err = server.Create(which); return url, "", err }
	}
	var both [2]*filled
	for i, n := range []int{c.Few, c.Many} {
		url, file, err := place([]string{"few", "many"}[i])
		if err != nil {
			return err
		}
		if both[i], err = fill(ctx, url, file, n); err != nil {
			return err
		}
		defer both[i].close()
	}
	return errors.Join(c.compare(ctx, name, both[0], both[1]), both[1].lists(ctx, name))
}

// compare reads the two in turn, so that whatever else the machine does hits both.
func (c scale) compare(ctx context.Context, name string, few, many *filled) error {
	pages, counts := [2]latencies{}, [2]latencies{}
	for i := range c.Reads {
		for which, f := range []*filled{few, many} {
			page, err := f.page(ctx, i, c.Reads)
			if err != nil {
				return err
			}
			count, err := f.counts(ctx)
			if err != nil {
				return err
			}
			pages[which], counts[which] = append(pages[which], page), append(counts[which], count)
		}
	}
	return errors.Join(c.judge(name+" page", pages), c.judge(name+" counts", counts))
}

func (c scale) judge(what string, took [2]latencies) error {
	few, many := took[0].String(), took[1].String() // sorted by that
	ratio := float64(took[1].at(.5)) / float64(took[0].at(.5))
	fmt.Printf("%-16s %8d replies: %s\n%-16s %8d replies: %s\n%-16s %.2f times as much (promised: %.1f)\n",
		what, c.Few, few, "", c.Many, many, "", ratio, c.Target)
	if ratio > c.Target {
		return fmt.Errorf("%s costs %.2f times as much", what, ratio)
	}
	return nil
}

// page reads the i-th of n pages that lie evenly over the whole list.
func (f *filled) page(ctx context.Context, i, n int) (time.Duration, error) {
	cursor := f.ids[(20+(len(f.ids)-20)*i/n)%len(f.ids)]
	begun := time.Now()
	page, err := f.store.Replies(ctx, rsvps.Query{OccasionID: f.occasion, After: cursor, Limit: 20})
	took := time.Since(begun)
	if err == nil && (len(page.Replies) != 20 || page.Total != len(f.ids)) {
		err = fmt.Errorf("a page has %d replies of %d", len(page.Replies), page.Total)
	}
	return took, err
}

func (f *filled) counts(ctx context.Context) (time.Duration, error) {
	begun := time.Now()
	o, err := f.store.Occasion(ctx, f.occasion)
	took := time.Since(begun)
	if err == nil && o.Counts.Yes != len(f.ids) {
		err = fmt.Errorf("%d are counted of %d", o.Counts.Yes, len(f.ids))
	}
	return took, err
}
