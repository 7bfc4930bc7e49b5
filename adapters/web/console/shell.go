package console

import (
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/console/pages"
	"convoke/adapters/web/frame"
	"convoke/adapters/web/words"
	"convoke/application/uuid"
	"convoke/domain/fault"
	"convoke/domain/job"
)

const pageTimeout = 8 * time.Second

// bounded is the context of looking: a page comes, whatever is ill.
func bounded() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), pageTimeout)
}

// notices are what a page says of the write before it, by the name of it in the address.
var notices = map[string]string{
	"retried": words.JobRetried, "not-retried": words.JobNotRetried, "cancelled": words.JobCancelled, "not-cancelled": words.JobNotCancelled,
	"redriven": words.LetterRedriven, "discarded": words.LetterDiscarded, "gone": words.LetterGone, "replayed": words.GroupsReplayed,
}

// shell begins a page that belongs to an entry of the rail.
func (h *Handler) shell(ctx context.Context, c *fiber.Ctx, title, section string) pages.Shell {
	p := h.frame.Page(c, words.Title(words.Console, title), hue)
	p.Kind, p.Script = "console", "console.js"
	v := pages.Shell{Page: p, Section: section, Here: here(c), Notice: notices[c.Query("done")]}
	if wants(c, "strip") {
		v.Strip = h.strip(ctx)
	}
	return v
}

func (h *Handler) strip(ctx context.Context) pages.Part[[]pages.Tally] {
	counts := h.Overview.Jobs(ctx)
	part := pages.Part[[]pages.Tally]{Trouble: trouble(counts.Err)}
	for _, status := range job.Statuses() {
		n := counts.Value[status]
		part.Value = append(part.Value, pages.Tally{
			Mark: pages.MarkOf(string(status)), Count: words.Count(int64(n.Number), n.More), Path: "/console/jobs?status=" + string(status),
		})
	}
	return part
}

// wants reports whether a part of the page is asked for: alone, or with all others.
func wants(c *fiber.Ctx, part string) bool {
	asked := c.Get("X-Fragment")
	return asked == "" || asked == part
}

// here is the address of the page, without what it says of the write before it.
func here(c *fiber.Ctx) string {
	values, err := url.ParseQuery(string(c.Context().QueryArgs().QueryString()))
	if err != nil {
		values = nil
	}
	values.Del("done")
	return address(strings.Clone(c.Path()), values)
}

// query is a copy of a parameter of the request's address.
func query(c *fiber.Ctx, name string) string {
	return strings.ToValidUTF8(strings.Clone(c.Query(name)), "")
}

// pathID reads an id in the path.
func pathID(c *fiber.Ctx) (string, error) {
	id, ok := uuid.Parse(c.Params("id"))
	if !ok {
		return "", fiber.ErrNotFound
	}
	return id, nil
}

// trouble is what operators are told of an error: what it says itself, or that the log says more.
func trouble(err error) string {
	switch faults := fault.All(err); {
	case err == nil:
		return ""
	case len(faults) > 0 && faults[0].Kind != fault.Unavailable:
		return faults[0].Message
	}
	return words.ConsoleUnknown
}

// short is the part of an id that tells it from others at a glance: the end, because ids begin with their time.
func short(id string) string {
	if at := strings.LastIndexByte(id, '-'); at >= 0 {
		return id[at+1:]
	}
	return id
}

// clip shortens a text to about a line.
func clip(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	count := 0
	for i := range text {
		if count == most {
			return text[:i] + "…"
		}
		count++
	}
	return text
}

// show answers with a page.
func show(c *fiber.Ctx, page templ.Component) error { return frame.Show(c, fiber.StatusOK, page) }
