package console

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/console/pages"
	"convoke/adapters/web/frame"
	"convoke/adapters/web/words"
	"convoke/application/overview"
)

const groupSection = "/console/groups"

// groups shows where each consumer group stands. One that can not be looked at hides no other.
func (h *Handler) groups(c *fiber.Ctx) error {
	ctx, cancel := bounded()
	defer cancel()
	v := pages.GroupsView{Shell: h.shell(ctx, c, words.ConsoleGroups, groupSection)}
	if wants(c, "groups") {
		v.Groups = h.groupViews(ctx)
	}
	return show(c, pages.Groups(v))
}

func (h *Handler) groupViews(ctx context.Context) (all []pages.Group) {
	for _, g := range h.Overview.Groups(ctx) {
		all = append(all, h.groupView(g))
	}
	return all
}

func (h *Handler) groupView(g overview.Group) pages.Group {
	v := pages.Group{
		Key: g.Group + " " + g.Topic, Group: g.Group, Topic: g.Topic, Lag: words.Unknown, Members: words.Unknown, Trouble: trouble(g.Err),
	}
	if g.Err != nil {
		return v
	}
	v.Members = words.Count(int64(len(g.Members)), false)
	if g.Lag != nil {
		v.Lag, v.Behind = words.Count(*g.Lag, false), *g.Lag > 0
	}
	if h.Replay != nil && h.Replay.Projections[g.Group] != nil {
		v.Replay = groupSection + "/replay?group=" + g.Group
	}
	for _, m := range g.Members {
		v.Readers = append(v.Readers, pages.Reader{ID: m.ID, Host: m.Host, Partitions: numbers(m.Partitions)})
	}
	for _, p := range g.Partitions {
		v.Places = append(v.Places, pages.Place{
			Partition: fmt.Sprint(p.Partition), Committed: words.Count(p.Committed, false), End: words.Count(p.End, false), Lag: words.Count(p.Lag, false),
		})
	}
	return v
}

func numbers(all []int32) string {
	sorted := slices.Clone(all)
	slices.Sort(sorted)
	texts := make([]string, len(sorted))
	for i, n := range sorted {
		texts[i] = fmt.Sprint(n)
	}
	return orUnknown(strings.Join(texts, ", "))
}

// askReplay asks before what a group has built is emptied.
func (h *Handler) askReplay(c *fiber.Ctx) error {
	group := query(c, "group")
	if h.Replay == nil || h.Replay.Projections[group] == nil {
		return fiber.ErrNotFound
	}
	return h.showReplay(c, group, fiber.StatusOK, "")
}

func (h *Handler) showReplay(c *fiber.Ctx, group string, status int, wrong string) error {
	ctx, cancel := bounded()
	defer cancel()
	return frame.Show(c, status, pages.Ask(pages.AskView{
		Shell: h.shell(ctx, c, words.GroupsReplayAsk, groupSection), Heading: words.GroupsReplayAsk, Lines: []string{group, words.GroupsReplayText},
		Action: groupSection + "/replay", Fields: []pages.Field{{Name: "group", Value: group}}, Yes: words.GroupsReplayYes, Back: groupSection, Bad: true,
		Typed: words.TypeWord(group), Trouble: wrong,
	}))
}

// replayGroup makes what a group has built anew. Its name must have been typed: until it has caught up, it knows less.
func (h *Handler) replayGroup(c *fiber.Ctx) error {
	if h.Replay == nil {
		return fiber.ErrNotFound
	}
	group := frame.Text(c, "group")
	if h.Replay.Projections[group] != nil && strings.TrimSpace(frame.Text(c, "typed")) != group {
		return h.showReplay(c, group, fiber.StatusUnprocessableEntity, words.GroupsTyped)
	}
	ctx, cancel := frame.Bounded()
	defer cancel()
	epoch, err := h.Replay.Replay(ctx, group)
	if err != nil {
		return err
	}
	h.audit(c, "replay", "group", group, "epoch", epoch)
	return h.frame.GoTo(c, groupSection, "?done=replayed")
}

const workerSection = "/console/workers"

// workers shows the live workers, what they offer and what they run.
func (h *Handler) workers(c *fiber.Ctx) error {
	ctx, cancel := bounded()
	defer cancel()
	v := pages.WorkersView{Shell: h.shell(ctx, c, words.ConsoleWorkers, workerSection)}
	if wants(c, "workers") {
		v.Workers = h.workerViews()
	}
	return show(c, pages.Workers(v))
}

func (h *Handler) workerViews() (all []pages.Worker) {
	now := h.Clock.Now()
	for _, w := range h.Overview.Workers() {
		v := pages.Worker{
			ID: w.WorkerID, Seen: pages.Moment{ISO: pages.At(w.SeenAt).ISO, Text: words.Seen(now.Sub(w.SeenAt))}, Places: words.Of(int64(len(w.Running)), int64(w.Concurrency), false),
		}
		for _, g := range w.Generators {
			v.Generators = append(v.Generators, pages.Generator{ID: g.ID, Mark: health(string(g.Health)), Detail: g.Detail})
		}
		for _, run := range w.Running {
			v.Runs = append(v.Runs, pages.Link{Text: short(run.JobID), Path: jobsSection + "/" + run.JobID})
		}
		all = append(all, v)
	}
	return all
}

func health(name string) pages.Mark {
	if name == "ok" {
		return pages.Mark{Kind: "good", Word: words.HealthOK}
	}
	return pages.Mark{Kind: "bad", Word: words.HealthIll}
}
