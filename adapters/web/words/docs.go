package words

import "strings"

// The contract's page.
const (
	DocsTitle      = "The API"
	DocsLead       = "What this server answers, and what it sends by itself. Checked against the running product in every test."
	DocsFiles      = "For machines"
	DocsContents   = "Contents"
	DocsNeeds      = "Needs"
	DocsParameters = "Parameters"
	DocsBody       = "Body"
	DocsAnswers    = "Answers"
	DocsErrors     = "Errors"
	DocsTry        = "Try it"
	DocsExample    = "Example"
	DocsRequired   = "required"
	DocsLive       = "Live messages"
	DocsLiveText   = "What is watched has a number that only grows. A watcher gets the snapshot first, then newer states: not every one, but always the newest."
	DocsEvents     = "Events"
	DocsEventsText = "CloudEvents on the broker, for services of your own. The type given here is that of the event's data."
	DocsFromClient = "from the client"
	DocsSchemas    = "Types"
	DocsOrNull     = " or null"
	DocsListOf     = "list of "
	DocsAnything   = "any JSON"
	DocsCharacters = "characters"
	DocsItems      = "items"
	DocsOptional   = "sometimes"
	DocsHeader     = "header"
)

// DocsRange says how small and how large something may be; empty bounds are none.
func DocsRange(low, high, unit string) string {
	text := ""
	switch {
	case low == high && low != "":
		text = low
	case low != "" && high != "":
		text = low + " to " + high
	case high != "":
		text = "up to " + high
	case low != "" && low != "0":
		text = low + " or more"
	}
	if text != "" && unit != "" {
		text += " " + unit
	}
	return text
}

// DocsElse says what a value is when it is not given.
func DocsElse(value string) string { return "else " + value }

// DocsWho names those whose token is needed.
func DocsWho(names []string, optional bool) string {
	who := strings.Join(names, " or ")
	if optional && who != "" {
		return DocsOptional + " " + who
	}
	return who
}
