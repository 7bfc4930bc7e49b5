package browser

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// find waits for the element of a role and a name. It looks through the whole tree itself: Accessibility.queryAXTree
// crashes the tab of Chromium 156 when the page is just being left.
func (p *Page) find(role, name string) (id cdp.BackendNodeID) {
	p.t.Helper()
	p.poll(role+" "+name, func(ctx context.Context) bool {
		tree, err := chromedp.Call(ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
		if err != nil {
			return false
		}
		for _, node := range tree.Nodes {
			if !node.Ignored && node.BackendDOMNodeID != 0 && says(node.Role, role) && says(node.Name, name) {
				id = node.BackendDOMNodeID
			}
		}
		return id != 0
	})
	return id
}

// says reports whether a property of an element is a text.
func says(property *accessibility.Value, text string) bool {
	var value string
	return property != nil && json.Unmarshal(property.Value, &value) == nil && value == text
}

// Click presses what has a role and a name, as often as clicks says.
func (p *Page) Click(role, name string, clicks ...int) {
	p.t.Helper()
	id := p.find(role, name)
	p.awaitPaint()
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

// awaitPaint waits until there is something to see. Before that Chromium drops whatever is pressed.
func (p *Page) awaitPaint() {
	p.t.Helper()
	p.Await("a first paint", `performance.getEntriesByName("first-contentful-paint").length > 0`)
}

// Keys presses keys, one after another.
func (p *Page) Keys(keys string) {
	p.t.Helper()
	p.awaitPaint()
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
