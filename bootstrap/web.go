package bootstrap

import (
	_ "time/tzdata" // pages tell the time where an occasion takes place, also on machines that know no zones

	"convoke/adapters/sse"
	"convoke/adapters/web"
	"convoke/adapters/web/console"
	"convoke/adapters/websocket"
	"convoke/application/analytics"
	"convoke/application/bulk"
	"convoke/application/deadletter"
	"convoke/application/fleet"
	"convoke/application/jobs"
	"convoke/application/mails"
	"convoke/application/overview"
	"convoke/application/replay"
	"convoke/application/rsvps"
	"convoke/application/topics"
)

// providePages builds the web pages. Where nothing is mailed they do not offer to.
func providePages(
	b *Base, store Store, orders *jobs.Service, f *fleet.Fleet, service *rsvps.Service, reads *rsvps.Reads, links *mails.Links, numbers *analytics.Service,
	sockets *websocket.Handler, streams *sse.Handler, operators console.Parts,
) (*web.Handler, error) {
	parts := web.Parts{
		RSVPs: service, Reads: reads, Jobs: orders, Designs: store, Fleet: f, Numbers: numbers, Console: operators,
	}
	if b.Config.SMTPURL != "" {
		parts.Links = links
	}
	return web.New(web.Config{
		PublicURL: b.Config.PublicURL, MayAsk: b.Server.MayAsk, MayGenerate: b.Server.MayGenerate, MaySignIn: b.Server.MaySignIn,
		Socket: sockets.Serve, Stream: streams.Occasion,
		Sheet: b.Server.Sheet,
	}, parts)
}

// provideConsole gathers what operators look at and act with. The checks are those of readiness; they are added at the
// start.
func provideConsole(
	b *Base, glance *overview.Service, service *jobs.Service, many *bulk.Service, letters *deadletter.Service, again *replay.Service,
	viewer *topics.Viewer,
) console.Parts {
	return console.Parts{
		AdminToken: b.Secrets.AdminToken, Overview: glance, Jobs: service, Bulk: many, Letters: letters, Replay: again, Viewer: viewer,
		Checks: b.Checks, Clock: b.Clock, IDs: b.IDs, Log: b.Log,
	}
}
