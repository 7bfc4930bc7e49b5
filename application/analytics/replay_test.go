package analytics_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"convoke/adapters/memory"
	"convoke/adapters/system"
	"convoke/application/analytics"
	"convoke/application/consume"
	"convoke/application/envelope"
	"convoke/application/port"
	"convoke/domain/event"
	"convoke/test/fake"
)

// members are processes that count the same topic.
type members struct {
	t     *testing.T
	bus   *memory.Bus
	names envelope.Names
	store *memory.Analytics
	ids   int
}

func newMembers(t *testing.T) *members {
	m := &members{t: t, bus: memory.NewBus(), names: envelope.DefaultNames(""), store: memory.NewAnalytics()}
	if err := m.bus.Provision(t.Context(), m.names.Topics()); err != nil {
		t.Fatal(err)
	}
	return m
}

// join starts a member; crash ends it as a crash would.
func (m *members) join(store analytics.Store) (p *consume.Projection, crash func()) {
	conn := m.bus.Connect()
	runner := &consume.Runner{Consumer: conn, Publisher: conn, Clock: system.Clock{}, Meter: &fake.Meter{}, Log: fake.Log()}
	p = analytics.Consumer(m.names.Analytics, m.names.RSVPEvents, store)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := runner.Project(ctx, p); err != nil {
			m.t.Error(err)
		}
	})
	crash = sync.OnceFunc(func() {
		conn.Cut()
		cancel()
		running.Wait()
	})
	m.t.Cleanup(crash)
	return p, crash
}

// publish sends n replies to each of some occasions.
func (m *members) publish(occasions, n int) {
	m.t.Helper()
	var batch []port.Message
	for o := range occasions {
		for i := range n {
			m.ids++
			message, err := envelope.Encode(m.names.RSVPEvents, event.Event{ID: fmt.Sprint(m.ids), Data: event.RSVPChange{
				Kind: event.TypeRSVPCreated, OccasionID: fmt.Sprintf("01890000-0000-7000-8000-%012d", o), Revision: uint64(i + 1),
				RSVPID: fmt.Sprint(m.ids), Version: 1, Status: "yes", PartySize: 2, At: start,
			}})
			if err != nil {
				m.t.Fatal(err)
			}
			batch = append(batch, message)
		}
	}
	if errs := m.bus.Publish(m.t.Context(), batch); errs != nil {
		m.t.Fatal(errs)
	}
}

func (m *members) await(what string, created int64) {
	m.t.Helper()
	poll := time.NewTicker(2 * time.Millisecond)
	defer poll.Stop()
	for deadline := time.Now().Add(20 * time.Second); ; <-poll.C {
		r, err := m.store.Report(m.t.Context(), analytics.Everything, analytics.Hour, time.Hour)
		if err != nil {
			m.t.Fatal(err)
		}
		if r.Total == (analytics.Numbers{Created: created, People: 2 * created}) {
			return
		}
		if time.Now().After(deadline) {
			m.t.Fatalf("%s: %+v, want %d", what, r.Total, created)
		}
	}
}

func TestAReplayAtRestCountsEverythingAgain(t *testing.T) {
	t.Parallel()
	m := newMembers(t)
	one, _ := m.join(m.store)
	two, _ := m.join(m.store)
	m.publish(20, 30)
	m.await("the first making", 600)

	epoch, err := m.store.Reset(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []*consume.Projection{one, two} {
		p.Take(event.GroupReplay{Group: "another-group", Epoch: epoch})
		p.Take(event.GroupReplay{Group: m.names.Analytics, Epoch: epoch})
	}

	m.await("the second making", 600)
}

func TestAMemberThatIsNotToldFindsOutByItself(t *testing.T) {
	t.Parallel()
	m := newMembers(t)
	m.join(m.store)
	m.publish(3, 10)
	m.await("the first making", 30)

	if _, err := m.store.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}

	m.await("the second making", 30)
}

// dying is a store under a member that dies while it counts again.
type dying struct {
	*memory.Analytics
	after atomic.Int32 // so many updates
	die   func()
}

func (d *dying) Update(
	ctx context.Context, at consume.Place, occasions []string, fold func(map[string]*consume.Progress) analytics.Tally,
) error {
	if d.after.Add(-1) < 0 {
		go d.die()
		<-ctx.Done()
		return ctx.Err()
	}
	return d.Analytics.Update(ctx, at, occasions, fold)
}

// Whoever dies in the middle of a replay, the next member goes on with what was begun and begins what was not.
func TestAReplayIsWholeWhoeverDiesMeanwhile(t *testing.T) {
	t.Parallel()
	for after := range 4 {
		m := newMembers(t)
		_, leave := m.join(m.store)
		m.publish(20, 30)
		m.await("the first making", 600)
		leave()
		if _, err := m.store.Reset(t.Context()); err != nil {
			t.Fatal(err)
		}
		died := make(chan struct{})
		d := &dying{Analytics: m.store}
		d.after.Store(int32(after))
		var crash func()
		ready := make(chan struct{})
		d.die = sync.OnceFunc(func() { <-ready; crash(); close(died) })
		_, crash = m.join(d)
		close(ready)
		<-died

		m.join(m.store)

		m.await(fmt.Sprintf("the second making, after a death behind %d updates", after), 600)
	}
}
