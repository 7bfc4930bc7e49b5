package color

import "math"

// Darker returns the palette with a darker page. A strong step turns a light page into a dark one.
func (p Palette) Darker(strong bool) Palette {
	if p.Dark() || !strong {
		return p.each(func(c LCH) LCH { return c.Lighter(-0.07) }).settled()
	}
	deep, paper := Parse(p.Deep), Parse(p.Paper)
	q := p.copied()
	q.Paper = deep.With(math.Min(deep.L, 0.25), math.Min(deep.C, 0.06)).Hex()
	q.Ink = paper.With(math.Max(paper.L, 0.94), math.Min(paper.C, 0.03)).Hex()
	q.Deep = Parse(q.Paper).Lighter(0.08).Hex()
	for i, tint := range q.Tints {
		c := Parse(tint)
		q.Tints[i] = c.With(math.Max(c.L, 0.62), c.C).Hex()
	}
	return q.settled()
}

// Lighter returns the palette with a lighter page. A strong step turns a dark page into a light one.
func (p Palette) Lighter(strong bool) Palette {
	if !p.Dark() || !strong {
		return p.each(func(c LCH) LCH { return c.Lighter(0.05) }).settled()
	}
	paper := Parse(p.Paper)
	q := p.copied()
	q.Paper = paper.With(0.97, math.Min(paper.C, 0.015)).Hex()
	q.Ink = paper.With(0.27, math.Min(paper.C, 0.06)).Hex()
	q.Deep = paper.With(0.36, math.Min(paper.C+0.02, 0.1)).Hex()
	for i, tint := range q.Tints {
		c := Parse(tint)
		q.Tints[i] = c.With(math.Min(c.L, 0.72), c.C).Hex()
	}
	return q.settled()
}

// Vivid returns the palette with its colours' strength multiplied.
func (p Palette) Vivid(factor float64) Palette {
	return p.each(func(c LCH) LCH { c.C = math.Min(0.3, c.C*factor); return c }).settled()
}

// Toward returns the palette drawn to a colour: its decoration by the given part, its grounds by less.
func (p Palette) Toward(hex string, part float64) Palette {
	q := p.copied()
	q.Paper, q.Deep = Mix(p.Paper, hex, part*0.12), Mix(p.Deep, hex, part*0.9)
	for i, tint := range q.Tints {
		q.Tints[i] = Mix(tint, hex, part*[]float64{1, 0.7, 0.85, 0.5}[i%4])
	}
	return q.settled()
}

// Away returns the palette with what is near to a colour's hue made grey by half.
func (p Palette) Away(hex string) Palette {
	hue := Parse(hex).H
	return p.each(func(c LCH) LCH {
		if gap := math.Abs(math.Mod(c.H-hue+540, 360) - 180); gap < 45 {
			c.C *= 0.4
		}
		return c
	}).settled()
}

// OnPaper returns the palette with another page.
func (p Palette) OnPaper(hex string) Palette {
	q := p.copied()
	q.Paper = hex
	if distance(Parse(q.Deep), Parse(hex)) < 0.12 {
		q.Deep = Parse(hex).Lighter(0.1).Hex()
		if Parse(hex).L > 0.5 {
			q.Deep = Parse(hex).Lighter(-0.3).Hex()
		}
	}
	return q.settled()
}

// each changes grounds and decoration, not the ink.
func (p Palette) each(change func(LCH) LCH) Palette {
	q := p.copied()
	q.Paper, q.Deep = change(Parse(p.Paper)).Hex(), change(Parse(p.Deep)).Hex()
	for i, tint := range p.Tints {
		q.Tints[i] = change(Parse(tint)).Hex()
	}
	return q
}

// settled makes the ink legible again after a change of the page.
func (p Palette) settled() Palette {
	p.Ink = Legible(p.Ink, p.Paper, 7)
	return p
}

func (p Palette) copied() Palette {
	p.Tints = append([]string(nil), p.Tints...)
	return p
}
