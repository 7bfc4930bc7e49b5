package console

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/console/pages"
	"convoke/adapters/web/words"
	"convoke/application/jobs"
	"convoke/application/uuid"
	"convoke/domain/job"
)

const (
	jobsSection = "/console/jobs"
	rowsAtOnce  = 25
	maxWords    = 120 // characters of a description in a list
)

// filter is what the list of jobs is asked for, as it stands in its address.
type filter struct {
	Statuses  []job.Status
	Text      string
	Generator string
}

// readFilter reads what an address asks for. What is no status is left out: there is nothing to find for it.
func readFilter(c *fiber.Ctx) filter {
	f := filter{Text: strings.TrimSpace(query(c, "q")), Generator: strings.TrimSpace(query(c, "generator"))}
	for _, raw := range c.Context().QueryArgs().PeekMulti("status") {
		if s := job.Status(string(raw)); s.Known() && !slices.Contains(f.Statuses, s) {
			f.Statuses = append(f.Statuses, s)
		}
	}
	return f
}

func (f filter) query() jobs.Query {
	return jobs.Query{Statuses: f.Statuses, Text: f.Text, ServerID: f.Generator, Limit: rowsAtOnce}
}

// values is the filter as it stands in an address; more are added two by two.
func (f filter) values(more ...string) url.Values {
	v := url.Values{}
	for _, s := range f.Statuses {
		v.Add("status", string(s))
	}
	if f.Text != "" {
		v.Set("q", f.Text)
	}
	if f.Generator != "" {
		v.Set("generator", f.Generator)
	}
	for i := 0; i < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return v
}

func (f filter) path(more ...string) string { return address(jobsSection, f.values(more...)) }

// address joins a path and a query.
func address(path string, values url.Values) string {
	if len(values) == 0 {
		return path
	}
	return path + "?" + values.Encode()
}

// jobs lists jobs, newest first. While the list is kept new it stays where it began: what has come since is counted, and
// shown when it is asked for.
func (h *Handler) jobs(c *fiber.Ctx) error {
	ctx, cancel := bounded()
	defer cancel()
	f := readFilter(c)
	v := pages.JobsView{
		Shell: h.shell(ctx, c, words.ConsoleJobs, jobsSection),
		Text:  f.Text, Generator: f.Generator, Statuses: statusOptions(f.Statuses), Filtered: len(f.values()) > 0,
	}
	if wants(c, "jobs") {
		v.List = h.jobList(ctx, c, f)
	}
	if wants(c, "") {
		v.Generators = h.generators()
	}
	v.Acts = jobActs(f)
	return show(c, pages.Jobs(v))
}

func (h *Handler) jobList(ctx context.Context, c *fiber.Ctx, f filter) pages.JobList {
	q := f.query()
	top, cursor := idIn(c, "top"), idIn(c, "cursor")
	first := cursor == ""
	if first && top == "" {
		top = h.IDs.New() // whatever is younger has come since
	}
	q.Cursor, q.Back = cursor, query(c, "back") != ""
	if first {
		q.Cursor = top
	}
	page, err := h.Jobs.List(ctx, q)
	list := pages.JobList{Trouble: trouble(err)}
	now := h.Clock.Now()
	for _, s := range page.Jobs {
		list.Rows = append(list.Rows, pages.JobRow{
			ID: s.ID, Short: short(s.ID), Path: jobsSection + "/" + s.ID, Mark: pages.MarkOf(string(s.Status)),
			Words: clip(s.Brief.Description, maxWords), Generator: orUnknown(s.ServerID), Attempt: words.Count(int64(s.Attempt), false),
			Age: pages.Since(s.CreatedAt, now),
		})
	}
	if page.NextCursor != "" {
		list.Pager.Older = f.path("cursor", page.NextCursor)
	}
	list.Searching = len(page.Jobs) < rowsAtOnce && page.NextCursor != ""
	if first {
		list.Fresh = pages.Rows{Path: f.path("top", top), Top: f.path(), New: h.newer(ctx, f, top)}
		return list
	}
	list.Pager.Newest = f.path()
	if page.PrevCursor != "" {
		list.Pager.Newer = f.path("cursor", page.PrevCursor, "back", "1")
	}
	list.Fresh = pages.Rows{Path: here(c)}
	return list
}

// newer says how many jobs have come since; nothing when none has.
func (h *Handler) newer(ctx context.Context, f filter, top string) string {
	q := f.query()
	q.Cursor, q.Back, q.Limit = top, true, jobs.MaxPage
	page, err := h.Jobs.List(ctx, q)
	if err != nil || len(page.Jobs) == 0 {
		return ""
	}
	return words.NewRows(len(page.Jobs), page.PrevCursor != "")
}

// idIn reads an id in the address; what is none is nothing.
func idIn(c *fiber.Ctx, name string) string {
	id, _ := uuid.Parse(c.Query(name))
	return id
}

func orUnknown(text string) string {
	if text == "" {
		return words.Unknown
	}
	return text
}

func statusOptions(chosen []job.Status) []pages.Option {
	all := []pages.Option{{Text: words.JobsAny, Chosen: len(chosen) == 0}}
	for _, s := range job.Statuses() {
		all = append(all, pages.Option{Value: string(s), Text: words.OfConsole(string(s)), Chosen: slices.Contains(chosen, s)})
	}
	return all
}

// generators are those that live workers offer: what the filter suggests.
func (h *Handler) generators() (ids []string) {
	for _, w := range h.Overview.Workers() {
		for _, g := range w.Generators {
			if !slices.Contains(ids, g.ID) {
				ids = append(ids, g.ID)
			}
		}
	}
	slices.Sort(ids)
	return ids
}

// jobActs are what can be done to everything that the filter finds.
func jobActs(f filter) (acts []pages.Link) {
	able := func(statuses ...job.Status) bool {
		return len(f.Statuses) == 0 || slices.ContainsFunc(statuses, func(s job.Status) bool { return slices.Contains(f.Statuses, s) })
	}
	if able(job.Failed) {
		acts = append(acts, pages.Link{Text: words.JobsRetryAll, Path: address("/console/bulk", f.values("act", "redrive-jobs"))})
	}
	if able(job.Pending, job.Processing) {
		acts = append(acts, pages.Link{Text: words.JobsCancelAll, Path: address("/console/bulk", f.values("act", "cancel-jobs"))})
	}
	return acts
}
