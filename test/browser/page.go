package browser

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/inspector"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Page is one tab in a profile of its own, and what it has said and asked for.
type Page struct {
	t   testing.TB
	ctx context.Context //nolint:containedctx // it is the tab

	mu       sync.Mutex
	messages []string
	expected [][]string
	requests []*network.Request
}

// Open opens a tab; it closes with the test. Its console is to stay empty: whatever is said there fails the test, unless
// it was to be expected.
func Open(t testing.TB) *Page {
	t.Helper()
	ctx, cancel := chromedp.NewContext(start(t), chromedp.WithNewBrowserContext())
	p := &Page{t: t, ctx: ctx}
	var reading sync.WaitGroup
	console := chromedp.Console(ctx)
	reading.Go(func() {
		for message, err := range console {
			if err != nil {
				return
			}
			p.note(func() { p.messages = append(p.messages, message.String()+" "+message.URL) })
		}
	})
	err := chromedp.Listen(ctx, func(happened any) { // unlike iterators, before the command that it came before
		switch e := happened.(type) {
		case *network.EventRequestWillBeSent:
			p.note(func() { p.requests = append(p.requests, e.Request) })
		case *inspector.EventTargetCrashed:
			p.note(func() { p.messages = append(p.messages, "the tab has crashed") })
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if said := p.unexpected(); len(said) > 0 {
			t.Errorf("the console says %q", said)
		}
		cancel()
		reading.Wait()
	})
	p.Size(1200, 900)
	return p
}

func (p *Page) note(what func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	what()
}

// Expect lets the console say what contains all of these parts. It counts for the whole test, because browsers say things
// of an answer when they come to it, which may be long after the page has shown it.
func (p *Page) Expect(parts ...string) {
	p.note(func() { p.expected = append(p.expected, parts) })
}

// ExpectRefusal lets the console say that an answer had a status, at an address that contains a text.
func (p *Page) ExpectRefusal(status int, address string) {
	p.Expect(fmt.Sprintf("a status of %d ", status), address)
}

// ExpectBreaks lets the console say that connections broke.
func (p *Page) ExpectBreaks() {
	p.Expect("WebSocket connection")
	p.Expect("net::ERR_")
}

// unexpected returns what the console has said and should not have.
func (p *Page) unexpected() (said []string) {
	p.note(func() {
		for _, message := range p.messages {
			expected := slices.ContainsFunc(p.expected, func(parts []string) bool {
				return !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(message, part) })
			})
			if !expected {
				said = append(said, message)
			}
		}
	})
	return said
}

// Requests returns what has been asked for, as METHOD and address.
func (p *Page) Requests() (all []string) {
	p.note(func() {
		for _, r := range p.requests {
			all = append(all, r.Method+" "+r.URL+r.URLFragment)
		}
	})
	return all
}

// Hosts returns the hosts that have been asked.
func (p *Page) Hosts() map[string]bool {
	hosts := map[string]bool{}
	p.note(func() {
		for _, r := range p.requests {
			if u, err := url.Parse(r.URL); err == nil && u.Scheme != "data" {
				hosts[u.Host] = true
			}
		}
	})
	return hosts
}

// moment bounds one command: a page that is on its way out may leave it unanswered.
func (p *Page) moment(d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(p.ctx, d)
}

func call[P, R any](p *Page, command cdp.Command[P, R], params P) R {
	p.t.Helper()
	ctx, cancel := p.moment(patience)
	defer cancel()
	result, err := chromedp.Call(ctx, command, params)
	if err != nil {
		p.t.Fatal(err)
	}
	return result
}

// Go opens an address.
func (p *Page) Go(address string) {
	p.t.Helper()
	ctx, cancel := p.moment(2 * patience)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate(address)); err != nil {
		p.t.Fatalf("%s: %v", address, err)
	}
}

// Eval returns the value of an expression.
func Eval[T any](p *Page, expression string) T {
	p.t.Helper()
	ctx, cancel := p.moment(patience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
	return value
}

// Leave runs what leads away from the page, once the browser has answered: afterwards there is nobody to.
func (p *Page) Leave(script string) {
	p.t.Helper()
	Eval[any](p, "setTimeout(() => { "+script+" }), null")
}

// Promised returns what a promise is kept with.
func Promised[T any](p *Page, expression string) T {
	p.t.Helper()
	ctx, cancel := p.moment(2 * patience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
	return value
}

// Await waits until an expression is true, on whatever page there is by then.
func (p *Page) Await(what, expression string) {
	p.t.Helper()
	p.poll(what, func(ctx context.Context) bool {
		value, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression))
		return err == nil && value
	})
}

// AwaitText waits until the page shows a text.
func (p *Page) AwaitText(text string) {
	p.t.Helper()
	p.Await(fmt.Sprintf("the text %q", text), fmt.Sprintf("document.body.innerText.includes(%q)", text))
}

// poll asks until the answer is yes.
func (p *Page) poll(what string, holds func(context.Context) bool) {
	p.t.Helper()
	once := func() bool {
		ctx, cancel := p.moment(patience / 5)
		defer cancel()
		return holds(ctx)
	}
	deadline := time.Now().Add(patience)
	for !once() {
		if time.Now().After(deadline) {
			ctx, cancel := p.moment(patience / 5)
			defer cancel()
			text, err := chromedp.Run(ctx, chromedp.Evaluate[string]("location.href + '\\n' + document.body.innerText"))
			p.t.Fatalf("%s: not within %s; the page is %s (%v)", what, patience, text, err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// Cookies returns the cookies that the page's address is sent, and those of other addresses given.
func (p *Page) Cookies(addresses ...string) []*network.Cookie {
	p.t.Helper()
	return call(p, network.GetCookies, network.GetCookiesParams{URLs: addresses}).Cookies
}

// Shot writes a picture of the page as WebP: of what the window shows, or of the whole.
func (p *Page) Shot(file string, whole bool) {
	p.t.Helper()
	Promised[any](p, "document.fonts.ready.then(() => Promise.allSettled(document.getAnimations().map(a => a.finished))).then(() => null)")
	quality := int64(85)
	taken := call(p, page.CaptureScreenshot, page.CaptureScreenshotParams{
		Format: page.CaptureScreenshotFormatWebp, Quality: &quality, CaptureBeyondViewport: &whole,
	})
	if err := os.WriteFile(file, taken.Data, 0o644); err != nil { //nolint:gosec // it is for everybody
		p.t.Fatal(err)
	}
}
