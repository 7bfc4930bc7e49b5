package draw

import (
	"bytes"
	"strconv"
)

// Board is one drawing under construction. What is drawn later lies above what was drawn before.
type Board struct {
	Width, Height int
	body          []byte
	defs          []byte
	clips         int
	panel         Rect
	texts         []Text
	marks         []Rect
}

// Text is a line of words on the board, for whoever checks the geometry.
type Text struct {
	Words string
	Box   Rect   // bounds of the ink
	Ink   string // "#rrggbb"
	Paper string // the colour that it stands on
}

// NewBoard returns an empty board of a size in pixels.
func NewBoard(width, height int) *Board { return &Board{Width: width, Height: height} }

// Bounds returns the whole board.
func (b *Board) Bounds() Rect { return Rect{0, 0, float64(b.Width), float64(b.Height)} }

// Texts returns the lines of words in the order of drawing.
func (b *Board) Texts() []Text { return b.texts }

// Panel returns the area that words must stay inside: the whole board, or what Hold said.
func (b *Board) Panel() Rect {
	if b.panel.W == 0 {
		return b.Bounds()
	}
	return b.panel
}

// Hold says that words must stay inside an area.
func (b *Board) Hold(r Rect) { b.panel = r }

// Marks returns the bounds of every decoration that must not meet words.
func (b *Board) Marks() []Rect { return b.marks }

// Mark notes the bounds of a decoration that must not meet words.
func (b *Board) Mark(r Rect) { b.marks = append(b.marks, r) }

// Fill paints a shape.
func (b *Board) Fill(p *Path, color string) { b.FillFaint(p, color, 1) }

// FillFaint paints a shape that lets through what lies below; opacity is 0 to 1.
func (b *Board) FillFaint(p *Path, color string, opacity float64) {
	if p.Empty() {
		return
	}
	b.body = append(b.body, `<path fill="`...)
	b.body = append(b.body, color...)
	if opacity < 1 {
		b.body = append(b.body, `" fill-opacity="`...)
		b.body = appendHundredths(b.body, hundredths(opacity))
	}
	b.body = append(b.body, `" d="`...)
	b.body = append(b.body, p.data...)
	b.body = append(b.body, `"/>`...)
}

// FillHoles paints a shape in which outlines inside outlines are holes, whatever their direction.
func (b *Board) FillHoles(p *Path, color string) {
	if p.Empty() {
		return
	}
	b.body = append(b.body, `<path fill-rule="evenodd" fill="`...)
	b.body = append(b.body, color...)
	b.body = append(b.body, `" d="`...)
	b.body = append(b.body, p.data...)
	b.body = append(b.body, `"/>`...)
}

// Stroke draws a shape's outline with round ends.
func (b *Board) Stroke(p *Path, color string, width float64) {
	if p.Empty() {
		return
	}
	b.body = append(b.body, `<path fill="none" stroke-linecap="round" stroke-linejoin="round" stroke="`...)
	b.body = append(b.body, color...)
	b.body = append(b.body, `" stroke-width="`...)
	b.body = appendHundredths(b.body, max(1, hundredths(width)))
	b.body = append(b.body, `" d="`...)
	b.body = append(b.body, p.data...)
	b.body = append(b.body, `"/>`...)
}

// Clipped draws with everything outside a shape cut away.
func (b *Board) Clipped(shape *Path, paint func()) {
	b.clips++
	id := "c" + strconv.Itoa(b.clips)
	b.defs = append(b.defs, `<clipPath id="`+id+`"><path d="`...)
	b.defs = append(b.defs, shape.data...)
	b.defs = append(b.defs, `"/></clipPath>`...)
	b.body = append(b.body, `<g clip-path="url(#`+id+`)">`...)
	paint()
	b.body = append(b.body, `</g>`...)
}

// Note keeps a line of words for whoever checks the geometry.
func (b *Board) Note(t Text) { b.texts = append(b.texts, t) }

// Write draws words, which may be several lines, as one shape. The words become its label; without any
// it is a part of a text that is labelled elsewhere.
func (b *Board) Write(words, ink string, shape *Path) {
	if shape.Empty() {
		return
	}
	if words == "" {
		b.Fill(shape, ink)
		return
	}
	b.body = append(b.body, `<path role="img" aria-label="`...)
	b.body = appendWords(b.body, words)
	b.body = append(b.body, `" fill="`...)
	b.body = append(b.body, ink...)
	b.body = append(b.body, `" d="`...)
	b.body = append(b.body, shape.data...)
	b.body = append(b.body, `"/>`...)
}

// WriteLive draws a line of words as text, for scripts whose shapes only the reader's own fonts know: centred on the
// box, squeezed or stretched to exactly its width. Size is in pixels.
func (b *Board) WriteLive(t Text, size, baseline float64) {
	b.body = append(b.body, `<text text-anchor="middle" lengthAdjust="spacingAndGlyphs" font-family="system-ui, 'Noto Sans', sans-serif" x="`...)
	b.body = appendHundredths(b.body, hundredths(t.Box.Center().X))
	b.body = append(b.body, `" y="`...)
	b.body = appendHundredths(b.body, hundredths(baseline))
	b.body = append(b.body, `" font-size="`...)
	b.body = appendHundredths(b.body, hundredths(size))
	b.body = append(b.body, `" textLength="`...)
	b.body = appendHundredths(b.body, hundredths(t.Box.W))
	b.body = append(b.body, `" fill="`...)
	b.body = append(b.body, t.Ink...)
	b.body = append(b.body, `">`...)
	b.body = appendWords(b.body, t.Words)
	b.body = append(b.body, `</text>`...)
}

// SVG returns the finished drawing, with a title and a description for those who do not see it.
func (b *Board) SVG(title, description string) []byte {
	w, h := strconv.Itoa(b.Width), strconv.Itoa(b.Height)
	out := make([]byte, 0, len(b.body)+len(b.defs)+2*len(title)+len(description)+512)
	out = append(out, `<svg xmlns="http://www.w3.org/2000/svg" width="`+w+`" height="`+h+`" viewBox="0 0 `+w+" "+h+`" role="img" aria-label="`...)
	out = appendWords(out, title)
	out = append(out, `"><title>`...)
	out = appendWords(out, title)
	out = append(out, `</title><desc>`...)
	out = appendWords(out, description)
	out = append(out, `</desc>`...)
	if len(b.defs) > 0 {
		out = append(out, `<defs>`...)
		out = append(out, b.defs...)
		out = append(out, `</defs>`...)
	}
	out = append(out, b.body...)
	return append(out, `</svg>`...)
}

// appendWords escapes text for markup; characters that XML cannot hold become spaces.
func appendWords(out []byte, text string) []byte {
	for _, r := range text {
		switch {
		case r == '&':
			out = append(out, "&amp;"...)
		case r == '<':
			out = append(out, "&lt;"...)
		case r == '>':
			out = append(out, "&gt;"...)
		case r == '"':
			out = append(out, "&quot;"...)
		case r < ' ', r == 0xFFFE, r == 0xFFFF:
			out = append(out, ' ')
		default:
			out = append(out, string(r)...)
		}
	}
	return out
}

// Uses reports whether anything drawn so far has the colour.
func (b *Board) Uses(hex string) bool { return bytes.Contains(b.body, []byte(`"`+hex+`"`)) }
