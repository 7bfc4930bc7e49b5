package studio

import (
	"math"

	"convoke/adapters/studio/draw"
	"convoke/adapters/studio/letter"
	"convoke/adapters/studio/reading"
)

// lockup is a date set as on an engraved card: the day large in the middle, weekday and time beside it, month above
// and year below.
type lockup struct{ above, left, day, right, below string }

// dateLockup returns the parts of the occasion's date, if they make a balanced lockup.
func (s *sheet) dateLockup() *lockup {
	if !s.engraved || chance(s.spec.Seed+s.spec.Turn, "lockup").IntN(5) < 2 {
		return nil
	}
	parts, ok := reading.Parts(s.spec.Text.Date)
	if !ok {
		return nil
	}
	l := &lockup{day: parts.Day, below: parts.Year}
	switch time := s.spec.Text.Time; {
	case parts.Weekday != "" && time != "":
		l.above, l.left, l.right = parts.Month, parts.Weekday, time
	case parts.Weekday != "":
		l.left, l.right = parts.Weekday, parts.Month
	case time != "":
		l.left, l.right = parts.Month, time
	default:
		return nil
	}
	return l
}

// cell is one word of a lockup.
type cell struct {
	line letter.Line
	size float64
}

func (s *sheet) cell(words string, look letter.Look, size float64) cell {
	if words == "" {
		return cell{}
	}
	return cell{s.setter.Set(words, look), size}
}

func (c cell) width() float64  { return c.line.Ink.W * c.size }
func (c cell) height() float64 { return c.line.Ink.H * c.size }

// at returns the cell with its ink centred on a point.
func (c cell) at(center draw.Point, words string) placedBlock {
	ink := c.line.Ink.Center()
	origin := draw.Point{X: center.X - ink.X*c.size, Y: center.Y - ink.Y*c.size}
	return placedBlock{role: whenRole, words: words, size: c.size, lines: []placedLine{{c.line, origin}}}
}

// stackLockup places a date from y downwards, and returns the lowest ink, or false if the area is too narrow or some
// words would be live.
func (s *sheet) stackLockup(c *column, b block, area draw.Rect, y, text float64) (float64, bool) {
	look := b.look
	if look.Face != letter.Pinyon && !look.Caps {
		look.Caps, look.Tracking = true, 0.1
	}
	number := s.cell(b.lockup.day, s.numerals(), text*2.9)
	left, right := s.cell(b.lockup.left, look, text*0.86), s.cell(b.lockup.right, look, text*0.86)
	above, below := s.cell(b.lockup.above, look, text*0.86), s.cell(b.lockup.below, look, text*0.86)
	side := math.Max(left.width(), right.width()) + 1.5*text
	gap := number.width()/2 + text*0.85
	if 2*(side+gap) > area.W || number.line.Live || left.line.Live || right.line.Live {
		return y, false
	}
	x := area.X + area.W/2
	if above.size > 0 {
		c.blocks = append(c.blocks, above.at(draw.Point{X: x, Y: y + above.height()/2}, ""))
		y += above.height() + 0.62*text
	}
	row := math.Max(number.height(), text*2.16)
	middle := y + row/2
	c.blocks = append(c.blocks, number.at(draw.Point{X: x, Y: middle}, b.words),
		left.at(draw.Point{X: x - gap - side/2, Y: middle}, ""), right.at(draw.Point{X: x + gap + side/2, Y: middle}, ""))
	for _, end := range []float64{-1, 1} {
		for _, edge := range []float64{-0.5, 0.5} {
			from := x + end*gap - side/2 + end*side/2
			c.bars = append(c.bars, draw.Rect{X: from, Y: middle + edge*text*2.1, W: side, H: math.Max(0.6, text*0.035)})
		}
	}
	y += row
	if below.size > 0 {
		y += 0.62 * text
		c.blocks = append(c.blocks, below.at(draw.Point{X: x, Y: y + below.height()/2}, ""))
		y += below.height()
	}
	return y + 0.4*text, true
}

// numerals returns the look of a large day: the title's, unless its figures are too playful to stand alone.
func (s *sheet) numerals() letter.Look {
	switch look := s.pairing.title; look.Face {
	case letter.Pinyon, letter.Sacramento:
		return s.pairing.detail
	default:
		return look
	}
}
