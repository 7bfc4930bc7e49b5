package bootstrap

import (
	"convoke/adapters/calendar"
	"convoke/application/port"
	"convoke/application/pulse"
	"convoke/application/rsvps"
	"convoke/application/watch"
)

func provideReads(b *Base, store Store, cache port.Cache) (*rsvps.Reads, func()) {
	reads := rsvps.NewReads(store, cache, b.Clock)
	return reads, reads.Stop
}

func provideSigner(b *Base) *rsvps.Signer { return rsvps.NewSigner(b.Secrets.SecretKeys) }

func provideGate(b *Base, signer *rsvps.Signer) *rsvps.Gate {
	return rsvps.NewGate(signer, b.Secrets.AdminToken)
}

func provideCalendar() rsvps.Calendar { return calendar.Writer{} }

func provideRSVPs(
	b *Base, store Store, signer *rsvps.Signer, announcer *watch.Announcer, reads *rsvps.Reads, counted *pulse.Recorder,
) *rsvps.Service {
	return &rsvps.Service{
		Store: store, Signer: signer, Announcer: announcer, Reads: reads, Clock: b.Clock, IDs: b.IDs, Meter: b.Meter,
		Pulse: counted, Log: b.Log,
	}
}
