package studio

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/frame"
	"convoke/adapters/web/studio/pages"
	"convoke/adapters/web/words"
	"convoke/application/jobs"
	"convoke/application/uuid"
	"convoke/domain/design"
	"convoke/domain/fault"
)

// What a page has to say about the write before it, in its address.
const (
	doneSignedOut = "signed-out"
	doneCalledOff = "called-off"
)

// ownSize is the choice of a shape for whoever gives both sides.
const ownSize = "own"

// brief is the page where everything begins: what is to be drawn, and what this browser has made so far.
func (h *Handler) brief(c *fiber.Ctx) error {
	ctx, cancel := frame.Bounded()
	defer cancel()
	written, err := h.firstBrief(ctx, c)
	if err != nil {
		return err
	}
	v, err := h.briefView(ctx, c, written, nil)
	if err != nil {
		return err
	}
	switch c.Query("done") {
	case doneSignedOut:
		v.Notice = words.HostSignedOut
	case doneCalledOff:
		v.Notice = words.CalledOffNotice
	}
	return frame.Show(c, http.StatusOK, pages.Studio(v))
}

// firstBrief is what the form holds at first: nothing, an example, or the brief of a job.
func (h *Handler) firstBrief(ctx context.Context, c *fiber.Ctx) (pages.Brief, error) {
	b := pages.Brief{Size: pages.Sizes[0].Value}
	if n, err := strconv.Atoi(c.Query("example")); err == nil && n >= 1 && n <= len(words.Examples) {
		b.Description = words.Examples[n-1]
	}
	id, ok := uuid.Parse(c.Query("from"))
	if !ok {
		return b, nil
	}
	v, err := h.Jobs.Get(ctx, id)
	if errors.Is(err, jobs.ErrNotFound) {
		return b, nil
	}
	return briefOf(v.Job.Brief, v.Job.ServerID), err
}

// briefOf is a brief as the form holds it.
func briefOf(brief design.Brief, generator string) pages.Brief {
	b := pages.Brief{
		Description: brief.Description, Style: string(brief.Style), Generator: generator,
		Size: ownSize, Width: strconv.Itoa(brief.Size.Width), Height: strconv.Itoa(brief.Size.Height),
	}
	if value := b.Width + "x" + b.Height; slices.ContainsFunc(pages.Sizes, func(s pages.Size) bool { return s.Value == value }) {
		b.Size, b.Width, b.Height = value, "", ""
	}
	var others []string
	for _, color := range brief.Palette {
		if slices.ContainsFunc(words.Swatches, func(s words.Swatch) bool { return s.Color == color }) {
			b.Swatches = append(b.Swatches, color)
		} else {
			others = append(others, color)
		}
	}
	b.Colors = strings.Join(others, " ")
	return b
}

func (h *Handler) briefView(ctx context.Context, c *fiber.Ctx, written pages.Brief, found frame.Problems) (pages.StudioView, error) {
	v := pages.StudioView{Page: h.page(c, words.Title(words.Studio, ""), hue), Brief: written, Problems: found, Form: sameForm(c)}
	if offered := h.Fleet.Generators(); len(offered) > 1 {
		for _, g := range offered {
			v.Generators = append(v.Generators, g.ID)
		}
	}
	var err error
	v.Desk, err = h.deskView(ctx, deskOf(c))
	return v, err
}

// order takes a brief.
func (h *Handler) order(c *fiber.Ctx) error {
	ctx, cancel := frame.Bounded()
	defer cancel()
	written := readBrief(c)
	if found := h.mayGenerate(c, "description"); found != nil {
		return h.showBrief(ctx, c, http.StatusTooManyRequests, written, found)
	}
	g, err := meantBrief(written)
	if err == nil {
		g.Trace, g.Key = frame.Trace(c), formKey(c)
		ordered, refused := h.Jobs.Generate(ctx, g)
		if refused == nil {
			h.lay(c, item{aDesign, ordered.ID})
			return h.frame.GoTo(c, jobPath(ordered.ID))
		}
		err = refused
	}
	found := problemsOf(err, briefField, badBrief)
	if len(found) == 0 {
		return err
	}
	return h.showBrief(ctx, c, http.StatusUnprocessableEntity, written, found)
}

func (h *Handler) showBrief(ctx context.Context, c *fiber.Ctx, status int, written pages.Brief, found frame.Problems) error {
	v, err := h.briefView(ctx, c, written, found)
	if err != nil {
		return err
	}
	return frame.Show(c, status, pages.Studio(v))
}

func readBrief(c *fiber.Ctx) pages.Brief {
	b := pages.Brief{
		Description: frame.Text(c, "description"), Style: frame.Text(c, "style"), Colors: frame.Text(c, "colors"),
		Size: frame.Text(c, "size"), Width: frame.Text(c, "width"), Height: frame.Text(c, "height"), Generator: frame.Text(c, "generator"),
	}
	for _, swatch := range c.Request().PostArgs().PeekMulti("swatch") {
		b.Swatches = append(b.Swatches, string(swatch))
	}
	if b.Size+b.Width+b.Height == "" {
		b.Size = pages.Sizes[0].Value
	}
	return b
}

// meantBrief is what the form asks for. Its error joins what is wrong with the form and what is wrong with the brief.
func meantBrief(b pages.Brief) (jobs.Generate, error) {
	size, err := sizeOf(b)
	g := jobs.Generate{
		Description: b.Description, Style: design.Style(b.Style), Palette: paletteOf(b), Size: size, ServerID: b.Generator,
	}
	if err != nil {
		_, others := design.NewBrief(g.Description, g.Style, g.Palette, design.Size{})
		return g, errors.Join(others, err)
	}
	return g, nil
}

func sizeOf(b pages.Brief) (design.Size, error) {
	width, height := b.Width, b.Height
	if b.Size != ownSize {
		width, height, _ = strings.Cut(b.Size, "x")
	}
	w, err1 := strconv.Atoi(strings.TrimSpace(width))
	h, err2 := strconv.Atoi(strings.TrimSpace(height))
	if err1 != nil || err2 != nil || w < 1 || h < 1 {
		return design.Size{}, fault.Field("size.width", "must be a whole number")
	}
	return design.Size{Width: w, Height: h}, nil
}

// paletteOf lists the colours that were chosen and those that were written, each once.
func paletteOf(b pages.Brief) []string {
	separator := func(r rune) bool { return strings.ContainsRune(" ,;\t\n", r) }
	var palette []string
	for _, color := range slices.Concat(b.Swatches, strings.FieldsFunc(b.Colors, separator)) {
		if color = "#" + strings.ToLower(strings.TrimPrefix(color, "#")); !slices.Contains(palette, color) {
			palette = append(palette, color)
		}
	}
	return palette
}

// briefField is the form's field of a fault.
func briefField(field string) string {
	switch {
	case field == "colorPalette":
		return "swatches"
	case strings.HasPrefix(field, "colorPalette["):
		return "colors"
	case strings.HasPrefix(field, "size"):
		return "width"
	case field == "serverId":
		return "generator"
	}
	return field
}

func badBrief(field string) string {
	switch field {
	case "style":
		return words.BadStyle
	case "swatches":
		return words.TooManyColors
	case "colors":
		return words.BadColors
	case "width":
		return words.BadSide
	case "generator":
		return words.BadGenerator
	}
	return words.BadDescription
}
