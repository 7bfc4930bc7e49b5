package pages

import "strings"

// DocsView is the contract as people read it.
type DocsView struct {
	Page
	Version  string
	Prose    []Paragraph
	Groups   []DocsGroup
	Live     DocsChannels // the WebSocket and the event streams
	Events   DocsChannels // the broker
	Problems []DocsResponse
	Schemas  []DocsSchema
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

// DocsGroup is a section of operations.
type DocsGroup struct {
	ID, Name   string
	Prose      []Paragraph
	Operations []DocsOperation
}

// DocsOperation is what may be asked of HTTP.
type DocsOperation struct {
	ID, Method, Path, Summary string
	Prose                     []Paragraph
	Who                       string // whose token it needs; empty: nobody's
	Parameters                []DocsField
	Body                      *DocsType // nil: there is none
	BodyFields                []DocsField
	Answers                   []DocsAnswer
	Errors                    []DocsError
	Try                       string // for a shell; empty: none can do it
}

// DocsField is a parameter or a field.
type DocsField struct {
	Name, In string // In: where a parameter stands; empty for fields
	Type     DocsType
	Required bool
	Prose    []Paragraph
}

// DocsType is what a value is, in words.
type DocsType struct {
	Before string // "list of "
	Schema string // the name of a schema; empty: Before says all
	After  string // " or null"
	Limits string // "1 to 100"
}

// DocsAnswer is one status of an operation's success.
type DocsAnswer struct {
	Status  string
	Prose   []Paragraph
	Media   string
	Type    *DocsType
	Headers []DocsField
	Example string
}

// DocsError is one status of an operation's failure; Name is that of its response.
type DocsError struct{ Status, Name string }

// DocsResponse is what an error looks like.
type DocsResponse struct {
	Name  string
	Prose []Paragraph
}

// DocsChannels are the places where messages come from, of one kind.
type DocsChannels []DocsChannel

// DocsChannel is one of them.
type DocsChannel struct {
	ID, Address, Title string
	Prose              []Paragraph
	Messages           []DocsMessage
}

// DocsMessage is a message or an event.
type DocsMessage struct {
	Name, Title string
	FromClient  bool
	Prose       []Paragraph
	Type        *DocsType
	Example     string
}

// DocsSchema is a named kind of value.
type DocsSchema struct {
	Name   string
	Prose  []Paragraph
	Type   DocsType // what it is, if it has no fields
	Fields []DocsField
}

// anchors of the page.
func schemaAnchor(name string) string   { return "#schema-" + name }
func responseAnchor(name string) string { return "#error-" + name }

// address is where a link of the prose leads: places of ours below the deployment's path.
func (v DocsView) address(to string) string {
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
