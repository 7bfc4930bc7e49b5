package raster

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// node is one element of a drawing.
type node struct {
	name       string
	attributes map[string]string
	children   []*node
	parent     *node
	text       string // of a style sheet
}

func (n *node) attribute(name string) string { return n.attributes[name] }

// document is a drawing that was read, with what its parts refer to.
type document struct {
	root  *node
	byID  map[string]*node
	rules []rule

	open            *node // while it is read
	elements, depth int
}

// Bounds of what is read. The sanitiser's are the same; here they keep memory in bounds whoever asks.
const (
	maxDepth    = 128
	maxElements = 60_000
)

// What a client may know of why a drawing could not be read.
var (
	errNoDrawing = errors.New("it has no <svg> element")
	errMalformed = errors.New("it is not well-formed")
	errTooLarge  = errors.New("it has too many elements, or too deep ones")
)

// decode reads markup that design.ParseSVG has written; other well-formed markup is read too, and what is no SVG in it
// is not looked at.
func decode(markup []byte) (*document, error) {
	d := &document{byID: map[string]*node{}}
	decoder := xml.NewDecoder(bytes.NewReader(markup))
	for {
		token, err := decoder.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, errMalformed // whose own words quote the input
		}
		if err := d.take(token); err != nil {
			return nil, err
		}
	}
	if d.root == nil || d.root.name != "svg" || d.open != nil {
		return nil, errNoDrawing
	}
	return d, nil
}

func (d *document) take(token xml.Token) error {
	switch t := token.(type) {
	case xml.StartElement:
		d.elements, d.depth = d.elements+1, d.depth+1
		if d.depth > maxDepth || d.elements > maxElements {
			return errTooLarge
		}
		d.open = d.enter(d.open, t)
	case xml.EndElement:
		if d.open == nil || d.open.name != t.Name.Local {
			return errMalformed
		}
		d.open, d.depth = d.open.parent, d.depth-1
	case xml.CharData:
		if d.open != nil && d.open.name == "style" {
			d.open.text += string(t)
		}
	}
	return nil
}

func (d *document) enter(parent *node, t xml.StartElement) *node {
	n := &node{name: t.Name.Local, parent: parent, attributes: make(map[string]string, len(t.Attr))}
	for _, a := range t.Attr {
		if _, twice := n.attributes[a.Name.Local]; !twice {
			n.attributes[a.Name.Local] = a.Value
		}
	}
	if id := n.attributes["id"]; id != "" && d.byID[id] == nil {
		d.byID[id] = n
	}
	if parent != nil {
		parent.children = append(parent.children, n)
	} else if d.root == nil {
		d.root = n
	}
	return n
}

// find returns the element that "#id" names, or nil.
func (d *document) find(href string) *node {
	id, ok := strings.CutPrefix(strings.TrimSpace(href), "#")
	if !ok {
		return nil
	}
	return d.byID[id]
}
