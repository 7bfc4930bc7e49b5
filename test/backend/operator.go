package backend

import (
	"convoke/application/bulk"
	"convoke/application/overview"
	"convoke/application/port"
	"convoke/application/pulse"
	"convoke/application/topics"
	"convoke/test/fake"
)

// Operator is what operators look at and act with. What Jobs and RSVPs do is counted; Beat is not running, so that a test
// decides when it is written down.
type Operator struct {
	Overview *overview.Service // of the workers' group, and of one that can not be looked at
	Bulk     *bulk.Service
	Viewer   *topics.Viewer
	Pulse    *pulse.Recorder
}

func newOperator(b *Backend, clock port.Clock, ids port.IDs) Operator {
	o := Operator{
		Bulk:   bulk.New(b.Jobs, b.Letters, b.Store, clock, ids, fake.Log()),
		Viewer: topics.NewViewer(b.Bus, b.Names, fake.Log()),
		Pulse:  pulse.NewRecorder(),
	}
	o.Overview = overview.New(overview.Sources{
		Fleet: b.Fleet, Inspector: b.Bus, Jobs: b.Store, Outbox: b.Store, Letters: b.Store,
		Groups: []overview.GroupTopic{{Group: b.Names.Workers, Topic: b.Names.DesignRequests}, {Group: "nobody", Topic: "no-such-topic"}},
		Pulse:  &pulse.Reader{Store: b.Store, Clock: clock},
	}, clock, fake.Log())
	b.Jobs.Pulse, b.RSVPs.Pulse = o.Pulse, o.Pulse
	return o
}
