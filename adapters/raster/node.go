package raster

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// node is one element of a drawing.
type node struct {
	name       string
	attributes map[string]string
	children   []*node
	parent     *node
	text       string // in front of the first child; what style sheets are made of
}

func (n *node) attribute(name string) string { return n.attributes[name] }

// document is a drawing that was read, with what its parts refer to.
type document struct {
	root  *node
	byID  map[string]*node
	rules []rule
}

// Bounds of what is read. The sanitiser's are the same; here they keep memory in bounds whoever asks.
const (
	maxDepth    = 128
	maxElements = 60_000
)

var (
	errNoDrawing = errors.New("there is no svg element")
	errTooDeep   = errors.New("it is nested too deep")
	errTooMany   = errors.New("it has too many elements")
)

// decode reads markup that design.ParseSVG has written; other well-formed markup is read too, and what is no SVG in it
// is not looked at.
func decode(markup []byte) (*document, error) {
	d := &document{byID: map[string]*node{}}
	decoder := xml.NewDecoder(bytes.NewReader(markup))
	var at *node
	elements, depth := 0, 0
	for {
		token, err := decoder.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read the drawing: %w", err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			elements, depth = elements+1, depth+1
			if depth > maxDepth {
				return nil, errTooDeep
			}
			if elements > maxElements {
				return nil, errTooMany
			}
			at = d.enter(at, t)
		case xml.EndElement:
			if at == nil || at.name != t.Name.Local {
				return nil, errNoDrawing
			}
			at, depth = at.parent, depth-1
		case xml.CharData:
			if at != nil && len(at.children) == 0 {
				at.text += string(t)
			}
		}
	}
	if d.root == nil || d.root.name != "svg" || at != nil {
		return nil, errNoDrawing
	}
	return d, nil
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
