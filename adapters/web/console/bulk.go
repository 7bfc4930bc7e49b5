package console

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/console/pages"
	"convoke/adapters/web/frame"
	"convoke/adapters/web/words"
	"convoke/application/bulk"
	"convoke/application/deadletter"
	"convoke/domain/fault"
	"convoke/domain/job"
)

// order reads what is to be done to everything that matches, from an address or from a form: both name it alike.
func order(c *fiber.Ctx, value func(*fiber.Ctx, string) string) bulk.Order {
	o := bulk.Order{Act: bulk.Act(value(c, "act")), By: operator(c)}
	if aboutJobs(o.Act) {
		o.Jobs.Text, o.Jobs.ServerID = value(c, "q"), value(c, "generator")
		for _, s := range strings.Fields(value(c, "status")) {
			o.Jobs.Statuses = append(o.Jobs.Statuses, job.Status(s))
		}
		return o
	}
	o.Letters = deadletter.Filter{Topic: value(c, "topic"), Group: value(c, "group"), Reason: value(c, "reason")}
	return o
}

func aboutJobs(act bulk.Act) bool { return act == bulk.RedriveJobs || act == bulk.CancelJobs }

// askBulk is the dry run: what would happen, to how many and where to, and a number to type before it does.
func (h *Handler) askBulk(c *fiber.Ctx) error {
	return h.showBulk(c, order(c, queryAll), fiber.StatusOK, "")
}

// queryAll is a parameter of the request's address with all its values.
func queryAll(c *fiber.Ctx, name string) string {
	var all []string
	for _, value := range c.Context().QueryArgs().PeekMulti(name) {
		all = append(all, strings.ToValidUTF8(string(value), ""))
	}
	return strings.Join(all, " ")
}

func (h *Handler) showBulk(c *fiber.Ctx, o bulk.Order, status int, wrong string) error {
	ctx, cancel := bounded()
	defer cancel()
	preview, err := h.Bulk.Preview(ctx, o)
	if err != nil {
		return err
	}
	section, back := letterSection, lettersPath(o.Letters)
	if aboutJobs(o.Act) {
		section, back = jobsSection, filter{o.Jobs.Statuses, o.Jobs.Text, o.Jobs.ServerID}.path()
	}
	matching := int64(preview.Matching)
	v := pages.AskView{
		Shell: h.shell(ctx, c, words.OfConsole(string(o.Act)), section), Heading: words.OfConsole(string(o.Act)),
		Action: "/console/bulk", Fields: fields(o, preview), Back: back,
		Bad: o.Act == bulk.CancelJobs || o.Act == bulk.DiscardLetters, Yes: words.OfConsole(string(o.Act)), Typed: words.TypeNumber(matching), Trouble: wrong,
	}
	if matching == 0 {
		v.Nothing, v.Lines = true, []string{words.BulkNothing}
		return frame.Show(c, status, pages.Ask(v))
	}
	v.Lines, v.Which = []string{dry(o, matching, preview.More), words.BulkOnly}, which(o)
	v.Intro = words.BulkBackTo
	if o.Act == bulk.DiscardLetters {
		v.Intro = words.BulkGoneFrom
	}
	for _, heap := range preview.Heaps {
		v.Targets = append(v.Targets, pages.Target{
			Letters: words.Count(int64(heap.Letters), false), Topic: heap.Topic, Group: heap.Group, Reason: heap.Reason,
		})
	}
	return frame.Show(c, status, pages.Ask(v))
}

func dry(o bulk.Order, n int64, more bool) string {
	if aboutJobs(o.Act) {
		return words.BulkLine(string(o.Act), words.Jobs(n, more))
	}
	return words.BulkLine(string(o.Act), words.Letters(n, more))
}

// which is the filter of an order as people read it.
func which(o bulk.Order) (all []pages.Fact) {
	if !aboutJobs(o.Act) {
		return filterFacts(o.Letters)
	}
	var statuses []string
	for _, s := range o.Jobs.Statuses {
		statuses = append(statuses, words.OfConsole(string(s)))
	}
	for _, fact := range []pages.Fact{
		{Label: words.JobsStatus, Text: strings.Join(statuses, ", ")}, {Label: words.JobsText, Text: o.Jobs.Text},
		{Label: words.JobsGenerator, Text: o.Jobs.ServerID},
	} {
		if fact.Text != "" {
			all = append(all, fact)
		}
	}
	return all
}

