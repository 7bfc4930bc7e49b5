package main

import (
	"context"
	"fmt"
	"time"

	"convoke/application/rsvps"
	"convoke/domain/rsvp"
)

// worst is how long the first page of a list may take for which all replies of an occasion are looked through. The product
// gives up then.
const worst = 4 * time.Second

// lists are those that no index gives: searches that find much, little and nothing, and orders.
var lists = []rsvps.Filter{
	{Status: rsvp.No},
	{Search: "@example.org"}, {Search: "guest77777"}, {Search: "nobody"}, {Search: "ÉMILE"},
	{Sort: rsvps.ByName}, {Sort: rsvps.ByParty}, {Sort: rsvps.Changed}, {Search: "grace", Sort: rsvps.ByName},
}

// lists measures the first page of each list, and the last page that pages are counted to.
func (f *filled) lists(ctx context.Context, name string) error {
	const times = 5
	for _, filter := range lists {
		var took, deep latencies
		for range times {
			for _, q := range []rsvps.Query{{Limit: 20}, {Limit: rsvps.MaxPage, Skip: rsvps.MaxDepth - rsvps.MaxPage}} {
				q.OccasionID, q.Filter = f.occasion, filter
				begun := time.Now()
				if _, err := f.store.Replies(ctx, q); err != nil {
					return err
				}
				if q.Skip == 0 {
					took = append(took, time.Since(begun))
				} else {
					deep = append(deep, time.Since(begun))
				}
			}
		}
		fmt.Printf("%-16s %8d replies, %+v: %s; page 200 of 100: %s\n", name+" list", len(f.ids), filter, took, deep)
		if took.at(.5) > worst {
			return fmt.Errorf("%s: the list %+v takes longer than %s", name, filter, worst)
		}
	}
	return nil
}
