package reference

import (
	"strings"

	"convoke/adapters/web/frame"
)

// View is the contract as people read it.
type View struct {
	frame.Page
	Version  string
	Prose    []Paragraph
	Groups   []Group
	Live     Channels // the WebSocket and the event streams
	Events   Channels // the broker
	Problems []Response
	Schemas  []Schema
}

// Paragraph is a run of text with its marks.
type Paragraph []Span

// Span is a piece of text: plain, code, strong, or a link.
type Span struct {
	Text   string
	Code   bool
	Strong bool
	Link   string // where to; empty: it is no link
}

// Group is a section of operations.
type Group struct {
	ID, Name   string
	Prose      []Paragraph
	Operations []Operation
}

// Operation is what may be asked of HTTP.
type Operation struct {
	ID, Method, Path, Summary string
	Prose                     []Paragraph
	Who                       string // whose token it needs; empty: nobody's
	Parameters                []Field
	Body                      *Type // nil: there is none
	BodyFields                []Field
	Answers                   []Answer
	Errors                    []Error
	Try                       string // for a shell; empty: none can do it
}

// Field is a parameter or a field.
type Field struct {
	Name, In string // In: where a parameter stands; empty for fields
	Type     Type
	Required bool
	Prose    []Paragraph
}

// Type is what a value is, in words.
type Type struct {
	Before string // "list of "
	Schema string // the name of a schema; empty: Before says all
	After  string // " or null"
	Limits string // "1 to 100"
}

// Answer is one status of an operation's success.
type Answer struct {
	Status  string
	Prose   []Paragraph
	Media   string
	Type    *Type
	Headers []Field
	Example string
}

// Error is one status of an operation's failure; Name is that of its response.
type Error struct{ Status, Name string }

// Response is what an error looks like.
type Response struct {
	Name  string
	Prose []Paragraph
}

// Channels are the places where messages come from, of one kind.
type Channels []Channel

// Channel is one of them.
type Channel struct {
	ID, Address, Title string
	Prose              []Paragraph
	Messages           []Message
}

// Message is a message or an event.
type Message struct {
	Name, Title string
	FromClient  bool
	Prose       []Paragraph
	Type        *Type
	Example     string
}

// Schema is a named kind of value.
type Schema struct {
	Name   string
	Prose  []Paragraph
	Type   Type // what it is, if it has no fields
	Fields []Field
}

// anchors of the page.
func schemaAnchor(name string) string   { return "#schema-" + name }
func responseAnchor(name string) string { return "#error-" + name }

// address is where a link of the prose leads: places of ours below the deployment's path.
func (v View) address(to string) string {
	if to != "" && to[0] == '/' {
		return v.Site.URL(to)
	}
	return to
}

// plain is the prose without its marks, on one line.
func plain(all []Paragraph) string {
	var b strings.Builder
	for _, p := range all {
		for _, s := range p {
			b.WriteString(s.Text)
		}
	}
	return b.String()
}
