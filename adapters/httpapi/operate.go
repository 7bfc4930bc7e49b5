package httpapi

import (
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"convoke/application/overview"
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
	ctx, cancel := bounded()
	defer cancel()
	groups := e.Overview.Groups(ctx)
	views := make([]groupView, len(groups))
	for i, g := range groups {
		views[i] = groupViewOf(g)
	}
	return writeJSON(c, http.StatusOK, map[string][]groupView{"groups": views})
}

func groupViewOf(g overview.Group) groupView {
	view := groupView{Group: g.Group, Topic: g.Topic, Lag: g.Lag, Partitions: []partitionView{}, Members: []memberView{}}
	if g.Err != nil {
		view.Error = "the broker does not answer; the log says why"
	}
	for _, p := range g.Partitions {
		view.Partitions = append(view.Partitions, partitionView{p.Partition, p.Committed, p.End, p.Lag})
	}
	for _, m := range g.Members {
		m.Partitions = append([]int32{}, m.Partitions...) // an empty list, not null, for one that waits
		view.Members = append(view.Members, memberView(m))
	}
	return view
}
