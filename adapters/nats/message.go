package nats

import (
	"net/url"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"convoke/application/port"
)

const (
	headerKey = "Convoke-Key" // percent-encoded, because header values may not hold everything
	headerID  = "ce-id"       // what makes a message a repetition of another
	headerPin = "Nats-Pin-Id" // which member of a group the server takes for the active one
	ownPrefix = "Nats-"       // headers between server and client
)

func encode(m port.Message) *nats.Msg {
	header := make(nats.Header, len(m.Headers)+2)
	for name, value := range m.Headers {
		header[name] = []string{value}
	}
	if m.Key != "" {
		header[headerKey] = []string{url.PathEscape(m.Key)}
	}
	if id := m.Headers[headerID]; id != "" {
		header[jetstream.MsgIDHeader] = []string{id}
	}
	return &nats.Msg{Subject: m.Topic, Header: header, Data: m.Value}
}

func decode(topic string, header nats.Header, value []byte, sequence uint64, at time.Time) port.Message {
	m := port.Message{Topic: topic, Value: value, Offset: int64(sequence), Time: at}
	for name, values := range header {
		switch {
		case name == headerKey:
			m.Key, _ = url.PathUnescape(values[0])
		case !strings.HasPrefix(name, ownPrefix):
			if m.Headers == nil {
				m.Headers = make(map[string]string, len(header))
			}
			m.Headers[name] = values[0]
		}
	}
	return m
}
