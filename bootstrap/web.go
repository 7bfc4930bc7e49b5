package bootstrap

import (
	_ "time/tzdata" // pages tell the time where an occasion takes place, also on machines that know no zones

	"convoke/adapters/web"
	"convoke/adapters/websocket"
	"convoke/application/analytics"
	"convoke/application/fleet"
	"convoke/application/jobs"
	"convoke/application/mails"
	"convoke/application/rsvps"
)

// providePages builds the web pages. Where nothing is mailed they do not offer to.
func providePages(
	b *Base, store Store, orders *jobs.Service, f *fleet.Fleet, service *rsvps.Service, reads *rsvps.Reads, links *mails.Links, numbers *analytics.Service,
	sockets *websocket.Handler,
) (*web.Handler, error) {
	parts := web.Parts{RSVPs: service, Reads: reads, Jobs: orders, Designs: store, Fleet: f, Numbers: numbers}
	if b.Config.SMTPURL != "" {
		parts.Links = links
	}
	return web.New(web.Config{
		PublicURL: b.Config.PublicURL, MayAsk: b.Server.MayAsk, MayGenerate: b.Server.MayGenerate, Socket: sockets.Serve, Sheet: b.Server.Sheet,
	}, parts)
}
