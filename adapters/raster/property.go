package raster

import (
	"slices"
	"strings"
)

// with returns the style after declarations, the strongest last. parent is for what asks to be inherited; diagonal is
// what percentages of lengths refer to. A declaration that is not understood counts for nothing.
func (s style) with(all []declaration, parent *style, diagonal float64) style {
	for _, d := range all {
		value := strings.TrimSpace(d.value)
		switch value {
		case "inherit", "unset":
			s.copyFrom(parent, d.name)
			continue
		}
		if !s.setPaint(d.name, value) && !s.setStroke(d.name, value, diagonal) {
			s.setOther(d.name, value)
		}
	}
	return s
}

// copyFrom undoes what weaker declarations said about an inherited property.
func (s *style) copyFrom(parent *style, name string) {
	switch name {
	case "fill":
		s.fill = parent.fill
	case "stroke":
		s.stroke = parent.stroke
	case "color":
		s.color = parent.color
	case "fill-opacity":
		s.fillOpacity = parent.fillOpacity
	case "stroke-opacity":
		s.strokeOpacity = parent.strokeOpacity
	case "stroke-width":
		s.width = parent.width
	case "visibility":
		s.visible = parent.visible
	}
}

func (s *style) setPaint(name, value string) bool {
	switch name {
	case "fill":
		s.setInk(&s.fill, value)
	case "stroke":
		s.setInk(&s.stroke, value)
	case "stop-color":
		s.setInk(&s.stopColor, value)
	case "color":
		i := ink{kind: colorInk, color: s.color}
		s.setInk(&i, value)
		s.color, _ = i.plain(s.color)
	case "fill-opacity":
		set(&s.fillOpacity, value, fraction)
	case "stroke-opacity":
		set(&s.strokeOpacity, value, fraction)
	case "stop-opacity":
		set(&s.stopOpacity, value, fraction)
	case "opacity":
		set(&s.opacity, value, fraction)
	case "fill-rule":
		s.fillEvenOdd = value == "evenodd"
	case "clip-rule":
		s.clipEvenOdd = value == "evenodd"
	default:
		return false
	}
	return true
}

func set(to *float64, value string, parse func(string) (float64, bool)) {
	if v, ok := parse(value); ok {
		*to = v
	}
}

func (s *style) setInk(to *ink, value string) {
	server, rest := reference(value)
	i := ink{server: server}
	switch lower := strings.ToLower(rest); lower {
	case "none":
	case "":
		if server == "" {
			return
		}
	case "currentcolor":
		i.kind = currentInk
	default:
		color, ok, known := parseColor(rest)
		if !known {
			s.beyond = "the colour " + value
		}
		if !ok {
			return
		}
		i.kind, i.color = colorInk, color
	}
	*to = i
}

// reference splits "url(#id) rest" into "#id" and rest.
func reference(value string) (server, rest string) {
	inside, is := strings.CutPrefix(value, "url(")
	if !is {
		return "", value
	}
	target, rest, _ := strings.Cut(inside, ")")
	return strings.Trim(target, ` "'`), strings.TrimSpace(rest)
}

func (s *style) setStroke(name, value string, diagonal float64) bool {
	measure := func(text string) (float64, bool) {
		v, ok := length(text, diagonal)
		return v, ok
	}
	switch name {
	case "stroke-width":
		if v, ok := measure(value); ok && v >= 0 {
			s.width = v
		}
	case "stroke-linecap":
		s.cap = value
	case "stroke-linejoin":
		s.join = value
	case "stroke-miterlimit":
		if v, ok := length(value, 0); ok && v >= 1 {
			s.miterLimit = v
		}
	case "stroke-dasharray":
		s.setDash(value, measure)
	case "stroke-dashoffset":
		set(&s.dashOffset, value, measure)
	default:
		return false
	}
	return true
}

func (s *style) setDash(value string, measure func(string) (float64, bool)) {
	if value == "none" {
		s.dash = nil
		return
	}
	var dash []float64
	sum := 0.0
	for part := range strings.FieldsFuncSeq(value, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == '\n' }) {
		v, ok := measure(part)
		if !ok || v < 0 {
			return
		}
		dash, sum = append(dash, v), sum+v
	}
	if len(dash)%2 == 1 {
		dash = append(dash, dash...)
	}
	if sum == 0 {
		dash = nil
	}
	s.dash = dash
}

func (s *style) setOther(name, value string) {
	switch name {
	case "display":
		s.shown = value != "none"
	case "visibility":
		s.visible = value == "visible"
	case "overflow":
		s.overflowVisible = value == "visible" || value == "auto"
	case "paint-order":
		words := strings.Fields(value)
		s.strokeFirst = slices.Index(words, "stroke") >= 0 && slices.Index(words, "fill") != 0
	case "font-size":
		set(&s.fontSize, value, func(text string) (float64, bool) { return length(text, s.fontSize) })
	case "clip-path":
		s.clip = s.target(name, value)
	case "mask":
		s.mask = s.target(name, value)
	case "transform":
		if m, ok := parseTransform(value); ok {
			s.transform = m
		}
	case "filter":
		s.refuseUnless(name, value, "none")
	case "mix-blend-mode":
		s.refuseUnless(name, value, "normal")
	case "vector-effect":
		s.refuseUnless(name, value, "none")
	case "transform-origin":
		s.refuseUnless(name, value, "0", "0 0", "0px 0px", "top left", "left top")
	case "transform-box":
		s.refuseUnless(name, value, "view-box")
	}
}

func (s *style) target(name, value string) string {
	server, rest := reference(value)
	if rest != "" && rest != "none" {
		s.beyond = name + " " + value
	}
	return server
}

func (s *style) refuseUnless(name, value string, fine ...string) {
	if !slices.Contains(fine, value) {
		s.beyond = name
	}
}
