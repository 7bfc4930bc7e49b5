package nats

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"convoke/application/port"
)

// TestNothingOvertakesWhatWasLost: the connection breaks again and again while batches of one key are on their way.
// What the server holds of each batch is its beginning, and everything that was acknowledged is there.
func TestNothingOvertakesWhatWasLost(t *testing.T) {
	t.Parallel()
	const batches, length = 20, 1000
	embedded := embed(t)
	w := &wire{dial: embedded.server.InProcessConn}
	b := connect(t, Config{options: []nats.Option{nats.InProcessServer(w)}})
	s := provisioned(t, b, "topic", port.Ordered)
	acknowledged := make([]int, batches)
	for n := range batches {
		broken := make(chan struct{})
		go func() {
			defer close(broken)
			if n%2 == 1 {
				w.interrupt(time.Duration(n) * 100 * time.Microsecond)
			}
		}()
		errs := b.Publish(t.Context(), numbers(s.Topic, n*length, length))
		<-broken
		acknowledged[n] = beginning(t, errs, length)
	}

	var stored ledger
	run(t, embedded.Bus, s, stored.handle)
	committed(t, embedded.Bus, s)
	next := beginnings(t, stored.all(), batches, length)
	for n := range batches {
		if next[n] < acknowledged[n] {
			t.Errorf("batch %d: %d messages were acknowledged, %d are stored", n, acknowledged[n], next[n])
		}
	}
	if !slices.ContainsFunc(acknowledged, func(n int) bool { return n < length }) {
		t.Error("the connection never broke in the middle of a batch")
	}
}

// beginnings returns how many messages of each batch are stored, which must be the first ones, in order.
func beginnings(t *testing.T, values []string, batches, length int) []int {
	t.Helper()
	next := make([]int, batches)
	for _, value := range values {
		number, err := strconv.Atoi(value)
		if err != nil {
			t.Fatal(err)
		}
		if n := number / length; number%length != next[n] {
			t.Fatalf("batch %d: message %d was stored where %d was to come", n, number%length, next[n])
		}
		next[number/length]++
	}
	return next
}

// beginning returns how many messages were acknowledged, which must be the first ones.
func beginning(t *testing.T, errs []error, length int) int {
	t.Helper()
	if errs == nil {
		return length
	}
	n := slices.IndexFunc(errs, func(err error) bool { return err != nil })
	for i, err := range errs[n:] {
		if err == nil {
			t.Fatalf("message %d was acknowledged after %d had failed: %v", n+i, n, errs[n])
		}
	}
	return n
}

