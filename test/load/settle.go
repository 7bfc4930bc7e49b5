package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"convoke/application/metric"
)

const (
	settleLimit = 3 * time.Minute // how long publishing and counting may lag behind the replies
	gaugeAge    = time.Second     // how old a gauge may be when it is told
)

// settled is how long after the last reply everything that follows from it was done.
type settled struct{ published, counted time.Duration }

// published is how many events of replies the processes have published since their start.
func (d *deployment) published(ctx context.Context) (n int, err error) {
	for _, p := range d.apis() {
		value, _, e := reading(ctx, p.url(), metric.RelayPublished+`{topic="rsvp-events"}`) // none yet where nobody leads
		n, err = n+int(value), errors.Join(err, e)
	}
	return n, err
}

// settle waits until as many events are published and all accepted replies are counted, and checks the counts.
func (d *deployment) settle(ctx context.Context, o *occasion, published, accepted int) (s settled, err error) {
	begun := time.Now()
	wait := func(what string, holds func() (bool, error)) time.Duration {
		if err == nil {
			err = await(ctx, what, settleLimit, holds)
		}
		return time.Since(begun)
	}
	s.published = wait("every event is published", func() (bool, error) {
		n, err := d.published(ctx)
		return n >= published, err
	})
	s.counted = wait("every reply is counted", func() (bool, error) { return o.counted(ctx, accepted) })
	pause(ctx, gaugeAge-time.Since(begun))
	wait("the outbox is empty", func() (bool, error) {
		rows, there, err := reading(ctx, o.url, metric.OutboxBatches)
		return there && rows == 0, err
	})
	if err != nil {
		return s, err
	}
	return s, o.check(ctx, accepted)
}

// counted reports whether the analytics have seen every accepted reply.
func (o *occasion) counted(ctx context.Context, accepted int) (bool, error) {
	var numbers struct {
		Revision uint64
		Totals   struct{ Created int }
	}
	err := call(ctx, http.MethodGet, o.url+"/api/occasions/"+o.id+"/analytics", o.host, "", &numbers)
	if err != nil || numbers.Revision < uint64(accepted)+1 { // the first is the occasion's own
		return false, err
	}
	if numbers.Totals.Created != accepted {
		err = fmt.Errorf("%d are counted of %d", numbers.Totals.Created, accepted)
	}
	return true, err
}

// check compares the occasion's counts with what was accepted.
func (o *occasion) check(ctx context.Context, accepted int) error {
	var counts struct{ Replies struct{ Yes int } }
	url := fmt.Sprintf("%s/api/occasions/%s/counts?minRevision=%d", o.url, o.id, accepted+1)
	err := call(ctx, http.MethodGet, url, "", "", &counts)
	if err == nil && counts.Replies.Yes != accepted {
		err = fmt.Errorf("%d replies were accepted, %d are counted", accepted, counts.Replies.Yes)
	}
	return err
}
