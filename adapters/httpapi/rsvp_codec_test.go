package httpapi

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"convoke/application/contract"
	"convoke/domain/rsvp"
)

// TestTheAnswerWrittenByHandIsTheEncoders compares bytes.
func TestTheAnswerWrittenByHandIsTheEncoders(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 6, 12, 16, 0, 0, 120_300_000, time.FixedZone("x", 7200))
	for _, text := range []string{
		"", "Ada Lovelace", "Zoë <b>&amp;", "\"quoted\" \\ back", "a\nb\tc\u0001\u007f", "line\u2028separator\u2029", "…–€", "\xff\xe2\x80", "日本語", "🎉",
	} {
		r := rsvp.Reply{
			ID: noSuchID, OccasionID: rsvp.DefaultID, Name: text, Email: text, Status: rsvp.Waitlisted, PartySize: 12, Note: text,
			Version: 3, Revision: 1 << 60, CreatedAt: at, UpdatedAt: at.Truncate(time.Second),
		}
		wantReplied(t, r, "gtoken-_"+text)
	}
}

func wantReplied(t *testing.T, r rsvp.Reply, token string) {
	t.Helper()
	want, err := marshal(repliedAnswer{contract.RSVPOf(r), token})
	if err != nil {
		t.Fatal(err)
	}
	if got := appendReplied(nil, r, token); !bytes.Equal(got, want) {
		t.Errorf("written\n%s\nthe encoder writes\n%s", got, want)
	}
}

// FuzzReplied holds the answer to be the encoder's, whatever it says.
func FuzzReplied(f *testing.F) {
	f.Add("Ada", "no nuts", int64(1_781_280_000_123_456_789))
	f.Add("\u2028\xe2\x80", "\"\\", int64(0))
	f.Fuzz(func(t *testing.T, name, note string, nanoseconds int64) {
		at := time.Unix(0, nanoseconds)
		wantReplied(t, rsvp.Reply{ID: "1", OccasionID: "2", Name: name, Email: note, Note: note, CreatedAt: at, UpdatedAt: at}, name)
	})
}

func TestTheOrdinaryFormIsReadQuickly(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		ada, ` { "occasionId" : "x", "status":"no","partySize": 2 ,"note":"Zoë", "name":"A","email":"e" } ` + "\n", `{"partySize":0}`,
	} {
		if _, ok := quickReply(text); !ok {
			t.Errorf("%s is left to the general decoder", text)
		}
	}
}

// FuzzQuickReply holds the quick reader to read nothing that the general decoder reads otherwise, or refuses.
func FuzzQuickReply(f *testing.F) {
	for _, seed := range []string{
		ada, `{}`, `{"name":"a","name":"b"}`, `{"partySize":00}`, `{"partySize":-1}`, `{"partySize":1.0}`, `{"partySize":999999}`, `{"partySize":1234567}`,
		`{"name":"\u0041"}`, `{"note":"é","email":"` + "\xff" + `"}`, `{"name":null}`, `{"Name":"a"}`, `{"name":"a",}`, `{"name":"a"} {}`, `[{}]`,
		strings.Repeat(`{"name":`, 50),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		quick, ok := quickReply(text)
		if !ok {
			return
		}
		var general replyBody
		if err := decode([]byte(text), &general); err != nil || !reflect.DeepEqual(quick, general) {
			t.Errorf("%q is read as %+v, and generally as %+v, %v", text, quick, general, err)
		}
	})
}

// FuzzOccasionBody holds the decoder to its promise: what is accepted can be stored and shown, what is not is a 4xx.
func FuzzOccasionBody(f *testing.F) {
	for _, seed := range []string{
		`{"title":"A party","startsAt":"2027-06-12T16:00:00+01:00","timeZone":"Europe/London","capacity":50}`, `{"title":null,"capacity":0}`,
		`{"startsAt":"9998-12-31T23:59:59-23:59"}`, `{"deadline":"2027-06-12T16:00","timeZone":"Asia/Tokyo"}`, `{"designId":"x"}`, `{"capacity":1e9}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var b occasionBody
		err := decode(body, &b)
		if err == nil {
			var edit func(*rsvp.Details)
			if edit, err = b.edit(); err == nil {
				var d rsvp.Details
				edit(&d)
				var o *rsvp.Occasion
				if o, err = rsvp.New("1", d, time.Unix(0, 0)); err == nil {
					shown, err := json.Marshal(contract.OccasionOf(o.State()))
					if err != nil || !utf8.Valid(shown) {
						t.Errorf("%q is accepted and can not be shown: %v", body, err)
					}
					return
				}
			}
		}
		if p := problemOf(err); p.Status != 400 && p.Status != 422 || p.Detail == "" {
			t.Errorf("%q is answered by %+v", body, p)
		}
	})
}
