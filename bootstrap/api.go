package bootstrap

import (
	"os"

	"convoke/adapters/httpapi"
	"convoke/adapters/memory"
	"convoke/adapters/redis"
	"convoke/adapters/sse"
	"convoke/adapters/web"
	"convoke/adapters/websocket"
	"convoke/application/analytics"
	"convoke/application/audit"
	"convoke/application/bulk"
	"convoke/application/contract"
	"convoke/application/control"
	"convoke/application/deadletter"
	"convoke/application/designs"
	"convoke/application/envelope"
	"convoke/application/fleet"
	"convoke/application/jobs"
	"convoke/application/leader"
	"convoke/application/mails"
	"convoke/application/overview"
	"convoke/application/port"
	"convoke/application/pulse"
	"convoke/application/relay"
	"convoke/application/replay"
	"convoke/application/retention"
	"convoke/application/rsvps"
	"convoke/application/topics"
	"convoke/application/watch"
	"convoke/domain/job"
)

// API is the role that talks to clients and decides about jobs.
type API struct {
	Store     Store
	Jobs      *jobs.Service
	Hub       *watch.Hub
	Announcer *watch.Announcer
	Notifier  port.Notifier
	Fleet     *fleet.Fleet
	Letters   *deadletter.Service
	Collector *deadletter.Collector
	Leader    *leader.Leader
	Relay     *relay.Relay
	Sweep     *jobs.Sweep
	Retention *retention.Duty
	Promotion *rsvps.Promotion
	Sockets   *websocket.Handler
	Streams   *sse.Handler
	RSVPs     *rsvps.Service
	Reads     *rsvps.Reads
	Signer    *rsvps.Signer
	Calendar  rsvps.Calendar
	Links     *mails.Links
	Numbers   *analytics.Service
	Replay    *replay.Service
	Auditor   *audit.Auditor
	Pictures  *designs.Renderings
	URLs      contract.URLs
	Pages     *web.Handler
	Overview  *overview.Service
	Bulk      *bulk.Service
	Viewer    *topics.Viewer
	Beat      *pulse.Beat
}

// provideNotifier is the one place that chooses how api processes hint each other.
func provideNotifier(b *Base, server *redis.Client, channel *control.Channel) port.Notifier {
	switch {
	case server != nil:
		return server.Notifier()
	case b.Config.Broker == BrokerEmbedded || b.Config.Broker == BrokerMemory:
		return memory.NewNotifier() // there is no other process
	}
	return control.NewNotifier(channel)
}

func provideEncoder(b *Base) *jobs.Encoder {
	return &jobs.Encoder{Names: b.Names, IDs: b.IDs, Clock: b.Clock}
}

func provideReplyEncoder(b *Base) *rsvps.Encoder {
	return &rsvps.Encoder{Names: b.Names, IDs: b.IDs, Clock: b.Clock}
}

func provideHub(b *Base, store Store) (*watch.Hub, func()) {
	sources := map[port.HintKind]watch.Source{port.JobHint: jobs.Source{Store: store}, port.OccasionHint: rsvps.Source{Store: store}}
	hub := watch.New(sources, watch.Config{}, b.Log)
	return hub, hub.Stop
}

func provideAnnouncer(b *Base, hub *watch.Hub, notifier port.Notifier) *watch.Announcer {
	return watch.NewAnnouncer(hub, notifier, b.Log)
}

func provideFleet(b *Base) *fleet.Fleet {
	f := fleet.New(b.Clock)
	b.Control.On(f.Take)
	return f
}

func policy(c Config) job.Policy {
	p := job.DefaultPolicy()
	p.MaxAttempts, p.Deadline = c.JobMaxAttempts, c.JobDeadline
	return p
}

func provideJobs(b *Base, store Store, announcer *watch.Announcer, hub *watch.Hub, f *fleet.Fleet, counted *pulse.Recorder) *jobs.Service {
	return &jobs.Service{
		Store: store, Announcer: announcer, Hub: hub, Fleet: f, Control: b.Control, Policy: policy(b.Config),
		Clock: b.Clock, IDs: b.IDs, Meter: b.Meter, Pulse: counted, Log: b.Log,
	}
}

