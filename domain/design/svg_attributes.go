package design

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"image"
	_ "image/jpeg" // the headers of embedded pictures are read
	_ "image/png"
	"slices"
	"strings"
)

// maxPictureSide bounds an embedded picture, whose few bytes can unfold to any size. WebP cannot exceed 16,383.
const maxPictureSide = 8192

// attributeKind says how an attribute's value is judged.
type attributeKind uint8

const (
	plainValue attributeKind = iota + 1 // numbers, keywords, colours, url(#id)
	pathValue                           // path data and point lists: long, so checked by a table
	wordsValue                          // free text for people
	idValue
	hrefValue
	styleValue
)

func (r *rebuilder) writeStart(name string, attributes []xml.Attr) error {
	r.out = append(r.out, '<')
	r.out = append(r.out, name...)
	if len(r.open) == 1 {
		r.out = append(r.out, ` xmlns="`+svgSpace+`"`...)
	}
	r.pending = true
	r.used = r.used[:0]
	id := attributeNamed(attributes, "id")
	level := &r.open[len(r.open)-1]
	level.node = r.refs.enter(level.node, name, id)
	for _, a := range attributes {
		r.writeAttribute(name, a, level.node)
	}
	return nil
}

func attributeNamed(attributes []xml.Attr, name string) string {
	for _, a := range attributes {
		if a.Name.Space == "" && a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (r *rebuilder) writeAttribute(element string, a xml.Attr, node int) {
	if a.Name.Space == "xmlns" || (a.Name.Space == "" && a.Name.Local == "xmlns") {
		return
	}
	value, ok := r.judge(element, a, node)
	if !ok {
		r.remove("attribute " + a.Name.Local)
		return
	}
	r.used = append(r.used, a.Name.Local)
	r.out = append(r.out, ' ')
	r.out = append(r.out, a.Name.Local...)
	r.out = append(r.out, `="`...)
	r.out = appendEscaped(r.out, value)
	r.out = append(r.out, '"')
}

// judge returns the value to write, or false for an attribute to leave out. What it accepts it notes as a reference.
func (r *rebuilder) judge(element string, a xml.Attr, node int) (string, bool) {
	name := a.Name.Local
	if a.Name.Space != "" && (a.Name.Space != xlinkSpace || name != "href") || slices.Contains(r.used, name) {
		return "", false
	}
	switch kindOf(name) {
	case plainValue:
		target, ok := safeValue(a.Value)
		if ok && target != "" {
			r.refs.paint(node, target)
		}
		return a.Value, ok && !excessive(name, a.Value)
	case pathValue:
		return a.Value, isPathData(a.Value)
	case wordsValue:
		return a.Value, true
	case idValue:
		return a.Value, isID(a.Value) && r.refs.owns(node, a.Value)
	case hrefValue:
		href := strings.TrimSpace(a.Value)
		return href, r.followable(element, href, node)
	case styleValue:
		style, target := r.cleanDeclarations(a.Value)
		for _, t := range target {
			r.refs.paint(node, t)
		}
		return style, style != ""
	}
	return "", false
}

// followable accepts a reference into the same drawing, and in <image> a picture that the drawing carries itself.
func (r *rebuilder) followable(element, href string, node int) bool {
	if target, ok := strings.CutPrefix(href, "#"); ok {
		if !refers[element] || !isID(target) {
			return false
		}
		r.refs.paint(node, target)
		return true
	}
	return element == "image" && isPicture(href)
}

// isPicture accepts the data URL of a PNG, JPEG or WebP whose bytes are what the type says.
func isPicture(href string) bool {
	rest, ok := strings.CutPrefix(href, "data:image/")
	if !ok {
		return false
	}
	format, encoded, ok := strings.Cut(rest, ";base64,")
	if !ok || strings.Trim(encoded, base64Letters) != "" || len(encoded) < 16 {
		return false
	}
	if format == "webp" {
		head, err := base64.StdEncoding.DecodeString(encoded[:16])
		return err == nil && bytes.HasPrefix(head, []byte("RIFF")) && bytes.HasSuffix(head, []byte("WEBP"))
	}
	picture, found, err := image.DecodeConfig(base64.NewDecoder(base64.StdEncoding, strings.NewReader(encoded)))
	return err == nil && found == format && picture.Width <= maxPictureSide && picture.Height <= maxPictureSide
}

const base64Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
