//go:build wireinject

package bootstrap

import (
	"context"

	"github.com/google/wire"

	"convoke/adapters/prometheus"
	"convoke/application/relay"
	"convoke/application/worker"
)

// baseSet builds what every role needs.
var baseSet = wire.NewSet(
	provideLog, provideClock, provideIDs, prometheus.New, provideNames, provideDataDir, provideSecrets, provideChecks,
	provideBus, provideControl, provideRunner, provideServer, wire.Struct(new(Base), "*"),
)

// apiSet builds the role api on a store.
var apiSet = wire.NewSet(
	wire.FieldsOf(new(*Base), "Config", "Control"),
	relay.NewFeed, provideEncoder, provideReplyEncoder, provideRedis, provideNotifier, provideHub, provideAnnouncer, provideFleet, provideJobs, provideLetters,
	provideCollector, provideLeader, provideRelay, provideSweep, provideRetention, provideSockets, provideStreams, provideURLs,
	provideCache, provideReads, provideSigner, provideGate, provideRSVPs, provideCalendar,
	wire.Struct(new(API), "*"),
)

// workerSet builds the role worker: no database in it.
var workerSet = wire.NewSet(wire.FieldsOf(new(*Base), "Config"), provideGenerators, provideWorker)

func initializeBase(ctx context.Context, c Config) (*Base, func(), error) {
	panic(wire.Build(baseSet))
}

func initializeAPI(ctx context.Context, b *Base) (*API, func(), error) {
	panic(wire.Build(apiSet, provideStore))
}

func initializeWorker(b *Base) (*worker.Worker, error) {
	panic(wire.Build(workerSet))
}

// initializeMemoryAPI is the test injector: the same graph on the memory store.
func initializeMemoryAPI(b *Base) (*API, func(), error) {
	panic(wire.Build(apiSet, provideMemoryStore))
}
