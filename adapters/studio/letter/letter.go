// Package letter sets words in the studio's typefaces: it shapes them with HarfBuzz's rules and gives their outlines,
// so that a drawing looks the same wherever it is shown. Sizes are in ems until a line is drawn. Words in a script that
// no face holds become live lines: they keep a width of their own, and the reader's fonts draw them.
package letter

import (
	"bytes"
	"fmt"
	"sync"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/harfbuzz"

	"convoke/adapters/studio/draw"
	"convoke/adapters/studio/fonts"
)

// Library gives setters. Faces are read when first used. Safe for concurrent use.
type Library struct {
	files   [faces]func() (*font.Font, error)
	setters sync.Pool
}

// Open returns the library of the embedded typefaces.
func Open() *Library {
	l := &Library{}
	for face := range faces {
		l.files[face] = sync.OnceValues(func() (*font.Font, error) { return load(face) })
	}
	l.setters.New = func() any { return newSetter(l) }
	return l
}

func load(face Face) (*font.Font, error) {
	data, err := fonts.Files.ReadFile(fileNames[face] + ".ttf")
	if err != nil {
		return nil, fmt.Errorf("typeface %s: %w", fileNames[face], err)
	}
	loaded, err := font.ParseTTF(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("typeface %s: %w", fileNames[face], err)
	}
	return loaded.Font, nil
}

// Setter borrows a setter; give it back with Return.
func (l *Library) Setter() *Setter { return l.setters.Get().(*Setter) }

// Return takes a setter back.
func (l *Library) Return(s *Setter) {
	clear(s.set)
	l.setters.Put(s)
}

// Look is how words are set.
type Look struct {
	Face     Face
	Tracking float64 // extra space after each letter, in ems
	Caps     bool
}

// Setter sets lines. It is for one goroutine at a time and remembers what it set until it is returned.
type Setter struct {
	library *Library
	fonts   [faces]*harfbuzz.Font
	buffer  *harfbuzz.Buffer
	set     map[setKey]Line
	err     error
}

type setKey struct {
	look  Look
	words string
}

func newSetter(l *Library) *Setter {
	return &Setter{library: l, buffer: harfbuzz.NewBuffer(), set: map[setKey]Line{}}
}

// Err returns the first face that could not be read, which only a broken build can cause.
func (s *Setter) Err() error { return s.err }

// Line is one line of words, set: all measures in ems, y downwards from the baseline.
type Line struct {
	Words string
	Width float64   // the pen's way, without tracking after the last letter
	Ink   draw.Rect // where the letters leave ink
	Live  bool      // drawn by the reader's fonts
	font  *harfbuzz.Font
	upem  float64
	marks []mark
}

type mark struct {
	glyph font.GID
	at    draw.Point
}

// Set sets words in one line. Words of white space only give an empty line.
func (s *Setter) Set(words string, look Look) Line {
	key := setKey{look, words}
	if line, ok := s.set[key]; ok {
		return line
	}
	line := s.shape(visible(words, look.Caps), look)
	line.Words = words
	s.set[key] = line
	return line
}

func (s *Setter) shape(text string, look Look) Line {
	runes := []rune(text)
	if len(runes) == 0 {
		return Line{}
	}
	face, ok := s.faceFor(runes, look.Face)
	if !ok || runsBothWays(runes) {
		return live(runes)
	}
	s.buffer.Clear()
	s.buffer.AddRunes(runes, 0, -1)
	s.buffer.GuessSegmentProperties()
	var features []harfbuzz.Feature
	if look.Tracking != 0 {
		off := harfbuzz.Feature{Tag: opentype.MustNewTag("liga"), End: harfbuzz.FeatureGlobalEnd}
		features = append(features, off)
	}
	s.buffer.Shape(face, features)
	return s.measure(face, look.Tracking)
}

func (s *Setter) measure(face *harfbuzz.Font, tracking float64) Line {
	upem := float64(face.XScale)
	line := Line{font: face, upem: upem, marks: make([]mark, 0, len(s.buffer.Info))}
	pen := 0.0
	for i, info := range s.buffer.Info {
		position := s.buffer.Pos[i]
		at := draw.Point{X: pen + float64(position.XOffset)/upem, Y: -float64(position.YOffset) / upem}
		line.marks = append(line.marks, mark{info.Glyph, at})
		if ext, ok := face.Face().GlyphExtents(info.Glyph); ok && ext.Width > 0 {
			line.Ink = line.Ink.Union(draw.Rect{
				X: at.X + float64(ext.XBearing)/upem, Y: at.Y - float64(ext.YBearing)/upem,
				W: float64(ext.Width) / upem, H: -float64(ext.Height) / upem,
			})
		}
		line.Width = pen + float64(position.XAdvance)/upem
		pen = line.Width + tracking
	}
	return line
}

// faceFor returns the face, or the first substitute, that has every letter.
func (s *Setter) faceFor(runes []rune, wanted Face) (*harfbuzz.Font, bool) {
	if f := s.open(wanted); f != nil && covers(f, runes) {
		return f, true
	}
	for _, other := range substitutes {
		if f := s.open(other); f != nil && covers(f, runes) {
			return f, true
		}
	}
	return nil, false
}

func (s *Setter) open(face Face) *harfbuzz.Font {
	if s.fonts[face] == nil {
		loaded, err := s.library.files[face]()
		if err != nil {
			s.err = err
			return nil
		}
		s.fonts[face] = harfbuzz.NewFont(font.NewFace(loaded))
	}
	return s.fonts[face]
}

func covers(f *harfbuzz.Font, runes []rune) bool {
	for _, r := range runes {
		if _, ok := f.Face().NominalGlyph(r); !ok {
			return false
		}
	}
	return true
}
