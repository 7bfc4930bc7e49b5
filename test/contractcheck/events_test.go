package contractcheck

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"
	"time"

	"convoke/application/envelope"
	"convoke/domain/design"
	"convoke/domain/event"
)

const (
	jobID      = "01a207bd-a9c0-7c41-9d0e-5b1f6a2c8e37"
	occasionID = "01a20810-4c00-7b12-9f3e-2a6d81c5e940"
)

// everyEvent are events of every type, once with all that they can say and, where that differs, once with as little as possible.
func everyEvent() map[string][]event.Data {
	at := time.Date(2026, 11, 23, 11, 1, 0, 32e6, time.UTC)
	brief := design.Brief{Description: "A party", Size: design.Size{Width: 512, Height: 512}}
	full := brief
	full.Style, full.Palette = design.Elegant, []string{"#9caf88"}
	drawing := design.Asset{MediaType: design.SVGType, Data: []byte("<svg/>")}
	picture := design.Asset{MediaType: design.PNGType, Data: []byte{0x89}}
	parent := &design.Parent{DesignID: occasionID, Version: 1, Brief: full, Spec: []byte(`{"a":1}`), Asset: drawing, Instructions: "larger"}
	reply := event.RSVPChange{OccasionID: occasionID, Revision: 2, RSVPID: jobID, Version: 1, Name: "Mary", Email: "m@example.org", Status: "yes", PartySize: 2, At: at}
	bare := event.OccasionChange{
		OccasionID: "default", Revision: 1, Title: "A party", TimeZone: "UTC", MaxPartySize: 10, Waitlist: "off", GuestList: "hidden", Counts: "public", At: at,
	}
	dated := bare
	dated.StartsAt, dated.EndsAt, dated.Deadline, dated.Place, dated.Capacity, dated.DesignID = at, at, at, "Kew", 2, jobID
	runs := []event.Run{{JobID: jobID, Attempt: 1}}
	return map[string][]event.Data{
		"design-requests": {
			event.DesignRequested{JobID: jobID, Attempt: 1, Brief: brief, Deadline: at},
			event.DesignRequested{JobID: jobID, Attempt: 1, Brief: full, ServerID: "studio", Parent: parent, Deadline: at},
		},
		"design-ready": {
			event.DesignProgressed{JobID: jobID, Attempt: 1, WorkerID: occasionID, Progress: 60, Message: "Setting the words"},
			event.DesignReady{JobID: jobID, Attempt: 1, Asset: picture, Generator: "noop"},
			event.DesignReady{JobID: jobID, Attempt: 1, Asset: drawing, Generator: "studio", Duration: time.Second, Spec: []byte(`[1]`), Metadata: map[string]any{"x": 1}},
			event.DesignFailed{JobID: jobID, Attempt: 1, Code: "timeout", Message: "too long", Retryable: true},
		},
		"rsvp-events": {
			kind(reply, event.TypeRSVPCreated), changed(reply, event.TypeRSVPUpdated), changed(reply, event.TypeRSVPCancelled), changed(reply, event.TypeRSVPDeleted),
			occasion(bare, event.TypeOccasionCreated), occasion(dated, event.TypeOccasionUpdated), occasion(dated, event.TypeOccasionDeleted),
		},
		"convoke-control": {
			event.JobCancelled{JobID: jobID}, event.JobCancelled{JobID: jobID, Attempt: 1}, event.JobChanged{JobID: jobID, Version: 3},
			event.OccasionChanged{OccasionID: occasionID, Revision: 2}, event.GroupReplay{Group: "analytics-group", Epoch: 2},
			event.WorkerSeen{WorkerID: jobID}, event.WorkerGone{WorkerID: jobID, Running: runs},
			event.WorkerSeen{WorkerID: jobID, Generators: []event.GeneratorStatus{{ID: "studio", Health: event.HealthIll, Detail: "why"}}, Concurrency: 8, Running: runs},
		},
	}
}

func kind(e event.RSVPChange, k event.Type) event.Data { e.Kind = k; return e }

func changed(e event.RSVPChange, k event.Type) event.Data {
	e.Kind, e.Previous = k, &event.RSVPBefore{Name: e.Name, Email: e.Email, Status: "waitlisted", PartySize: 1}
	return e
}

func occasion(e event.OccasionChange, k event.Type) event.Data { e.Kind = k; return e }

func TestEveryEventIsAsTheDocumentSays(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for topic, all := range everyEvent() {
		for _, data := range all {
			seen[string(data.Type())] = true
			m, err := envelope.Encode(topic, event.Event{ID: "01a207bd-a9c2-7f01-8e21-60c3d94b7a01", Time: time.Now(), Data: data})
			if err != nil {
				t.Fatal(err)
			}
			Published(t, m.Topic, m.Headers, m.Value)
		}
	}
	for _, name := range typesOfEvents(t) {
		if !seen[name] {
			t.Errorf("%s was not looked at", name)
		}
	}
}

func TestTheDocumentHasTheTopicsAndTypesOfTheCodeAndNoOther(t *testing.T) {
	t.Parallel()
	c := load(t)
	documented := map[string]bool{}
	for _, topic := range envelope.DefaultNames("").Topics() {
		if _, ok := c.topics[topic.Name]; !ok {
			t.Errorf("the topic %s is not documented", topic.Name)
		}
		documented[topic.Name] = true
	}
	types := typesOfEvents(t)
	for key, channel := range c.channels {
		if channel.address[0] == '/' {
			continue
		}
		if !documented[channel.address] {
			t.Errorf("%s: there is no topic %s", key, channel.address)
		}
		for name := range channel.messages {
			if name != "letter" && !slices.Contains(types, name) {
				t.Errorf("there is no event %s", name)
			}
		}
	}
}

// typesOfEvents reads the closed list from the code, so that a new type can not be forgotten here.
func typesOfEvents(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../../domain/event/event.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if of, ok := spec.Type.(*ast.Ident); ok && of.Name == "Type" {
			value := spec.Values[0].(*ast.BasicLit)
			names = append(names, strings.Trim(value.Value, `"`))
		}
		return true
	})
	if len(names) < 17 {
		t.Fatalf("only %v", names)
	}
	return names
}
