package mails_test

import (
	"context"
	"testing"
	"time"

	"convoke/adapters/calendar"
	"convoke/adapters/smtp"
	"convoke/adapters/system"
	"convoke/application/consume"
	"convoke/application/envelope"
	"convoke/application/mails"
	"convoke/application/metric"
	"convoke/application/port"
	"convoke/domain/event"
	"convoke/domain/rsvp"
	"convoke/test/backend"
	"convoke/test/fake"
	"convoke/test/mailserver"
)

// post is a consumer between the product on memory adapters and a real mail server.
type post struct {
	*backend.Backend
	t        *testing.T
	server   *mailserver.Server
	consumer *mails.Consumer
	occasion string
	events   []string // ids of what guests have done, in order
}

func newPost(t *testing.T, c mailserver.Config) *post {
	t.Helper()
	p := &post{Backend: backend.New(t), t: t, server: mailserver.Start(t, c)}
	p.occasion, _ = p.Open(rsvp.Details{Title: "Ada's 36th", StartsAt: time.Now().Add(24 * time.Hour)})
	config, err := smtp.ParseURL(p.server.URL(""))
	if err != nil {
		t.Fatal(err)
	}
	w, err := mails.NewWriter(p.Signer, calendar.Writer{}, "https://party.example")
	if err != nil {
		t.Fatal(err)
	}
	p.consumer = &mails.Consumer{Store: p.Store, Writer: w, Mailer: smtp.New(config), Clock: system.Clock{}, Meter: p.Meter, Log: fake.Log()}
	return p
}

// publish plays the relay: it publishes what the use cases have committed.
func (p *post) publish() {
	p.t.Helper()
	batches, err := p.Store.Pending(p.t.Context(), nil, 1000)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, batch := range batches {
		if errs := p.Bus.Publish(p.t.Context(), batch.Messages); errs != nil {
			p.t.Fatal(errs)
		}
		for _, m := range batch.Messages {
			e, err := envelope.Decode(m)
			if _, ok := e.Data.(event.RSVPChange); err == nil && ok {
				p.events = append(p.events, e.ID)
			}
		}
	}
}

// run consumes until ctx ends; wrap may stand between the bus and the consumer.
func (p *post) run(ctx context.Context, consumer port.Consumer) (stopped <-chan error) {
	runner := &consume.Runner{Consumer: consumer, Publisher: p.Bus, Clock: system.Clock{}, Meter: p.Meter, Log: fake.Log()}
	done := make(chan error, 1)
	go func() { done <- runner.Run(ctx, p.consumer.Group(p.Names.Mail, p.Names.RSVPEvents)) }()
	return done
}

// start consumes until the test ends.
func (p *post) start() {
	ctx, cancel := context.WithCancel(context.Background())
	stopped := p.run(ctx, p.Bus)
	p.t.Cleanup(func() { cancel(); <-stopped })
}

func (p *post) lag() int64 {
	p.t.Helper()
	positions, err := p.Bus.Positions(p.t.Context(), p.Names.Mail, p.Names.RSVPEvents)
	if err != nil {
		p.t.Fatal(err)
	}
	var lag int64
	for _, position := range positions {
		lag += position.End - position.Committed
	}
	return lag
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	patience := time.After(20 * time.Second)
	for !holds() {
		select {
		case <-ticker.C:
		case <-patience:
			t.Fatalf("in vain: %s", what)
		}
	}
}

func TestMailsWaitForTheirServer(t *testing.T) {
	t.Parallel()
	p := newPost(t, mailserver.Config{})
	p.server.Stop()
	p.Reply(p.occasion, "grace@example.org", 1)
	p.publish()
	p.start()
	eventually(t, "it waits", func() bool { return p.Meter.Value(metric.ConsumeRetries, p.Names.Mail) >= 2 })
	if lag := p.lag(); lag == 0 {
		t.Errorf("the event counts as done: lag %d", lag)
	}
	p.server.Resume()
	p.server.Await(1)
	eventually(t, "it is committed", func() bool { return p.lag() == 0 })
	if n := len(p.server.Taken()); n != 1 {
		t.Errorf("%d mails", n)
	}
}

func TestAMailboxThatIsNoneHoldsUpNobody(t *testing.T) {
	t.Parallel()
	p := newPost(t, mailserver.Config{Rcpt: func(to string) error {
		if to == "gone@example.org" {
			return mailserver.Refusal(550, 5, 1, 1)
		}
		return nil
	}})
	p.Reply(p.occasion, "gone@example.org", 1)
	p.Reply(p.occasion, "grace@example.org", 1)
	p.publish()
	p.start()
	if taken := p.server.Await(1); taken[0].To != "grace@example.org" {
		t.Errorf("%+v", taken)
	}
	eventually(t, "both are committed", func() bool { return p.lag() == 0 })
	if v := p.Meter.Value(metric.Mails, "created", "no-mailbox"); v != 1 {
		t.Errorf("%v were counted", v)
	}
}

func TestACrashBetweenSendingAndCommittingRepeatsTheMessage(t *testing.T) {
	t.Parallel()
	p := newPost(t, mailserver.Config{})
	p.Reply(p.occasion, "grace@example.org", 1)
	p.publish()
	ctx, crash := context.WithCancel(context.Background())
	if err := <-p.run(ctx, &forgetful{p.Bus, p.server, crash}); err != nil {
		t.Fatal(err)
	}
	if lag := p.lag(); lag == 0 || len(p.server.Taken()) != 1 {
		t.Fatalf("lag %d, %d mails", lag, len(p.server.Taken()))
	}
	p.start()
	taken := p.server.Await(2)
	first, second := taken[0].Message.Header.Get("Message-Id"), taken[1].Message.Header.Get("Message-Id")
	if want := "<" + p.events[len(p.events)-1] + "@party.example>"; first != want || second != want {
		t.Errorf("%s, then %s", first, second)
	}
	eventually(t, "it is committed", func() bool { return p.lag() == 0 })
}

// forgetful is a consumer whose process dies after mail is sent and before that is committed.
type forgetful struct {
	port.Consumer
	server *mailserver.Server
	crash  func()
}

func (f *forgetful) Consume(ctx context.Context, s port.Subscription, handle port.Handler) error {
	return f.Consumer.Consume(ctx, s, func(ctx context.Context, batch []port.Message) (int, error) {
		done, err := handle(ctx, batch)
		if len(f.server.Taken()) == 0 {
			return done, err
		}
		f.crash()
		return 0, err
	})
}
