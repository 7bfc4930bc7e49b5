package envelope_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"convoke/application/envelope"
	"convoke/application/port"
	"convoke/domain/design"
	"convoke/domain/event"
)

var at = time.Date(2026, 6, 12, 16, 0, 0, 123_000_000, time.UTC)

const occasion = "01890000-0000-7000-8000-000000000001"

func everyEvent() []event.Data {
	brief := design.Brief{Description: "Ada's 36th <b>&", Style: design.Elegant, Palette: []string{"#aabbcc"}, Size: design.Size{Width: 600, Height: 900}}
	svg := design.Asset{MediaType: design.SVGType, Data: []byte(`<svg title="ä"/>`)}
	png := design.Asset{MediaType: design.PNGType, Data: []byte{0x89, 'P', 'N', 'G', 0xff, 0}}
	return []event.Data{
		event.DesignRequested{JobID: "j", Attempt: 2, Brief: brief, ServerID: "studio", Deadline: at},
		event.DesignRequested{JobID: "j", Attempt: 1, Brief: brief, Deadline: at, Parent: &design.Parent{
			DesignID: "d", Version: 3, Instructions: "darker", Brief: brief, Spec: []byte(`{"hue":40}`), Asset: svg,
		}},
		event.DesignProgressed{JobID: "j", Attempt: 1, WorkerID: "w", Progress: 40, Message: "ornament"},
		event.DesignReady{JobID: "j", Attempt: 1, Asset: svg, Generator: "studio", Duration: 12 * time.Millisecond, Spec: []byte(`{"a":1}`), Metadata: map[string]any{"k": "v"}},
		event.DesignReady{JobID: "j", Attempt: 1, Asset: png, Generator: "mcp:x", Metadata: map[string]any{}},
		event.DesignFailed{JobID: "j", Attempt: 1, Code: "http-429", Message: "too many", Retryable: true},
		event.JobCancelled{JobID: "j", Attempt: 3},
		event.JobChanged{JobID: "j", Version: 7},
		event.WorkerSeen{WorkerID: "w", Concurrency: 8, Generators: []event.GeneratorStatus{{ID: "studio", Health: event.HealthOK}}, Running: []event.Run{{JobID: "j", Attempt: 1}}},
		event.WorkerGone{WorkerID: "w", Running: []event.Run{{JobID: "j", Attempt: 1}}},
		event.GroupReplay{Group: "g", Epoch: 4},
		event.RSVPChange{
			Kind: event.TypeRSVPUpdated, OccasionID: occasion, Revision: 9, RSVPID: "r", Version: 2, Name: "Ada", Email: "ada@example.org",
			Status: "yes", PartySize: 2, Previous: &event.RSVPBefore{Name: "Ada", Email: "ada@example.org", Status: "waitlisted", PartySize: 2}, At: at,
		},
		event.RSVPChange{Kind: event.TypeRSVPCancelled, OccasionID: occasion, Revision: 10, RSVPID: "r", Version: 3, Status: "cancelled", PartySize: 1, At: at},
		event.OccasionChange{
			Kind: event.TypeOccasionCreated, OccasionID: "default", Revision: 1, Title: "A garden party", StartsAt: at, TimeZone: "Europe/London",
			Capacity: 100, MaxPartySize: 10, Waitlist: "auto", GuestList: "hidden", Counts: "public", DesignID: "d", DesignVersion: 3, At: at,
		},
		event.OccasionChanged{OccasionID: "o", Revision: 10},
	}
}

func TestEveryEventSurvivesTheWire(t *testing.T) {
	t.Parallel()
	for _, data := range everyEvent() {
		sent := event.Event{ID: "0190-1", Time: at, Trace: "00-" + strings.Repeat("a", 32) + "-" + strings.Repeat("b", 16) + "-01", Data: data}
		m, err := envelope.Encode("topic", sent)
		if err != nil {
			t.Fatal(err)
		}
		got, err := envelope.Decode(m)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, sent) {
			t.Errorf("%s\nsent %+v\ngot  %+v", data.Type(), sent, got)
		}
		if m.Key != data.Subject() || m.Headers[envelope.HeaderContentType] != "application/cloudevents+json" {
			t.Errorf("message %+v", m)
		}
	}
}

