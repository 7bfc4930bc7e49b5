package studio

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/frame"
	"convoke/adapters/web/occasion"
	"convoke/adapters/web/studio/pages"
	"convoke/adapters/web/words"
	"convoke/application/designs"
	"convoke/domain/rsvp"
)

// compare shows two versions side by side, and what differs.
func (h *Handler) compare(c *fiber.Ctx) error {
	ctx, cancel := frame.Bounded()
	defer cancel()
	w, err := h.open(ctx, c)
	if err != nil {
		return err
	}
	v := pages.CompareView{
		Page: h.page(c, words.Title(occasion.Clip(w.Job.Brief.Description, 60), words.CompareHeading), hue), Back: jobPath(w.Job.ID),
	}
	if picture, err := h.Pictures.Of(ctx, rsvp.Details{DesignID: w.Job.DesignID}); err == nil && picture != nil {
		v.Hue = picture.Hue
	}
	for _, version := range w.versions {
		v.Versions = append(v.Versions, *versionView(version, false))
	}
	if len(v.Versions) >= 2 {
		if err := h.fillIn(ctx, &v, w, c.QueryInt("a"), c.QueryInt("b")); err != nil {
			return err
		}
	}
	return frame.Show(c, http.StatusOK, pages.Compare(v))
}

// fillIn compares the versions a and b; numbers that are none stand for the version before the newest, and the newest.
func (h *Handler) fillIn(ctx context.Context, v *pages.CompareView, w wall, a, b int) error {
	exists := func(n int) bool { return n >= 1 && n <= len(w.versions) }
	if !exists(b) {
		b = len(w.versions)
	}
	if !exists(a) || a == b {
		if a = w.versions[b-1].ParentVersion; !exists(a) || a == b {
			a = b%len(w.versions) + 1
		}
	}
	v.Left, v.Right = v.Versions[a-1], v.Versions[b-1]
	diff, err := designs.Compare(ctx, h.Designs, w.Job.DesignID, a, b)
	if err != nil {
		return err
	}
	v.Asked = differences(diff.Brief)
	v.Drawn = differences(slices.DeleteFunc(diff.Spec, repeatsBrief))
	return nil
}

// repeatsBrief reports whether a generator's description only says again what was asked for.
func repeatsBrief(c designs.Change) bool {
	first, _, _ := strings.Cut(c.Path, ".")
	return slices.Contains([]string{"description", "style", "width", "height", "given"}, first)
}

// differences puts changes into words.
func differences(changes []designs.Change) []pages.Difference {
	var all []pages.Difference
	for _, c := range changes {
		if what := words.Thing(c.Path); what != "" {
			all = append(all, pages.Difference{What: what, Before: valueOf(c.Before), After: valueOf(c.After)})
		}
	}
	return all
}

var hexColor = regexp.MustCompile(`^#[0-9a-f]{6}$`)

// valueOf shows a value of a diff: a text as it is, a colour as one, anything else as it is written.
func valueOf(raw json.RawMessage) pages.Value {
	if raw == nil {
		return pages.Value{Text: words.ChangeNone}
	}
	var text string
	if json.Unmarshal(raw, &text) == nil {
		if hexColor.MatchString(text) {
			return pages.Value{Text: text, Color: text}
		}
		return pages.Value{Text: text}
	}
	var list []string
	if json.Unmarshal(raw, &list) == nil {
		return pages.Value{Text: strings.Join(list, ", ")}
	}
	return pages.Value{Text: string(bytes.TrimSpace(raw))}
}
