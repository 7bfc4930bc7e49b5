package main

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
)

// maxGuests bounds what a run may leave on the disk until its end.
const maxGuests = 5_000_000

var errTooMany = fmt.Errorf("%d guests are enough: make the rounds shorter", maxGuests)

// occasion is what the guests reply to.
type occasion struct {
	url      string // of an api process
	id, host string
	guests   atomic.Int64 // that have been made up so far
}

func openOccasion(ctx context.Context, api *process) (*occasion, error) {
	var opened struct {
		Occasion  struct{ ID string }
		HostToken string
	}
	err := call(ctx, http.MethodPost, api.url()+"/api/occasions", "", `{"title":"A garden party"}`, &opened)
	return &occasion{url: api.url(), id: opened.Occasion.ID, host: opened.HostToken}, err
}

// guestDigits is where a guest's number stands in an address; the same length each time keeps requests the same length.
const guestDigits = 10

// request is a whole POST of a reply, in which the guest's number is to be written.
func (o *occasion) request() (text []byte, number []byte) {
	body := fmt.Sprintf(`{"occasionId":%q,"name":"Grace Hopper","email":"guest%0*d@example.org","status":"yes","partySize":1}`,
		o.id, guestDigits, 0)
	text = fmt.Appendf(nil, "POST /api/rsvps HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		len(body), body)
	at := len(text) - len(`@example.org","status":"yes","partySize":1}`)
	return text, text[at-guestDigits : at]
}

// guest returns a function that replies over a wire as somebody new each time. It is for one goroutine.
func (o *occasion) guest() func(w *wire) error {
	text, number := o.request()
	return func(w *wire) error {
		n := o.guests.Add(1)
		if n > maxGuests {
			return errTooMany
		}
		for i := len(number) - 1; i >= 0; i-- {
			number[i] = byte('0' + n%10)
			n /= 10
		}
		_, err := w.ask(text, http.StatusCreated)
		return err
	}
}

// writers returns a guest for each of n wires, as flood wants them.
func (o *occasion) writers(n int) func(i int, w *wire) error {
	guests := make([]func(*wire) error, n)
	for i := range guests {
		guests[i] = o.guest()
	}
	return func(i int, w *wire) error { return guests[i](w) }
}
