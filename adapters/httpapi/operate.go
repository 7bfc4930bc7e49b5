package httpapi

import (
	"net/http"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"convoke/application/port"
	"convoke/domain/event"
)

type serverView struct {
	ID     string       `json:"id"`
	Health event.Health `json:"health"`
	Detail string       `json:"detail,omitempty"`
}

type serversAnswer struct {
	Success bool         `json:"success"`
	Servers []serverView `json:"servers"`
}

// servers lists what serverId may name.
func (e *endpoints) servers(c *fiber.Ctx) error {
	return writeJSON(c, http.StatusOK, serversAnswer{true, serverViews(e.Fleet.Generators())})
}

func serverViews(generators []event.GeneratorStatus) []serverView {
	views := make([]serverView, len(generators))
	for i, g := range generators {
		views[i] = serverView(g)
	}
	return views
}

type workerView struct {
	ID          string       `json:"id"`
	Concurrency int          `json:"concurrency"`
	Generators  []serverView `json:"generators"`
	Running     []runView    `json:"running"`
	SeenAt      time.Time    `json:"seenAt"`
}

type runView struct {
	JobID   string `json:"jobId"`
	Attempt int    `json:"attempt"`
}

func (e *endpoints) workers(c *fiber.Ctx) error {
	views := []workerView{}
	for _, w := range e.Fleet.Workers() {
		view := workerView{w.WorkerID, w.Concurrency, serverViews(w.Generators), make([]runView, len(w.Running)), w.SeenAt.UTC()}
		for i, run := range w.Running {
			view.Running[i] = runView(run)
		}
		views = append(views, view)
	}
	return writeJSON(c, http.StatusOK, map[string][]workerView{"workers": views})
}

type groupView struct {
	Group      string          `json:"group"`
	Topic      string          `json:"topic"`
	Lag        *int64          `json:"lag"` // null: unknown
	Partitions []partitionView `json:"partitions"`
	Members    []memberView    `json:"members"`
	Error      string          `json:"error,omitempty"`
}

type partitionView struct {
	Partition int32 `json:"partition"`
	Committed int64 `json:"committed"`
	End       int64 `json:"end"`
	Lag       int64 `json:"lag"`
}

type memberView struct {
	ID         string  `json:"id"`
	Host       string  `json:"host"`
	Partitions []int32 `json:"partitions"`
}

// groups shows where each group stands. One that can not be looked at does not hide the others.
func (e *endpoints) groups(c *fiber.Ctx) error {
	views := make([]groupView, len(e.Groups))
	var all sync.WaitGroup
	for i, g := range e.Groups {
		all.Go(func() { views[i] = e.group(g) })
	}
	all.Wait()
	return writeJSON(c, http.StatusOK, map[string][]groupView{"groups": views})
}

func (e *endpoints) group(g GroupTopic) groupView {
	ctx, cancel := bounded()
	defer cancel()
	view := groupView{Group: g.Group, Topic: g.Topic, Partitions: []partitionView{}, Members: []memberView{}}
	positions, err := e.Inspector.Positions(ctx, g.Group, g.Topic)
	var members []port.Member
	if err == nil {
		members, err = e.Inspector.Members(ctx, g.Group, g.Topic)
	}
	if err != nil {
		e.server.log.Warn("a group can not be looked at", "group", g.Group, "topic", g.Topic, "error", err)
		view.Error = "the broker does not answer; the log says why"
		return view
	}
	var lag int64
	for _, p := range positions {
		behind := max(0, p.End-p.Committed)
		lag += behind
		view.Partitions = append(view.Partitions, partitionView{p.Partition, p.Committed, p.End, behind})
	}
	view.Lag = &lag
	for _, m := range members {
		m.Partitions = append([]int32{}, m.Partitions...) // an empty list, not null, for one that waits
		view.Members = append(view.Members, memberView(m))
	}
	return view
}
