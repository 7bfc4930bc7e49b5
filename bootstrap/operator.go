package bootstrap

import (
	"convoke/application/bulk"
	"convoke/application/deadletter"
	"convoke/application/fleet"
	"convoke/application/jobs"
	"convoke/application/overview"
	"convoke/application/pulse"
	"convoke/application/topics"
)

func provideOverview(b *Base, store Store, f *fleet.Fleet) *overview.Service {
	return overview.New(overview.Sources{
		Fleet: f, Inspector: b.Bus, Groups: groups(b.Names), Jobs: store, Outbox: store, Letters: store,
		Pulse: &pulse.Reader{Store: store, Clock: b.Clock},
	}, b.Clock, b.Log)
}

func provideBulk(b *Base, store Store, service *jobs.Service, letters *deadletter.Service) *bulk.Service {
	return bulk.New(service, letters, store, b.Clock, b.IDs, b.Log)
}

func provideViewer(b *Base) *topics.Viewer { return topics.NewViewer(b.Bus, b.Names, b.Log) }

// provideBeat names this process: with each start anew, so that nothing that was counted before is written over.
func provideBeat(b *Base, store Store, counted *pulse.Recorder) *pulse.Beat {
	return pulse.NewBeat(counted, store, b.IDs.New(), b.Clock, b.Log)
}
