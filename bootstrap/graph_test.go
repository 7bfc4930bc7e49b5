package bootstrap

import (
	"context"
	"testing"
	"time"

	"convoke/application/jobs"
	"convoke/domain/job"
)

// TestTheGraphOnMemoryAdaptersMakesADesign builds what a process builds, on adapters without a disk.
func TestTheGraphOnMemoryAdaptersMakesADesign(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	c, err := ParseConfig(AllRoles(), map[string]string{
		"BROKER": BrokerMemory, "PORT": "0", "DATA_DIR": t.TempDir(), "GENERATOR": "noop", "LOG_LEVEL": "error",
	})
	if err != nil {
		t.Fatal(err)
	}
	base, closeBase, err := initializeBase(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	defer closeBase()
	backends, closeBackends, err := initializeMemoryBackends(base)
	if err != nil {
		t.Fatal(err)
	}
	defer closeBackends()
	p := newProcess(base)
	closeRoles, err := p.build(base, backends)
	if err != nil {
		t.Fatal(err)
	}
	defer closeRoles()
	api := p.api
	w, closeWorker, err := initializeWorker(base)
	if err != nil {
		t.Fatal(err)
	}
	defer closeWorker()
	p.worker = w
	if err := p.start(ctx); err != nil {
		t.Fatal(err)
	}
	defer p.stop(c.ShutdownTimeout)
	if err := p.awaitReady(ctx); err != nil {
		t.Fatal(err)
	}
	order, err := api.Jobs.Generate(ctx, jobs.Generate{Description: "A garden party"})
	if err != nil {
		t.Fatal(err)
	}
	view, err := api.Jobs.Wait(ctx, order.ID, 10*time.Second)
	if err != nil || view.Job.Status != job.Completed || view.Design == nil {
		t.Fatalf("%+v, %v", view, err)
	}
}
