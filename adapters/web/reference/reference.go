package reference

import (
	"fmt"
	"strings"
)

// reader knows both documents.
type reader struct {
	http, live object
	base       string // the address in the examples
}

// Read makes the view of the contract's documents. base is the deployment's address in the examples.
func Read(openapi, asyncapi []byte, base string) (View, error) {
	http, err := read(openapi)
	if err != nil {
		return View{}, fmt.Errorf("openapi.json: %w", err)
	}
	live, err := read(asyncapi)
	if err != nil {
		return View{}, fmt.Errorf("asyncapi.json: %w", err)
	}
	r := reader{http, live, base}
	v := View{
		Version: http.in("info").text("version"), Prose: prose(http.in("info").text("description")),
		Groups: r.groupsOf(), Schemas: schemasOf(http, live),
	}
	v.Live, v.Events = r.channels()
	responses := http.in("components", "responses")
	for _, name := range responses.keys {
		v.Problems = append(v.Problems, Response{Name: name, Prose: prose(responses.in(name).text("description"))})
	}
	return v, nil
}

// channels lists what is sent to clients, and what travels on the broker.
func (r reader) channels() (live, events Channels) {
	asked := inline(r.live.in("operations", "ask"))
	channels := r.live.in("channels")
	for _, key := range channels.keys {
		described := channels.in(key)
		c := Channel{ID: "channel-" + key, Address: described.text("address"), Title: described.text("title"), Prose: prose(described.text("description"))}
		messages := described.in("messages")
		for _, name := range messages.keys {
			m, _ := r.live.resolve(messages.values[name])
			shown := message(name, m)
			shown.FromClient = strings.Contains(asked, `"#/channels/`+key+`/messages/`+name+`"`)
			c.Messages = append(c.Messages, shown)
		}
		if strings.HasPrefix(c.Address, "/") {
			live = append(live, c)
		} else {
			events = append(events, c)
		}
	}
	return live, events
}

// message shows a message. What an event says is its data; all envelopes are alike.
func message(name string, m object) Message {
	shown := Message{Name: name, Title: m.text("title"), Prose: prose(m.text("summary"))}
	payload := m.in("payload")
	if parts := payload.list("allOf"); len(parts) == 2 {
		part, _ := parts[1].(object)
		payload = part.in("properties", "data")
	}
	if payload.keys != nil {
		t := typeOf(payload)
		shown.Type = &t
	}
	if examples := m.list("examples"); len(examples) > 0 {
		example, _ := examples[0].(object)
		shown.Example = pretty(example.values["payload"])
	}
	return shown
}
