package browser_test

import (
	"testing"

	"convoke/domain/rsvp"
	"convoke/test/browser"
	"convoke/test/site"
)

// painted tells when the largest thing of a page was painted, in milliseconds, and how much has moved about meanwhile: the
// web's own measures LCP and CLS.
type painted struct{ Largest, Shift float64 }

const paintings = `document.fonts.ready.then(() => new Promise(resolve => {
	const seen = {Largest: 0, Shift: 0};
	new PerformanceObserver(list => {
		for (const e of list.getEntries()) seen.Largest = e.startTime;
		setTimeout(() => resolve(seen), 300);
	}).observe({type: "largest-contentful-paint", buffered: true});
	new PerformanceObserver(list => { for (const e of list.getEntries()) if (!e.hadRecentInput) seen.Shift += e.value }).observe({type: "layout-shift", buffered: true});
}))`

// invitation opens an occasion that the studio has drawn for and returns its page.
func invitation(t testing.TB, s *site.Site) string {
	t.Helper()
	job := s.Order()
	s.Draw(t, job)
	view, err := s.Jobs.Get(t.Context(), job)
	if err != nil {
		t.Fatal(err)
	}
	id, _ := s.Open(details(func(d *rsvp.Details) { d.DesignID = view.Design.DesignID }))
	return s.URL + "/o/" + id
}

func TestNothingMovesWhileAPageLoads(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	p := browser.Open(t)
	p.Size(390, 844)
	p.Slow()
	p.Go(invitation(t, s))
	seen := browser.Promised[painted](p, paintings)
	if seen.Largest == 0 || seen.Shift > 0.02 {
		t.Errorf("%+v", seen)
	}
}

// BenchmarkFirstVisit measures the invitation on a slow phone that has never been here.
func BenchmarkFirstVisit(b *testing.B) {
	s := site.Open(b, site.Config{})
	address := invitation(b, s)
	var sum painted
	for b.Loop() {
		p := browser.Open(b)
		p.Size(390, 844)
		p.Slow()
		p.Go(address)
		seen := browser.Promised[painted](p, paintings)
		sum.Largest, sum.Shift = sum.Largest+seen.Largest, sum.Shift+seen.Shift
	}
	b.ReportMetric(sum.Largest/float64(b.N), "ms-to-largest-paint")
	b.ReportMetric(sum.Shift/float64(b.N), "shift")
}
