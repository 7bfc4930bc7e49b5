package bootstrap

import (
	_ "time/tzdata" // pages tell the time where an occasion takes place, also on machines that know no zones

	"convoke/adapters/web"
	"convoke/application/mails"
	"convoke/application/rsvps"
)

// providePages builds the web pages. Where nothing is mailed they do not offer to.
func providePages(b *Base, store Store, service *rsvps.Service, reads *rsvps.Reads, links *mails.Links) (*web.Handler, error) {
	parts := web.Parts{RSVPs: service, Reads: reads, Designs: store}
	if b.Config.SMTPURL != "" {
		parts.Links = links
	}
	return web.New(web.Config{PublicURL: b.Config.PublicURL, MayAsk: b.Server.MayAsk}, parts)
}
