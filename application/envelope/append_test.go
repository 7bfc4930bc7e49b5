package envelope

import (
	"bytes"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"convoke/application/port"
	"convoke/domain/event"
)

func TestReplyEnvelopesWrittenByHandAreThoseOfTheEncoder(t *testing.T) {
	t.Parallel()
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"", "Grace", `a"b\c`, "<&>", "\u2028\u2029", "\x00\x1f\x7f\u0080", "a\xffb\xc3", "„🌿“", "tab\tline\n",
	}))
	moment := rapid.Custom(func(t *rapid.T) time.Time {
		zone := time.FixedZone("", rapid.IntRange(-14*3600, 14*3600).Draw(t, "zone"))
		return time.Unix(rapid.Int64Range(-70_000_000_000, 300_000_000_000).Draw(t, "s"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns")).In(zone)
	})
	rapid.Check(t, func(t *rapid.T) {
		c := event.RSVPChange{
			Kind:       rapid.SampledFrom([]event.Type{event.TypeRSVPCreated, event.TypeRSVPDeleted}).Draw(t, "kind"),
			OccasionID: text.Draw(t, "occasion"), Revision: rapid.Uint64().Draw(t, "revision"), RSVPID: text.Draw(t, "id"),
			Version: rapid.Int().Draw(t, "version"), Name: text.Draw(t, "name"), Email: text.Draw(t, "email"),
			Status: text.Draw(t, "status"), PartySize: rapid.Int().Draw(t, "party"), At: moment.Draw(t, "at"),
		}
		if rapid.Bool().Draw(t, "previous") {
			c.Previous = &event.RSVPBefore{Name: text.Draw(t, "name"), Email: text.Draw(t, "email"), Status: "yes", PartySize: 3}
		}
		e := event.Event{ID: text.Draw(t, "event"), Time: moment.Draw(t, "time"), Data: c}
		want, err := marshalEvent(e)
		got, ok := appendReply(nil, e, &c)
		if ok != (err == nil) {
			t.Fatalf("by hand: %v, by the encoder: %v", ok, err)
		}
		if ok && string(got) != string(want) {
			t.Fatalf("by hand\n%s\nby the encoder\n%s", got, want)
		}
		sameRead(t, want)
	})
}

// sameRead fails unless what is read by hand is what the decoder reads.
func sameRead(t interface{ Fatalf(string, ...any) }, value []byte) {
	byHand, ok := readReply(value)
	if !ok {
		return
	}
	decoded, err := decodeEvent(port.Message{Value: value})
	if err != nil || !reflect.DeepEqual(byHand, decoded) {
		t.Fatalf("%s\nis read by hand as\n%+v\nby the decoder as\n%+v, %v", value, byHand, decoded, err)
	}
}

func TestAnOrdinaryReplyIsReadByHand(t *testing.T) {
	t.Parallel()
	for _, c := range []event.RSVPChange{
		{Kind: event.TypeRSVPCreated, OccasionID: "default", Revision: 1, Name: "Grace Hopper 🌿", Email: "g@example.org", Status: "yes", PartySize: 2},
		{Kind: event.TypeRSVPUpdated, OccasionID: "01890000-0000-7000-8000-000000000001", Revision: 9, Version: -1, Previous: &event.RSVPBefore{Status: "no"}},
	} {
		value, ok := appendReply(nil, event.Event{ID: "1", Time: time.Now(), Data: c}, &c)
		if _, read := readReply(value); !ok || !read {
			t.Errorf("%s: written %v, read %v", value, ok, read)
		}
		sameRead(t, value)
	}
}

func FuzzReadReply(f *testing.F) {
	c := event.RSVPChange{Kind: event.TypeRSVPUpdated, OccasionID: "default", Revision: 9, Version: 3, Name: "ü", PartySize: 1, Previous: &event.RSVPBefore{Status: "no"}}
	value, _ := appendReply(nil, event.Event{ID: "1", Data: c}, &c)
	f.Add(value)
	f.Add(bytes.Replace(value, []byte(`"version":3`), []byte(`"version":03`), 1))
	f.Add(bytes.Replace(value, []byte(`"ü"`), []byte("\"\xff\""), 1))
	f.Add(bytes.Replace(value, []byte(`9`), []byte(`9999999999999999999999`), 1))
	f.Fuzz(func(t *testing.T, value []byte) { sameRead(t, value) })
}

func BenchmarkEncodeReply(b *testing.B) {
	e := event.Event{ID: "0189", Time: time.Now(), Trace: NewTrace(), Data: event.RSVPChange{
		Kind: event.TypeRSVPCreated, OccasionID: "01890000-0000-7000-8000-000000000001", Revision: 12345,
		RSVPID: "01890000-0000-7000-8000-000000000002", Version: 1, Name: "Grace Hopper", Email: "grace@example.org",
		Status: "yes", PartySize: 2, At: time.Now(),
	}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Encode("rsvp-events", e); err != nil {
			b.Fatal(err)
		}
	}
}
