package design

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
)

const (
	svgSpace   = "http://www.w3.org/2000/svg"
	xlinkSpace = "http://www.w3.org/1999/xlink"
)

// rebuilder copies a drawing from a token stream to out, leaving out what the lists do not name.
type rebuilder struct {
	decoder  *xml.Decoder
	out      []byte
	open     []openElement
	elements int
	pending  bool // the last start tag still lacks its ">", because it may turn out to be empty
	ended    bool // the root is closed
	sheet    []byte
	used     []string // attributes already written on the current element
	refs     references
	removed  []string
}

// openElement is one level of nesting in the source; a level that is not kept lends its children to its parent.
type openElement struct {
	name string
	kept bool
	node int // in refs: the nearest element with an id
}

func newRebuilder(markup []byte) *rebuilder {
	decoder := xml.NewDecoder(bytes.NewReader(markup))
	decoder.Strict = true
	return &rebuilder{decoder: decoder, out: make([]byte, 0, len(markup)+256), refs: newReferences()}
}

func (r *rebuilder) run() error {
	for {
		token, err := r.decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return malformed(err, r.decoder)
		}
		if err := r.take(token); err != nil {
			return err
		}
	}
	if !r.ended {
		return unsafeSVG("the design has no <svg> element")
	}
	return r.refs.check()
}

func (r *rebuilder) take(token xml.Token) error {
	switch t := token.(type) {
	case xml.StartElement:
		return r.start(t)
	case xml.EndElement:
		r.end()
	case xml.CharData:
		r.text(t)
	case xml.Directive:
		return r.directive(t)
	case xml.ProcInst:
		if t.Target != "xml" {
			r.remove("instruction " + t.Target)
		}
	}
	return nil
}

// directive leaves out a plain DOCTYPE and refuses one that brings its own rules or entities.
func (r *rebuilder) directive(d xml.Directive) error {
	if bytes.ContainsRune(d, '[') || !bytes.HasPrefix(d, []byte("DOCTYPE")) {
		return unsafeSVG("the design has a document type with rules of its own")
	}
	r.remove("document type")
	return nil
}

func (r *rebuilder) start(t xml.StartElement) error {
	name := t.Name.Local
	if len(r.open) == 0 {
		if r.ended || name != "svg" || !isSVGSpace(t.Name.Space) {
			return unsafeSVG("the design's root must be one <svg> element")
		}
	}
	if !isSVGSpace(t.Name.Space) || !r.belongs(name) {
		r.remove("element " + name)
		return r.skip()
	}
	r.elements++
	switch {
	case len(r.open) >= maxDepth:
		return unsafeSVG("the design is nested deeper than %d elements", maxDepth)
	case r.elements > maxElements:
		return unsafeSVG("the design has more than %d elements", maxElements)
	}
	if name == "a" {
		r.remove("element a")
		r.open = append(r.open, openElement{name: name, node: r.node()})
		return nil
	}
	r.open = append(r.open, openElement{name: name, kept: true, node: r.node()})
	if name == "style" {
		r.sheet = r.sheet[:0]
		return nil
	}
	r.closeTag()
	return r.writeStart(name, t.Attr)
}

// belongs reports whether an element of this name may stand here: titles hold text only, and text holds only text.
func (r *rebuilder) belongs(name string) bool {
	if !elements[name] {
		return false
	}
	if len(r.open) == 0 {
		return true
	}
	switch r.kept() {
	case "title", "desc", "style":
		return false
	case "text", "tspan", "textPath":
		return name == "tspan" || name == "textPath" || name == "title" || name == "desc" || name == "a"
	}
	return true
}

// kept returns the name of the nearest open element that is written.
func (r *rebuilder) kept() string {
	for i := len(r.open) - 1; i >= 0; i-- {
		if r.open[i].kept {
			return r.open[i].name
		}
	}
	return ""
}

func (r *rebuilder) node() int {
	if len(r.open) == 0 {
		return 0
	}
	return r.open[len(r.open)-1].node
}

func (r *rebuilder) skip() error {
	if err := r.decoder.Skip(); err != nil {
		return malformed(err, r.decoder)
	}
	return nil
}

func (r *rebuilder) end() {
	last := r.open[len(r.open)-1]
	r.open = r.open[:len(r.open)-1]
	r.ended = len(r.open) == 0
	switch {
	case !last.kept:
	case last.name == "style":
		r.writeSheet()
	case r.pending:
		r.out = append(r.out, "/>"...)
		r.pending = false
	default:
		r.out = append(r.out, "</"...)
		r.out = append(r.out, last.name...)
		r.out = append(r.out, '>')
	}
}

func (r *rebuilder) text(data []byte) {
	switch r.kept() {
	case "style":
		r.sheet = append(r.sheet, data...)
	case "text", "tspan", "textPath", "title", "desc":
		if len(data) > 0 {
			r.closeTag()
			r.out = appendEscaped(r.out, data)
		}
	}
}

func (r *rebuilder) writeSheet() {
	rules := r.cleanSheet(string(r.sheet))
	if rules == "" {
		return
	}
	r.closeTag()
	r.out = append(r.out, "<style>"...)
	r.out = appendEscaped(r.out, rules)
	r.out = append(r.out, "</style>"...)
}

func (r *rebuilder) closeTag() {
	if r.pending {
		r.out = append(r.out, '>')
		r.pending = false
	}
}

// remove notes what was left out, once for each kind.
func (r *rebuilder) remove(what string) {
	const longest = 60
	if len(what) > longest {
		what = strings.ToValidUTF8(what[:longest], "")
	}
	if len(r.removed) < maxRemoved && !slices.Contains(r.removed, what) {
		r.removed = append(r.removed, what)
	}
}

func isSVGSpace(space string) bool { return space == "" || space == svgSpace }

// appendEscaped writes text or an attribute's value. Line breaks become spaces, as XML itself does in attributes.
func appendEscaped[T string | []byte](out []byte, text T) []byte {
	from := 0
	for i := range len(text) {
		var escaped string
		switch text[i] {
		case '&':
			escaped = "&amp;"
		case '<':
			escaped = "&lt;"
		case '>':
			escaped = "&gt;"
		case '"':
			escaped = "&quot;"
		case '\t', '\n', '\r':
			escaped = " "
		default:
			continue
		}
		out = append(out, text[from:i]...)
		out = append(out, escaped...)
		from = i + 1
	}
	return append(out, text[from:]...)
}
