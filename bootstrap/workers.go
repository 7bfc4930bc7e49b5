package bootstrap

import (
	"convoke/application/port"
	"convoke/application/worker"
)

func provideWorker(b *Base, offered []port.Generator) *worker.Worker {
	w := worker.New(worker.Config{
		Concurrency: b.Config.WorkerConcurrency, JobTimeout: b.Config.JobTimeout,
		Default: b.Config.Generator, Fallback: b.Config.GeneratorFallback,
	}, b.Names, offered, b.Bus, b.Control, b.Clock, b.IDs, b.Meter, b.Log)
	b.Control.On(w.Take)
	return w
}
