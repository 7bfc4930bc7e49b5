package bootstrap

import (
	"context"
	"testing"
	"time"

	"convoke/application/jobs"
	"convoke/application/port"
	"convoke/application/rsvps"
	"convoke/domain/job"
	"convoke/domain/rsvp"
	"convoke/test/contractcheck"
)

func TestTheGraphOnMemoryAdaptersMakesADesign(t *testing.T) {
	ctx, p := inMemory(t)
	order, err := p.api.Jobs.Generate(ctx, jobs.Generate{Description: "A garden party"})
	if err != nil {
		t.Fatal(err)
	}
	view, err := p.api.Jobs.Wait(ctx, order.ID, 10*time.Second)
	if err != nil || view.Job.Status != job.Completed || view.Design == nil {
		t.Fatalf("%+v, %v", view, err)
	}
}

func TestWhatIsPublishedIsAsTheContractSays(t *testing.T) {
	ctx, p := inMemory(t)
	order, err := p.api.Jobs.Generate(ctx, jobs.Generate{Description: "A garden party"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.api.Jobs.Wait(ctx, order.ID, 10*time.Second); err != nil {
		t.Fatal(err)
	}
	o, _, err := p.api.RSVPs.Open(ctx, rsvps.Open{Details: rsvp.Details{Title: "A garden party"}})
	if err != nil {
		t.Fatal(err)
	}
	r, _, err := p.api.RSVPs.Reply(ctx, rsvps.Reply{OccasionID: o.ID, Answer: rsvp.Answer{Name: "Ada", Email: "ada@example.org"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.api.RSVPs.Withdraw(ctx, rsvps.Caller{Admin: true}, r.ID, ""); err != nil {
		t.Fatal(err)
	}
	want := map[string]int{p.Names.DesignRequests: 1, p.Names.DesignReady: 1, p.Names.RSVPEvents: 3, p.Names.Control: 1}
	for topic, least := range want {
		for _, m := range published(ctx, t, p, topic, least) {
			contractcheck.Published(t, topic, m.Headers, m.Value)
		}
	}
}

// published waits until a topic holds enough.
func published(ctx context.Context, t *testing.T, p *process, topic string, least int) []port.Message {
	t.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for {
		messages, err := p.Bus.Tail(ctx, topic, 100)
		if err != nil {
			t.Fatal(err)
		}
		if len(messages) >= least {
			return messages
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			t.Fatalf("%s holds %d messages", topic, len(messages))
		}
	}
}

// inMemory starts what a process starts, on adapters without a disk; it stops with the test.
func inMemory(t *testing.T) (context.Context, *process) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
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
	t.Cleanup(closeBase)
	backends, closeBackends, err := initializeMemoryBackends(base)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(closeBackends)
	p := newProcess(base)
	closeRoles, err := p.build(base, backends)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(closeRoles)
	w, closeWorker, err := initializeWorker(base)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(closeWorker)
	p.worker = w
	if err := p.start(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.stop(c.ShutdownTimeout) })
	if err := p.awaitReady(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx, p
}
