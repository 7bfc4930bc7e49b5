package browser

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
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
	requests []*network.Request
}

// Open opens a tab; it closes with the test. Its console is to stay empty: whatever is said there fails the test, unless
// it is read with Messages.
func Open(t testing.TB) *Page {
	t.Helper()
	ctx, cancel := chromedp.NewContext(start(t), chromedp.WithNewBrowserContext())
	p := &Page{t: t, ctx: ctx}
	var reading sync.WaitGroup
	console, requests := chromedp.Console(ctx), chromedp.Events(ctx, network.RequestWillBeSent)
	reading.Go(func() {
		for message, err := range console {
			if err != nil {
				return
			}
			p.note(func() { p.messages = append(p.messages, message.String()+" "+message.URL) })
		}
	})
	reading.Go(func() {
		for sent, err := range requests {
			if err != nil {
				return
			}
			p.note(func() { p.requests = append(p.requests, sent.Request) })
		}
	})
	t.Cleanup(func() {
		if said := p.Messages(); len(said) > 0 {
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

// Messages returns what the console has said since it was last asked.
func (p *Page) Messages() (said []string) {
	p.note(func() { said, p.messages = p.messages, nil })
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

// Size sets the size of the window in CSS pixels.
func (p *Page) Size(width, height int64) {
	p.t.Helper()
	call(p, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1})
}

// WithoutScripts lets no page run any script.
func (p *Page) WithoutScripts() {
	p.t.Helper()
	call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
}

// Before runs a script before those of each page.
func (p *Page) Before(script string) {
	p.t.Helper()
	call(p, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
}

// In places the reader in a time zone.
func (p *Page) In(zone string) {
	p.t.Helper()
	call(p, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: zone})
}

// Dark sets the scheme of colours.
func (p *Page) Dark() {
	p.t.Helper()
	call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}},
	})
}

// Print shows the page as it is printed.
func (p *Page) Print() {
	p.t.Helper()
	call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
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
			text, _ := chromedp.Run(ctx, chromedp.Evaluate[string]("location.href + '\\n' + document.body.innerText"))
			p.t.Fatalf("%s: not within %s; the page is %s", what, patience, text)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// find waits for the element of a role and a name.
func (p *Page) find(role, name string) (id cdp.BackendNodeID) {
	p.t.Helper()
	p.poll(role+" "+name, func(ctx context.Context) bool {
		document, err := chromedp.Call(ctx, dom.GetDocument, dom.GetDocumentParams{})
		if err != nil {
			return false
		}
		found, err := chromedp.Call(ctx, accessibility.QueryAXTree, accessibility.QueryAXTreeParams{
			BackendNodeID: document.Root.BackendNodeID, Role: role, AccessibleName: name,
		})
		if err != nil {
			return false
		}
		for _, node := range found.Nodes {
			if !node.Ignored && node.BackendDOMNodeID != 0 {
				id = node.BackendDOMNodeID
			}
		}
		return id != 0
	})
	return id
}

// Click presses what has a role and a name, as often as clicks says.
func (p *Page) Click(role, name string, clicks ...int) {
	p.t.Helper()
	id := p.find(role, name)
	call(p, dom.ScrollIntoViewIfNeeded, dom.ScrollIntoViewIfNeededParams{BackendNodeID: id})
	quads := call(p, dom.GetContentQuads, dom.GetContentQuadsParams{BackendNodeID: id}).Quads
	if len(quads) == 0 {
		p.t.Fatalf("%s %q can not be seen", role, name)
	}
	x, y := (quads[0][0]+quads[0][4])/2, (quads[0][1]+quads[0][5])/2
	ctx, cancel := p.moment(patience)
	defer cancel()
	for range append(clicks, 1)[0] {
		if err := chromedp.Do(ctx, chromedp.MouseClickXY(x, y)); err != nil {
			p.t.Fatal(err)
		}
	}
}

// Type replaces the text of a field.
func (p *Page) Type(role, name, text string) {
	p.t.Helper()
	call(p, dom.Focus, dom.FocusParams{BackendNodeID: p.find(role, name)})
	Eval[any](p, "document.activeElement.select()")
	call(p, input.InsertText, input.InsertTextParams{Text: text})
}

// Keys presses keys, one after another.
func (p *Page) Keys(keys string) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, chromedp.KeyEvent(keys)); err != nil {
		p.t.Fatal(err)
	}
}

// TabTo presses Tab until the focus is on what a selector names.
func (p *Page) TabTo(selector string) {
	p.t.Helper()
	for range 50 {
		p.Keys("\t")
		if Eval[bool](p, fmt.Sprintf("document.activeElement.matches(%q)", selector)) {
			return
		}
	}
	p.t.Fatalf("Tab does not lead to %s", selector)
}

// Cookies returns the cookies that the page's address is sent, and those of other addresses given.
func (p *Page) Cookies(addresses ...string) []*network.Cookie {
	p.t.Helper()
	return call(p, network.GetCookies, network.GetCookiesParams{URLs: addresses}).Cookies
}

// Shot writes a picture of the whole page.
func (p *Page) Shot(file string) {
	p.t.Helper()
	picture, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(file, picture, 0o600)
	}
	if err != nil {
		p.t.Fatal(err)
	}
}