func TestTheEnvelopeIsACloudEventThatPeopleCanRead(t *testing.T) {
	t.Parallel()
	m, err := envelope.Encode("design-ready", event.Event{ID: "id-1", Time: at, Data: everyEvent()[3]})
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(m.Value, &fields); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{
		"specversion": "1.0", "id": "id-1", "type": "DESIGN_READY", "source": "convoke/worker", "subject": "j",
		"time": "2026-06-12T16:00:00.123Z", "datacontenttype": "application/json",
	} {
		if fields[name] != want {
			t.Errorf("%s: %v, want %v", name, fields[name], want)
		}
	}
	if !strings.Contains(string(m.Value), "<svg") {
		t.Errorf("the markup is escaped: %s", m.Value)
	}
	if trace := m.Headers[envelope.HeaderTrace]; envelope.TraceOr(trace) != trace {
		t.Errorf("traceparent %q is malformed", trace)
	}
}

func TestAnUnknownTypeIsToldFromGarbage(t *testing.T) {
	t.Parallel()
	for value, unknown := range map[string]bool{
		`{"specversion":"1.0","id":"1","type":"RSVP_FROM_THE_FUTURE","source":"s","data":{"x":1}}`:                                                   true,
		`{"specversion":"1.0","id":"1","type":"DESIGN_PROGRESS","source":"s","data":{"jobId":7}}`:                                                    false,
		`{"specversion":"1.0","id":"1","type":"DESIGN_PROGRESS","source":"s","data":{}}`:                                                             false,
		`{"specversion":"1.0","id":"1","type":"DESIGN_PROGRESS","source":"s"}`:                                                                       false,
		`{"specversion":"0.3","id":"1","type":"DESIGN_PROGRESS","source":"s","data":{}}`:                                                             false,
		`{"specversion":"1.0","id":"1","type":"DESIGN_READY","source":"s","data":{"jobId":"j","asset":{"encoding":"rot13"}}}`:                        false,
		`{"specversion":"1.0","id":"1","type":"RSVP_CREATED","source":"s","data":{"occasionId":"a\u0000b","revision":1}}`:                            false,
		`{"specversion":"1.0","id":"1","type":"RSVP_CREATED","source":"s","data":{"occasionId":"default"}}`:                                          false,
		`{"specversion":"1.0","id":"1","type":"OCCASION_DELETED","source":"s","data":{"occasionId":"default","revision":9223372036854775808}}`:       false,
		`{"specversion":"1.0","id":"1","type":"RSVP_CREATED","source":"s","data":{"occasionId":"default","revision":1,"partySize":9000000000}}`:      false,
		`{"specversion":"1.0","id":"1","type":"RSVP_UPDATED","source":"s","data":{"occasionId":"default","revision":1,"previous":{"partySize":-1}}}`: false,
		`{"type":"DESIGN_PROGRESS"}`: false,
		`null`:                       false,
		``:                           false,
		"\xff\x00":                   false,
		strings.Repeat("[", 20000):   false,
	} {
		_, err := envelope.Decode(port.Message{Value: []byte(value)})
		if err == nil || errors.Is(err, envelope.ErrUnknownType) != unknown {
			t.Errorf("%.80s: %v", value, err)
		}
	}
}

func TestUnknownFieldsAreIgnored(t *testing.T) {
	t.Parallel()
	e, err := envelope.Decode(port.Message{Value: []byte(`{"specversion":"1.0","id":"1","type":"JOB_CANCELLED","source":"s","new":1,"data":{"jobId":"j","new":{}}}`)})
	if err != nil || e.Data != (event.JobCancelled{JobID: "j"}) {
		t.Fatalf("%+v, %v", e, err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, data := range everyEvent() {
		m, err := envelope.Encode("t", event.Event{ID: "1", Time: at, Data: data})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(m.Value)
	}
	f.Fuzz(func(t *testing.T, value []byte) {
		e, err := envelope.Decode(port.Message{Value: value})
		if err != nil {
			return
		}
		if e.Data.Subject() == "" {
			t.Fatal("an event without a subject was let through")
		}
		if _, err := envelope.Encode("t", e); err != nil {
			t.Fatalf("what was read can not be written: %v", err)
		}
	})
}

func BenchmarkEncodeRequest(b *testing.B) {
	e := event.Event{ID: "1", Time: at, Trace: envelope.NewTrace(), Data: everyEvent()[0]}
	for b.Loop() {
		if _, err := envelope.Encode("t", e); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecodeRequest(b *testing.B) {
	m, err := envelope.Encode("t", event.Event{ID: "1", Time: at, Data: everyEvent()[0]})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := envelope.Decode(m); err != nil {
			b.Fatal(err)
		}
	}
}
