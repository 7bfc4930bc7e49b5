package console

import (
	"context"
	"fmt"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/console/pages"
	"convoke/adapters/web/words"
	"convoke/application/deadletter"
)

const letterSection = "/console/letters"

// heaps shows the dead letters by where and why they failed.
func (h *Handler) heaps(c *fiber.Ctx) error {
	ctx, cancel := bounded()
	defer cancel()
	v := pages.HeapsView{Shell: h.shell(ctx, c, words.ConsoleLetters, letterSection)}
	if wants(c, "heaps") {
		found, err := h.Letters.Heaps(ctx, deadletter.Filter{}, "") // what was done a moment ago is to be seen
		v.Heaps = h.heapViews(found, err)
	}
	return show(c, pages.Heaps(v))
}

func (h *Handler) heapViews(found []deadletter.Heap, err error) pages.Part[[]pages.Heap] {
	part := pages.Part[[]pages.Heap]{Trouble: trouble(err)}
	now := h.Clock.Now()
	for _, heap := range found {
		part.Value = append(part.Value, pages.Heap{
			Key: heap.Topic + " " + heap.Group + " " + heap.Reason, Topic: heap.Topic, Group: heap.Group, Reason: heap.Reason,
			Letters: words.Count(int64(heap.Letters), false), Oldest: pages.Since(heap.Oldest, now), Newest: pages.Since(heap.Newest, now),
			Path: lettersPath(heap.Filter),
		})
	}
	return part
}

func letterValues(f deadletter.Filter, more ...string) url.Values {
	v := url.Values{}
	for i, pairs := 0, append([]string{"topic", f.Topic, "group", f.Group, "reason", f.Reason}, more...); i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	return v
}

func lettersPath(f deadletter.Filter, more ...string) string {
	return address(letterSection+"/all", letterValues(f, more...))
}

func readLetters(c *fiber.Ctx) deadletter.Filter {
	return deadletter.Filter{Topic: query(c, "topic"), Group: query(c, "group"), Reason: query(c, "reason")}
}

// letters lists the letters that match, newest first, without what they hold. Like the list of jobs it stays where it
// began.
func (h *Handler) letters(c *fiber.Ctx) error {
	ctx, cancel := bounded()
	defer cancel()
	f := readLetters(c)
	v := pages.LettersView{Shell: h.shell(ctx, c, words.ConsoleLetters, letterSection), Which: filterFacts(f)}
	if wants(c, "letters") {
		h.letterList(ctx, c, f, &v)
	}
	v.Acts = []pages.Link{
		{Text: words.LettersRedrive, Path: address("/console/bulk", letterValues(f, "act", "redrive-letters"))},
		{Text: words.LettersDiscard, Path: address("/console/bulk", letterValues(f, "act", "discard-letters"))},
	}
	return show(c, pages.Letters(v))
}

func (h *Handler) letterList(ctx context.Context, c *fiber.Ctx, f deadletter.Filter, v *pages.LettersView) {
	top, cursor := idIn(c, "top"), idIn(c, "cursor")
	first := cursor == ""
	if first {
		if top == "" {
			top = h.IDs.New()
		}
		cursor = top
	}
	found, next, err := h.Letters.List(ctx, f, cursor, rowsAtOnce)
	v.Trouble = trouble(err)
	now := h.Clock.Now()
	for _, l := range found {
		v.Rows = append(v.Rows, pages.LetterRow{
			ID: l.ID, Short: short(l.ID), Path: letterSection + "/" + l.ID, Reason: l.Reason, Topic: l.Topic, Group: l.Group, Place: place(l),
			Age: pages.Since(l.Time, now),
		})
	}
	if next != "" {
		v.Pager.Older = lettersPath(f, "cursor", next)
	}
	if !first {
		v.Pager.Newest, v.Fresh = lettersPath(f), pages.Rows{Path: here(c)}
		return
	}
	v.Fresh = pages.Rows{Path: lettersPath(f, "top", top), Top: lettersPath(f)}
	if newest, more, err := h.Letters.List(ctx, f, "", deadletter.MaxPage); err == nil {
		younger := slices.IndexFunc(newest, func(l deadletter.Letter) bool { return l.ID <= top })
		switch {
		case younger > 0:
			v.Fresh.New = words.NewRows(younger, false)
		case younger < 0 && len(newest) > 0:
			v.Fresh.New = words.NewRows(len(newest), more != "")
		}
	}
}

func filterFacts(f deadletter.Filter) (all []pages.Fact) {
	for _, fact := range []pages.Fact{
		{Label: words.ColumnTopic, Text: f.Topic, Code: true}, {Label: words.ColumnGroup, Text: f.Group, Code: true}, {Label: words.ColumnReason, Text: f.Reason},
	} {
		if fact.Text != "" {
			all = append(all, fact)
		}
	}
	return all
}

func place(l deadletter.Letter) string {
	if l.Partition < 0 || l.Offset < 0 {
		return words.Unknown
	}
	return fmt.Sprintf("%d/%d", l.Partition, l.Offset)
}
