//go:build wireinject

package bootstrap

import (
	"context"

	"github.com/google/wire"

	"convoke/adapters/prometheus"
	"convoke/application/pulse"
	"convoke/application/relay"
	"convoke/application/worker"
)

// baseSet builds what every role needs.
var baseSet = wire.NewSet(
	provideLog, provideClock, provideIDs, prometheus.New, provideNames, provideDataDir, provideSecrets, provideChecks,
	provideBus, provideControl, provideRunner, provideServer, wire.Struct(new(Base), "*"),
)

// backendSet builds what the roles api and consumers keep things in, on databases.
var backendSet = wire.NewSet(relay.NewFeed, provideEncoder, provideReplyEncoder, provideRedis, provideCache, wire.Struct(new(Backends), "*"))

// mailSet builds what mails are made with.
var mailSet = wire.NewSet(provideMailer, provideMailWriter, provideSigner, provideCalendar)

// apiSet builds the role api.
var apiSet = wire.NewSet(
	wire.FieldsOf(new(*Base), "Config", "Control"), wire.FieldsOf(new(*Backends), "Store", "Feed", "Redis", "Cache", "Analytics"),
	provideNotifier, provideHub, provideAnnouncer, provideFleet, provideJobs, provideLetters,
	provideCollector, provideLeader, provideRelay, provideSweep, provideRetention, providePromotion, provideSockets, provideStreams, provideURLs,
	mailSet, provideLinks, provideReads, provideGate, provideRSVPs, provideNumbers, provideInvalidation, provideReplay, provideAuditor,
	provideRenderings, providePages, provideConsole,
	pulse.NewRecorder, provideOverview, provideBulk, provideViewer, provideBeat,
	wire.Struct(new(API), "*"),
)

// consumerSet builds the role consumers.
var consumerSet = wire.NewSet(
	wire.FieldsOf(new(*Backends), "Analytics"), provideNumbers, provideProjection, provideInvalidation, mailSet, provideMails, wire.Struct(new(Consumers), "*"),
)

// workerSet builds the role worker: no database in it.
var workerSet = wire.NewSet(provideGenerators, provideWorker)

func initializeBase(ctx context.Context, c Config) (*Base, func(), error) {
	panic(wire.Build(baseSet))
}

func initializeBackends(ctx context.Context, b *Base) (*Backends, func(), error) {
	panic(wire.Build(backendSet, provideStore, provideAnalytics))
}

// initializeMemoryBackends is the test injector's: the same graph without a disk.
func initializeMemoryBackends(b *Base) (*Backends, func(), error) {
	panic(wire.Build(backendSet, provideMemoryStore, provideMemoryAnalytics))
}

func initializeAPI(b *Base, k *Backends) (*API, func(), error) {
	panic(wire.Build(apiSet))
}

func initializeConsumers(b *Base, k *Backends) (*Consumers, error) {
	panic(wire.Build(consumerSet))
}

func initializeWorker(b *Base) (*worker.Worker, func(), error) {
	panic(wire.Build(workerSet))
}
