package contractcheck

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
)

// Stream is the body of the event stream of a path; each event fails the test that the contract does not allow.
func Stream(t testing.TB, path string, body io.ReadCloser) io.ReadCloser {
	t.Helper()
	return judgedStream(load(t), path, body, func(err error) { t.Helper(); t.Error(err) })
}

func judgedStream(c *Contract, path string, from io.ReadCloser, report func(error)) io.ReadCloser {
	s := &stream{contract: c, path: path, report: report}
	return &body{ReadCloser: from, took: s.take}
}

// stream judges the events of one event stream as they are read.
type stream struct {
	contract *Contract
	path     string
	report   func(error)
	rest     []byte
	event    string
	data     []byte
}

func (s *stream) take(b []byte) {
	s.rest = append(s.rest, b...)
	for {
		line, rest, whole := bytes.Cut(s.rest, []byte("\n"))
		if !whole {
			return
		}
		s.rest = rest
		if err := s.line(string(line)); err != nil {
			s.report(fmt.Errorf("contract: the stream %s: %w", s.path, err))
		}
	}
}

func (s *stream) line(line string) error {
	field, value, _ := strings.Cut(line, ": ")
	switch {
	case line == "":
		return s.end()
	case strings.HasPrefix(line, ":"), field == "id", field == "retry":
	case field == "event":
		s.event = value
	case field == "data":
		s.data = []byte(value)
	default:
		return fmt.Errorf("the line %q is not documented", line)
	}
	return nil
}

// end judges a whole event; comments and "retry" are none.
func (s *stream) end() error {
	event, data := s.event, s.data
	s.event, s.data = "", nil
	if event == "" && data == nil {
		return nil
	}
	channel := "jobStream"
	if strings.HasPrefix(s.path, "/api/streams/occasions/") {
		channel = "occasionStream"
	}
	return s.contract.say(channel, event, data)
}
