package bootstrap

import (
	_ "time/tzdata" // pages tell the time where an occasion takes place, also on machines that know no zones

	"convoke/adapters/web"
	"convoke/application/rsvps"
)

// providePages builds the web pages. Without Links they do not offer to mail anything.
func providePages(c Config, store Store, service *rsvps.Service, reads *rsvps.Reads) (*web.Handler, error) {
	return web.New(web.Config{PublicURL: c.PublicURL}, web.Parts{RSVPs: service, Reads: reads, Designs: store})
}
