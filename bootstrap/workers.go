package bootstrap

import (
	"fmt"

	"convoke/adapters/noop"
	"convoke/adapters/studio"
	"convoke/application/port"
	"convoke/application/worker"
)

// provideGenerators is the one place that lists what a worker offers.
func provideGenerators(c Config) ([]port.Generator, error) {
	drawing, err := studio.New(studio.Config{})
	if err != nil {
		return nil, fmt.Errorf("studio: %w", err)
	}
	offered := []port.Generator{drawing}
	if c.Generator == "noop" {
		offered = append(offered, noop.New(c.NoopDelay))
	}
	return offered, nil
}

func provideWorker(b *Base, offered []port.Generator) *worker.Worker {
	w := worker.New(worker.Config{
		Concurrency: b.Config.WorkerConcurrency, JobTimeout: b.Config.JobTimeout,
		Default: b.Config.Generator, Fallback: b.Config.GeneratorFallback,
	}, b.Names, offered, b.Bus, b.Control, b.Clock, b.IDs, b.Meter, b.Log)
	b.Control.On(w.Take)
	return w
}
