package browser_test

import (
	"fmt"
	"slices"
	"testing"

	"convoke/adapters/web/words"
	"convoke/application/metric"
	"convoke/application/rsvps"
	"convoke/domain/rsvp"
	"convoke/test/browser"
	"convoke/test/site"
)

func TestCountsAreLiveAlsoAfterTheConnectionIsCut(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	wire := site.NewWire(t, s.URL)
	id, _ := s.Open(details(func(d *rsvp.Details) { d.Capacity = 6 }))
	p := browser.Open(t)
	p.ExpectBreaks()
	p.Go(wire.URL + "/o/" + id)
	browser.Eval[any](p, `globalThis.seen = []; new MutationObserver(() => seen.push(Number(document.querySelector("[data-count=coming]").textContent)))
		.observe(document.querySelector("[data-count=coming]"), {childList: true, characterData: true, subtree: true})`)
	s.Reply(id, "one@example.org", 1)
	p.Await("one is coming", `document.querySelector("[data-count=coming]").textContent === "1"`)
	wire.Cut()
	s.Reply(id, "two@example.org", 2)
	p.Await("three are coming", `document.querySelector("[data-count=coming]").textContent === "3" && document.querySelector("[data-count=seats]").textContent === "3"`)
	s.Reply(id, "three@example.org", 3)
	p.Await("it is full", `document.querySelector("[data-full]").checkVisibility()`)
	if seen := browser.Eval[[]int](p, "seen"); !slices.IsSorted(seen) {
		t.Errorf("the count went back: %v", seen)
	}
}

func TestAnOlderCountIsDropped(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, _ := s.Open(details(nil))
	p := browser.Open(t)
	p.Before(`globalThis.WebSocket = class extends WebSocket { constructor(url) { super(url); globalThis.socket = this; } }`)
	p.Go(s.URL + "/o/" + id)
	say := func(revision, coming int) {
		browser.Eval[any](p, fmt.Sprintf(`socket.onmessage({data: JSON.stringify({type: "occasion_counts", occasionId: %q, revision: %d,
			people: {yes: %d, maybe: 0, waitlisted: 0}, seatsLeft: 1})})`, id, revision, coming))
	}
	say(10, 5)
	say(9, 4)
	p.Await("the newer count is shown", `document.querySelector("[data-count=coming]").textContent === "5"`)
	say(9, 4)
	say(11, 6)
	p.Await("the newest count is shown", `document.querySelector("[data-count=coming]").textContent === "6"`)
	say(10, 5)
	shown := browser.Promised[string](p, `new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => r(document.querySelector("[data-count=coming]").textContent))))`)
	if shown != "6" {
		t.Errorf("the count went back to %s", shown)
	}
}

func TestCountsThatAreHiddenStopAndSaySo(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, host := s.Open(details(nil))
	claim, err := s.Signer.Read(host)
	if err != nil {
		t.Fatal(err)
	}
	p := browser.Open(t)
	p.Go(s.URL + "/o/" + id)
	s.Reply(id, "one@example.org", 1)
	p.Await("one is coming", `document.querySelector("[data-count=coming]").textContent === "1"`)
	_, err = s.RSVPs.Edit(t.Context(), rsvps.Caller{Claim: &claim}, id, "", func(d *rsvp.Details) { d.Counts = rsvp.CountsHidden })
	if err != nil {
		t.Fatal(err)
	}
	p.AwaitText(words.LiveStopped)
	s.Reply(id, "two@example.org", 1)
	if shown := browser.Eval[string](p, `document.querySelector("[data-count=coming]").textContent`); shown != "1" {
		t.Errorf("hidden counts are shown: %s", shown)
	}
}

func TestAPageThatBackRestoresIsLiveOverOneSocket(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, _ := s.Open(details(nil))
	p := browser.Open(t)
	p.Go(s.URL + "/o/" + id)
	s.Reply(id, "one@example.org", 1)
	p.Await("one is coming", `document.querySelector("[data-count=coming]").textContent === "1"`)
	p.Leave(`globalThis.kept = true; location.href = "/o/` + id + `/reply"`)
	p.AwaitText(words.OpenText)
	p.Leave("history.back()")
	p.Await("the page is restored as it was", "globalThis.kept === true")
	s.Reply(id, "two@example.org", 2)
	p.Await("three are coming", `document.querySelector("[data-count=coming]").textContent === "3"`)
	if open := s.Meter.Value(metric.SocketsOpen); open != 1 {
		t.Errorf("%v sockets are open", open)
	}
}