// fields are an order as a form sends it, with what was shown of it.
func fields(o bulk.Order, p bulk.Preview) []pages.Field {
	all := []pages.Field{
		{Name: "act", Value: string(o.Act)}, {Name: "preview", Value: p.ID}, {Name: "shown", Value: words.Plain(int64(p.Matching))},
	}
	if p.More {
		all = append(all, pages.Field{Name: "more", Value: "1"})
	}
	if aboutJobs(o.Act) {
		var statuses []string
		for _, s := range o.Jobs.Statuses {
			statuses = append(statuses, string(s))
		}
		return append(all, pages.Field{Name: "status", Value: strings.Join(statuses, " ")}, pages.Field{Name: "q", Value: o.Jobs.Text},
			pages.Field{Name: "generator", Value: o.Jobs.ServerID})
	}
	return append(all, pages.Field{Name: "topic", Value: o.Letters.Topic}, pages.Field{Name: "group", Value: o.Letters.Group},
		pages.Field{Name: "reason", Value: o.Letters.Reason})
}

// startBulk begins what was asked for. The number that was shown must have been typed, so that nobody does to thousands
// what was meant for three; when more match by now, the new number is asked for.
func (h *Handler) startBulk(c *fiber.Ctx) error {
	o := order(c, frame.Text)
	shown := bulk.Preview{ID: frame.Text(c, "preview"), More: frame.Text(c, "more") != ""}
	var err error
	if shown.Matching, err = strconv.Atoi(frame.Text(c, "shown")); err != nil || strings.TrimSpace(frame.Text(c, "typed")) != frame.Text(c, "shown") {
		return h.showBulk(c, o, fiber.StatusUnprocessableEntity, words.BulkTyped)
	}
	ctx, cancel := frame.Bounded()
	defer cancel()
	op, err := h.Bulk.Start(ctx, o, shown)
	switch fault.KindOf(err) {
	case fault.Exhausted:
		return h.showBulk(c, o, fiber.StatusTooManyRequests, words.Sentence(trouble(err)))
	case fault.Conflict:
		return h.showBulk(c, o, fiber.StatusConflict, words.Sentence(trouble(err)))
	}
	if err != nil {
		return err
	}
	return h.frame.GoTo(c, operationSection, "/", op.ID)
}

const operationSection = "/console/operations"

// operations lists what was done to many at once.
func (h *Handler) operations(c *fiber.Ctx) error {
	ctx, cancel := bounded()
	defer cancel()
	v := pages.OperationsView{Shell: h.shell(ctx, c, words.ConsoleWork, operationSection)}
	if wants(c, "operations") {
		all, err := h.Bulk.Recent(ctx)
		v.Trouble = trouble(err)
		for _, op := range all {
			v.Operations = append(v.Operations, operationView(op))
		}
	}
	return show(c, pages.Operations(v))
}

// operation is one of them, with its progress.
func (h *Handler) operation(c *fiber.Ctx) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	ctx, cancel := bounded()
	defer cancel()
	op, err := h.Bulk.Get(ctx, id)
	if err != nil {
		return err
	}
	return show(c, pages.OperationPage(pages.OperationPageView{
		Shell: h.shell(ctx, c, words.OfConsole(string(op.Act)), operationSection), Operation: operationView(op),
	}))
}

func operationView(op bulk.Operation) pages.Operation {
	v := pages.Operation{
		ID: op.ID, Path: operationSection + "/" + op.ID, Act: words.OfConsole(string(op.Act)),
		Mark: pages.Mark{Kind: pages.MarkOf(string(op.State)).Kind, Word: words.OperationState(string(op.State))},
		Seen: op.Done + op.Skipped + op.Failed, Total: op.Total, Running: op.State == bulk.Running,
		Done: words.Count(int64(op.Done), false), Skipped: words.Count(int64(op.Skipped), false), Failed: words.Count(int64(op.Failed), false),
		Of: words.Of(int64(op.Done+op.Skipped+op.Failed), int64(op.Total), op.More), Which: which(op.Order),
		Error: op.LastError, By: op.By, Started: pages.At(op.StartedAt), Ended: pages.At(op.EndedAt),
		Left: words.OperationLeft(string(op.State)),
	}
	if v.Left != "" {
		v.Again = address("/console/bulk", againValues(op.Order))
	}
	return v
}

func againValues(o bulk.Order) map[string][]string {
	if aboutJobs(o.Act) {
		return filter{o.Jobs.Statuses, o.Jobs.Text, o.Jobs.ServerID}.values("act", string(o.Act))
	}
	return letterValues(o.Letters, "act", string(o.Act))
}
