package bootstrap

import (
	"context"
	"slices"

	"convoke/application/analytics"
	"convoke/application/consume"
	"convoke/application/envelope"
	"convoke/application/mails"
	"convoke/application/replay"
	"convoke/application/rsvps"
	"convoke/domain/event"
)

// The consumers that CONSUMERS may name.
const (
	ConsumerCache     = "cache"
	ConsumerAnalytics = "analytics"
	ConsumerMail      = "mail"
)

// allConsumers lists them.
func allConsumers() []string { return []string{ConsumerCache, ConsumerAnalytics, ConsumerMail} }

// Consumers is the role that follows the events of occasions and replies. Each consumer is a group of its own.
type Consumers struct {
	Backends     *Backends
	Numbers      *analytics.Service
	Analytics    *consume.Projection
	Invalidation *rsvps.Invalidation
	Mails        *mails.Consumer
}

func provideNumbers(b *Base, store AnalyticsStore) *analytics.Service {
	return &analytics.Service{Store: store, Clock: b.Clock, Meter: b.Meter, Log: b.Log}
}

func provideProjection(b *Base, store AnalyticsStore) *consume.Projection {
	p := analytics.Consumer(b.Names.Analytics, b.Names.RSVPEvents, store)
	b.Control.On(p.Take)
	return p
}

func provideInvalidation(b *Base, k *Backends) *rsvps.Invalidation {
	return &rsvps.Invalidation{Cache: k.Cache, Clock: b.Clock}
}

// provideReplay lists the groups that can be replayed.
func provideReplay(b *Base, store AnalyticsStore, i *rsvps.Invalidation) *replay.Service {
	s := &replay.Service{
		Projections: map[string]replay.Projection{b.Names.Analytics: store, b.Names.Cache: i}, Control: b.Control, Log: b.Log,
	}
	for _, g := range groups(b.Names) {
		s.Groups = append(s.Groups, g.Group)
	}
	return s
}

// startConsumers runs the groups that CONSUMERS names, each on its own: one that has to wait holds up no other.
func (p *process) startConsumers() {
	c, names := p.consumers, p.Names
	wanted := func(name string) bool { return slices.Contains(p.Config.Consumers, name) }
	if wanted(ConsumerCache) {
		p.consume(p.followers, c.Invalidation.Consumer(names.Cache, names.RSVPEvents))
	}
	if wanted(ConsumerAnalytics) {
		p.check("analytics", c.Backends.Analytics)
		p.project(p.followers, c.Analytics)
		p.link.run("missing events", func(ctx context.Context) error { return c.Numbers.WatchGaps(ctx, names.Analytics) })
	}
	if wanted(ConsumerMail) {
		p.consume(p.followers, c.Mails.Group(names.Mail, names.RSVPEvents))
	}
}

// project runs a projection's group once its topic is there.
func (p *process) project(s *stage, of *consume.Projection) {
	s.run("group "+of.Group.Name, func(ctx context.Context) error {
		return p.afterTopics(ctx, func() error { return p.Runner.Project(ctx, of) })
	})
}

// clearOwnCache empties what only this process has cached, when the cache's group is replayed.
func clearOwnCache(k *Backends, names envelope.Names) func(event.Data) {
	return func(d event.Data) {
		if replay, ok := d.(event.GroupReplay); ok && replay.Group == names.Cache && k.Redis == nil {
			_ = k.Cache.Clear(context.Background()) // in memory: at once, and it can not fail
		}
	}
}