func TestAnEmbeddedServerKeepsItsMessages(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, err := Embed(t.Context(), EmbedConfig{Dir: dir, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	s := provisioned(t, first.Bus, "topic", port.Ordered)
	var done ledger
	stop := run(t, first.Bus, s, done.handle)
	publish(t, first.Bus, s.Topic, 0, 10)
	committed(t, first.Bus, s)
	stop()
	publish(t, first.Bus, s.Topic, 10, 10)
	shut(t, first.Close)

	second, err := Embed(t.Context(), EmbedConfig{Dir: dir, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shut(t, second.Close) })
	run(t, second.Bus, s, done.handle)

	done.wantExactly(t, 20)
	committed(t, second.Bus, s)
}

// TestAStartIsQuiet: what is logged as a warning is for an operator to act on.
func TestAStartIsQuiet(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	b, err := Embed(t.Context(), EmbedConfig{Dir: t.TempDir(), Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	if err != nil {
		t.Fatal(err)
	}
	provisioned(t, b.Bus, "topic", port.Ordered)
	shut(t, b.Close)

	if log.Len() > 0 {
		t.Errorf("logged: %s", log.String())
	}
}

func TestOnlyTheEmbeddedServerSyncsLate(t *testing.T) {
	t.Parallel()
	embedded := embed(t)
	var publisher port.Publisher = embedded
	if late, ok := publisher.(port.LateSync); !ok || late.SyncDelay() != 2*time.Second {
		t.Error("the embedded server does not say that it syncs once a second")
	}
	publisher = connect(t, Config{options: []nats.Option{nats.InProcessServer(embedded.server)}})
	if _, ok := publisher.(port.LateSync); ok {
		t.Error("how a server elsewhere syncs is not known")
	}
}

func TestBadConfigurationsAreRefused(t *testing.T) {
	t.Parallel()
	if _, err := Embed(t.Context(), EmbedConfig{}); err == nil {
		t.Error("an embedded server without a folder was started")
	}
	if _, err := Connect(t.Context(), Config{URL: "nats://127.0.0.1:1", Log: quiet}); err == nil {
		t.Error("nobody was there, and Connect succeeded")
	}
}

func TestStreamsAreAsTheirTopics(t *testing.T) {
	t.Parallel()
	b := embed(t).Bus
	topics := []port.Topic{{Name: "a.week", Retention: 7 * 24 * time.Hour, MaxBytes: 8 << 20}, {Name: "ever", MaxBytes: 1 << 20}}
	if err := b.Provision(t.Context(), topics); err != nil {
		t.Fatal(err)
	}

	week, ever := config(t, b, "a.week"), config(t, b, "ever")
	if week.Discard != jetstream.DiscardOld || week.MaxAge != topics[0].Retention || week.MaxBytes != 4<<30 || week.MaxMsgSize != 8<<20 {
		t.Errorf("a topic with a retention: %+v", week)
	}
	if ever.Discard != jetstream.DiscardNew || ever.MaxAge != 0 || ever.MaxBytes != -1 || ever.MaxMsgSize != 1<<20 {
		t.Errorf("a topic for ever: %+v", ever)
	}
	if err := b.Provision(t.Context(), []port.Topic{{Name: "a_week"}}); err == nil || !strings.Contains(err.Error(), "a.week") {
		t.Errorf("two topics of one stream: %v", err)
	}
}

func config(t *testing.T, b *Bus, topic string) jetstream.StreamConfig {
	t.Helper()
	info, err := b.stream(t.Context(), topic)
	if err != nil {
		t.Fatal(err)
	}
	return info.Config
}

func TestARepeatedIDIsStoredOnce(t *testing.T) {
	t.Parallel()
	b := embed(t).Bus
	s := provisioned(t, b, "topic", port.Ordered)
	m := port.Message{Topic: s.Topic, Value: []byte("v"), Headers: map[string]string{"ce-id": "1"}}
	other := port.Message{Topic: s.Topic, Value: []byte("w"), Headers: map[string]string{"ce-id": "2"}}

	errs := b.Publish(t.Context(), []port.Message{m, m, other})

	if errs != nil {
		t.Fatal(errs)
	}
	if tail, err := b.Tail(t.Context(), s.Topic, 10); err != nil || len(tail) != 2 {
		t.Errorf("%d messages are stored, %v; want 2", len(tail), err)
	}
}

func TestMessagesTravelUnchanged(t *testing.T) {
	t.Parallel()
	for _, m := range []port.Message{
		{Topic: "t", Key: " a key\r\nwith: everything% ", Value: []byte("v"), Headers: map[string]string{"ce-id": "1", "Name": "value"}},
		{Topic: "t", Value: []byte("no key")},
		{Topic: "t", Key: "k"},
	} {
		wired := encode(m)
		got := decode("t", wired.Header, wired.Data, 7, time.Unix(1, 0))
		if got.Key != m.Key || string(got.Value) != string(m.Value) || !maps.Equal(got.Headers, m.Headers) || got.Offset != 7 {
			t.Errorf("sent %+v, got %+v", m, got)
		}
	}
}

func TestErrorsAreTranslated(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err      error
		tooLarge bool
	}{
		{nats.ErrMaxPayload, true},
		{&jetstream.APIError{Code: 400, ErrorCode: 10054}, true},
		{&jetstream.APIError{Code: 503, ErrorCode: 10023}, false},
		{jetstream.ErrNoStreamResponse, false},
		{context.DeadlineExceeded, false},
	} {
		got := translate(c.err)
		if errors.Is(got, port.ErrTooLarge) != c.tooLarge || !c.tooLarge && !errors.Is(got, c.err) {
			t.Errorf("translate(%v) is %v", c.err, got)
		}
	}
}
