package contractcheck

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// channel is one channel of the live document: the messages by their keys there.
type channel struct {
	address  string
	messages map[string]string // names of the components
}

func channelsOf(live map[string]any) (byKey, byAddress map[string]channel) {
	byKey, byAddress = map[string]channel{}, map[string]channel{}
	channels, _ := live["channels"].(map[string]any)
	for key, value := range channels {
		described, _ := value.(map[string]any)
		c := channel{messages: map[string]string{}}
		c.address, _ = described["address"].(string)
		messages, _ := described["messages"].(map[string]any)
		for name, m := range messages {
			ref, _ := m.(map[string]any)["$ref"].(string)
			c.messages[name] = strings.TrimPrefix(ref, "#/components/messages/")
		}
		byKey[key], byAddress[c.address] = c, c
	}
	return byKey, byAddress
}

// say compares a message with what a channel may carry under a name.
func (c *Contract) say(channel, name string, text []byte) error {
	component, ok := c.channels[channel].messages[name]
	if !ok {
		return fmt.Errorf("contract: %q is not documented on %s: %s", name, channel, clip(text))
	}
	if err := c.validJSON(place(liveDocument, "components", "messages", component, "payload"), text); err != nil {
		return fmt.Errorf("contract: %s on %s: %w\n%s", name, channel, err, clip(text))
	}
	return nil
}

func typeOf(text []byte) string {
	var m struct{ Type string }
	_ = json.Unmarshal(text, &m) // what can not be read has no type
	return m.Type
}

// Said fails the test if the server may not say this on a WebSocket.
func Said(t testing.TB, text []byte) {
	t.Helper()
	c := load(t)
	if err := c.oneSide("tell", text); err != nil {
		t.Error(err)
	}
}

// Asked fails the test if a client is not told that it may say this on a WebSocket.
func Asked(t testing.TB, text []byte) {
	t.Helper()
	c := load(t)
	if err := c.oneSide("ask", text); err != nil {
		t.Error(err)
	}
}

// oneSide compares a message of the socket that must be one of an operation's.
func (c *Contract) oneSide(operation string, text []byte) error {
	kind := typeOf(text)
	operations, _ := c.live["operations"].(map[string]any)
	if !strings.Contains(marshal(operations[operation]), `"#/channels/socket/messages/`+kind+`"`) {
		return fmt.Errorf("contract: %q is not documented for this side: %s", kind, clip(text))
	}
	return c.say("socket", kind, text)
}

// Published fails the test if the message may not be on the topic.
func Published(t testing.TB, topic string, headers map[string]string, value []byte) {
	t.Helper()
	if err := load(t).published(topic, headers, value); err != nil {
		t.Error(err)
	}
}

func (c *Contract) published(topic string, headers map[string]string, value []byte) error {
	carried, ok := c.topics[topic]
	kind := typeOf(value)
	component, known := carried.messages[kind]
	if !ok || !known {
		return fmt.Errorf("contract: %q is not documented on %q: %s", kind, topic, clip(value))
	}
	event, err := jsonschema.UnmarshalJSON(bytes.NewReader(value))
	if err != nil {
		return err
	}
	sent := map[string]any{}
	for name, text := range headers {
		sent[name] = text
	}
	message := []string{"components", "messages", component}
	err = errors.Join(
		c.valid(place(liveDocument, append(message, "payload")...), event),
		c.valid(place(liveDocument, append(message, "headers")...), sent),
	)
	if err != nil {
		return fmt.Errorf("contract: %s on %s: %w\n%s", kind, topic, err, clip(value))
	}
	return nil
}
