package raster

import (
	"slices"
	"strings"
)

// rule is one selector of a style sheet with what it declares.
type rule struct {
	parts        []compound // from the outermost ancestor to the element itself
	weight       int
	declarations []declaration
}

// compound is what one element must be: of this name, with these classes and ids.
type compound struct {
	name         string
	classes, ids []string
}

type declaration struct {
	name, value string
	weight      int
}

// How much declarations weigh: attributes least, then rules by their selectors, then style attributes, then what is
// marked as important.
const (
	ruleWeight      = 1
	styleWeight     = 1 << 28
	importantWeight = 1 << 29
)

// readSheets collects the rules of every style element, in the order of the document.
func (d *document) readSheets(n *node) {
	if n.name == "style" {
		d.readSheet(n.text)
	}
	for _, child := range n.children {
		d.readSheets(child)
	}
}

func (d *document) readSheet(text string) {
	for {
		selectors, rest, ok := strings.Cut(text, "{")
		if !ok {
			return
		}
		body, after, _ := strings.Cut(rest, "}")
		text = after
		for selector := range strings.SplitSeq(selectors, ",") {
			if r, ok := newRule(selector); ok {
				r.declarations = declarations(body, r.weight)
				d.rules = append(d.rules, r)
			}
		}
	}
}

func newRule(selector string) (rule, bool) {
	r := rule{weight: ruleWeight}
	for part := range strings.FieldsSeq(selector) {
		c, ok := newCompound(part)
		if !ok {
			return rule{}, false
		}
		r.parts = append(r.parts, c)
		r.weight += len(c.ids)<<20 + len(c.classes)<<10
		if c.name != "" {
			r.weight++
		}
	}
	return r, len(r.parts) > 0
}

func newCompound(part string) (compound, bool) {
	var c compound
	for first := true; part != ""; first = false {
		mark := part[0]
		if mark == '.' || mark == '#' {
			part = part[1:]
		}
		end := strings.IndexAny(part, ".#")
		if end < 0 {
			end = len(part)
		}
		name := part[:end]
		part = part[end:]
		switch {
		case name == "":
			return c, false
		case mark == '.':
			c.classes = append(c.classes, name)
		case mark == '#':
			c.ids = append(c.ids, name)
		case first && name != "*":
			c.name = name
		}
	}
	return c, true
}

func (c compound) matches(n *node) bool {
	if c.name != "" && c.name != n.name {
		return false
	}
	for _, id := range c.ids {
		if n.attribute("id") != id {
			return false
		}
	}
	if len(c.classes) == 0 {
		return true
	}
	has := strings.Fields(n.attribute("class"))
	return !slices.ContainsFunc(c.classes, func(class string) bool { return !slices.Contains(has, class) })
}

// matches reports whether the rule is about the element. Taking the nearest ancestor for each part is enough, as parts
// are only ever joined by "somewhere inside".
func (r rule) matches(n *node) bool {
	last := len(r.parts) - 1
	if !r.parts[last].matches(n) {
		return false
	}
	at := n.parent
	for i := last - 1; i >= 0; at = at.parent {
		if at == nil {
			return false
		}
		if r.parts[i].matches(at) {
			i--
		}
	}
	return true
}

// declarations reads "name: value; …".
func declarations(text string, weight int) []declaration {
	var all []declaration
	for each := range strings.SplitSeq(text, ";") {
		name, value, ok := strings.Cut(each, ":")
		if !ok {
			continue
		}
		d := declaration{strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value), weight}
		if plain, marked, found := strings.Cut(d.value, "!"); found && strings.TrimSpace(strings.ToLower(marked)) == "important" {
			d.value, d.weight = strings.TrimSpace(plain), weight+importantWeight
		}
		all = append(all, d)
	}
	return all
}

// declared returns everything that is said about an element's looks, the strongest last.
func (d *document) declared(n *node) []declaration {
	var all []declaration
	for name, value := range n.attributes {
		if isProperty(name) {
			all = append(all, declaration{name, strings.TrimSpace(value), 0})
		}
	}
	for _, r := range d.rules {
		if r.matches(n) {
			all = append(all, r.declarations...)
		}
	}
	if style := n.attribute("style"); style != "" {
		all = append(all, declarations(style, styleWeight)...)
	}
	slices.SortStableFunc(all, func(a, b declaration) int { return a.weight - b.weight })
	return all
}