func provideLetters(b *Base, store Store, service *jobs.Service) *deadletter.Service {
	return &deadletter.Service{Store: store, Publisher: b.Bus, Jobs: service}
}

func provideCollector(b *Base, store Store) *deadletter.Collector {
	return &deadletter.Collector{Consumer: b.Bus, Store: store, Group: b.Names.DeadLetters, IDs: b.IDs, Clock: b.Clock, Log: b.Log}
}

// provideLeader names this process as a candidate. A database of one process has one candidate, which takes its own
// lease up again after a crash without waiting.
func provideLeader(b *Base, store Store) *leader.Leader {
	holder := "embedded"
	if b.Config.DatabaseURL != "" {
		host, _ := os.Hostname()
		holder = host + "/" + b.IDs.New()
	}
	return leader.New(store, "leader", holder, leader.Config{}, b.Clock, b.Meter, b.Log)
}

func provideRelay(b *Base, store Store, feed *relay.Feed) *relay.Relay {
	return relay.New(store, feed, b.Bus, b.Clock, b.Meter, b.Log)
}

func provideSweep(b *Base, service *jobs.Service) *jobs.Sweep {
	return &jobs.Sweep{Service: service, Inspector: b.Bus, Group: b.Names.Gateway, Topic: b.Names.DesignReady, Clock: b.Clock}
}

func providePromotion(service *rsvps.Service) *rsvps.Promotion {
	return &rsvps.Promotion{Service: service}
}

func provideRetention(b *Base, store Store) *retention.Duty {
	return &retention.Duty{Keys: store, Letters: store, Replies: store, Minutes: store, Operations: store, Clock: b.Clock, Log: b.Log}
}

func provideAuditor(b *Base, store Store) *audit.Auditor {
	return &audit.Auditor{Store: store, Log: b.Bus, Topic: b.Names.RSVPEvents, Group: b.Config.BrokerPrefix + "counts-verify", Clock: b.Clock}
}

func provideURLs(c Config) contract.URLs { return contract.URLs{Base: c.PublicURL} }

// groups lists the consumer groups that this version runs, for the operator.
func groups(n envelope.Names) []overview.GroupTopic {
	all := []overview.GroupTopic{{Group: n.Workers, Topic: n.DesignRequests}, {Group: n.Gateway, Topic: n.DesignReady}}
	for _, source := range n.Sources() {
		all = append(all, overview.GroupTopic{Group: n.DeadLetters, Topic: envelope.DLQ(source)})
	}
	for _, group := range []string{n.Cache, n.Analytics, n.Mail} {
		all = append(all, overview.GroupTopic{Group: group, Topic: n.RSVPEvents})
	}
	return all
}

func provideSockets(b *Base, hub *watch.Hub, urls contract.URLs, gate *rsvps.Gate) *websocket.Handler {
	return websocket.New(hub, urls, websocket.Config{
		AllowedOrigins: b.Config.AllowedOrigins, MaxPerIP: b.Config.WSMaxPerIP, ClientAddr: b.Server.ClientAddr, Gate: gate,
	}, b.Meter, b.Log)
}

func provideStreams(b *Base, hub *watch.Hub, urls contract.URLs, gate *rsvps.Gate) *sse.Handler {
	return sse.New(hub, urls, sse.Config{Gate: gate}, b.Meter, b.Log)
}

// mount puts the role's endpoints on the server.
func (a *API) mount(b *Base) {
	b.Server.Mount(httpapi.API{
		Jobs: a.Jobs, Designs: a.Store, Letters: a.Letters, Fleet: a.Fleet, Overview: a.Overview, URLs: a.URLs,
		RSVPs: a.RSVPs, Reads: a.Reads, Signer: a.Signer, Calendar: a.Calendar, Links: a.Links, Analytics: a.Numbers, Replay: a.Replay, Auditor: a.Auditor,
		Pictures: a.Pictures,
	})
	a.Sockets.Mount(b.Server.App())
	a.Streams.Mount(b.Server.App())
	a.Pages.Mount(b.Server.App())
	b.Server.ShowProblems(a.Pages.Problem)
}
