package topics

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"convoke/domain/event"
)

// Mark stands where something was folded away.
const Mark = "•••"

// Reading is a payload for people.
type Reading struct {
	ID, Type, Subject string // of the event; empty when the bytes are no envelope, or folded away with all of it
	Payload, Encoding string
	Folded, Shortened []string
}

// Read makes a message's bytes readable. Without reveal, personal data are folded away: of an event about a reply
// everything but what is known to be impersonal, and all of what this version can not read or does not know.
func Read(value []byte, reveal bool) Reading {
	var r Reading
	tree, ok := parse(value)
	if !ok {
		r.opaque(value, reveal)
		return r
	}
	tree = r.judge(tree, reveal)
	tree, r.Shortened = shorten(tree, reveal)
	payload, err := indent(tree)
	if err != nil { // it was JSON a moment ago
		r.opaque(value, reveal)
		return r
	}
	r.Payload, r.Encoding = payload, "json"
	return r
}

// judge says what event it is, unless it is none or, without reveal, one that this version does not know: then any of its
// fields may be personal. What is left of it is what may be shown.
func (r *Reading) judge(tree any, reveal bool) any {
	envelope, _ := tree.(map[string]any)
	_, whole := envelope["data"]
	keep, all := impersonal(event.Type(text(envelope["type"])))
	known := whole && (all || keep != nil)
	if known || whole && reveal {
		r.ID, r.Type, r.Subject = text(envelope["id"]), text(envelope["type"]), text(envelope["subject"])
	}
	switch {
	case reveal, known && all:
		return tree
	case known:
		return r.fold("", envelope, append([]string{"specversion", "id", "type", "source", "subject", "time", "datacontenttype"}, keep...))
	}
	r.Folded = named(r.Folded, "")
	return Mark
}

// opaque shows what is no JSON; nobody can say what is in it.
func (r *Reading) opaque(value []byte, reveal bool) {
	switch {
	case !reveal:
		r.Payload, r.Encoding, r.Folded = Mark, "utf-8", []string{""}
	case utf8.Valid(value):
		r.text(string(value), "utf-8")
	default:
		r.text(base64.StdEncoding.EncodeToString(value), "base64")
	}
}

func (r *Reading) text(text, encoding string) {
	var long bool
	if r.Payload, long = cut(text); long {
		r.Shortened = []string{""}
	}
	r.Encoding = encoding
}

// fold replaces the values of all fields but those to keep, which are names or, below another field, dotted paths.
func (r *Reading) fold(path string, value any, keep []string) any {
	fields, ok := value.(map[string]any)
	if !ok {
		r.Folded = named(r.Folded, path)
		return Mark
	}
	for _, name := range sorted(fields) {
		switch below := under(name, keep); {
		case slices.Contains(keep, name) && simple(fields[name]):
		case len(below) > 0:
			fields[name] = r.fold(join(path, name), fields[name], below)
		default:
			fields[name] = Mark
			r.Folded = named(r.Folded, join(path, name))
		}
	}
	return fields
}

// impersonal lists the fields of an event that say nothing about a person, or tells that all of them do so. Nothing is known
// of a type that this version does not know.
func impersonal(t event.Type) (fields []string, all bool) {
	switch t {
	case event.TypeRSVPCreated, event.TypeRSVPUpdated, event.TypeRSVPDeleted, event.TypeRSVPCancelled:
		return []string{
			"data.occasionId", "data.revision", "data.rsvpId", "data.version", "data.status", "data.partySize", "data.at",
			"data.previous.status", "data.previous.partySize",
		}, false
	case event.TypeDesignRequested, event.TypeDesignProgressed, event.TypeDesignReady, event.TypeDesignFailed,
		event.TypeJobCancelled, event.TypeJobChanged, event.TypeWorkerSeen, event.TypeWorkerGone, event.TypeGroupReplay,
		event.TypeOccasionCreated, event.TypeOccasionUpdated, event.TypeOccasionDeleted, event.TypeOccasionChanged:
		return nil, true
	}
	return nil, false
}

// parse reads JSON; numbers stay as they are written.
func parse(value []byte) (any, bool) {
	decoder := json.NewDecoder(bytes.NewReader(value))
	decoder.UseNumber()
	var tree any
	if decoder.Decode(&tree) != nil || decoder.More() {
		return nil, false
	}
	return tree, true
}

func indent(tree any) (string, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(tree)
	return strings.TrimSuffix(out.String(), "\n"), err
}

// text is a value that is one, as long as it may be shown.
func text(value any) string {
	s, _ := value.(string)
	s, _ = cut(s)
	return s
}

// simple reports whether a value is a text, a number or a truth: nothing can be hidden in it.
func simple(value any) bool {
	switch value.(type) {
	case map[string]any, []any:
		return false
	}
	return true
}

// under returns what is to be kept below a field.
func under(name string, keep []string) []string {
	var below []string
	for _, path := range keep {
		if rest, ok := strings.CutPrefix(path, name+"."); ok {
			below = append(below, rest)
		}
	}
	return below
}

func sorted(fields map[string]any) []string {
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
