package jobs

import (
	"strconv"
	"time"

	"convoke/application/envelope"
	"convoke/application/port"
	"convoke/domain/design"
	"convoke/domain/event"
	"convoke/domain/fault"
	"convoke/domain/job"
)

// maxRequest leaves room for headers below what the topic takes.
const maxRequest = 8<<20 - 64<<10

// ErrParentTooLarge is the fault of refining a design that does not fit into a request.
var ErrParentTooLarge = fault.New(fault.Invalid, "parent-too-large", "the design is too large to be refined")

// Encoder makes the messages that a job's changes send. Stores call it inside the commit.
type Encoder struct {
	Names envelope.Names
	IDs   port.IDs
	Clock port.Clock
}

// Ref names one version of a design.
type Ref struct {
	DesignID string
	Number   int
}

// ParentOf returns the version that the job's outgoing requests must carry, if any.
func ParentOf(j *job.Job) (Ref, bool) {
	s, c := j.State(), j.Changes()
	if s.ParentVersion == 0 || len(c.Requests)+len(c.Letters) == 0 {
		return Ref{}, false
	}
	return Ref{s.DesignID, s.ParentVersion}, true
}

// Outgoing returns the messages of the job's changes, in order. parent is the version that ParentOf asked for, or nil.
func (e *Encoder) Outgoing(j *job.Job, parent *design.Version) ([]port.Message, error) {
	c := j.Changes()
	messages := make([]port.Message, 0, len(c.Requests)+len(c.Letters))
	for _, request := range c.Requests {
		m, err := e.request(e.Names.DesignRequests, j, request, parent)
		if err != nil {
			return nil, err
		}
		messages = append(messages, m)
	}
	for _, letter := range c.Letters {
		m, err := e.request(envelope.DLQ(e.Names.DesignRequests), j, letter.Request, parent)
		if err != nil {
			return nil, err
		}
		e.address(&m, letter)
		messages = append(messages, m)
	}
	return messages, nil
}

func (e *Encoder) request(topic string, j *job.Job, r event.DesignRequested, parent *design.Version) (port.Message, error) {
	if r.Parent != nil && parent != nil {
		complete := *r.Parent
		complete.Brief, complete.Spec, complete.Asset = parent.Brief, parent.Spec, parent.Asset
		r.Parent = &complete
	}
	m, err := envelope.Encode(topic, event.Event{ID: e.IDs.New(), Time: e.Clock.Now(), Trace: j.State().Trace, Data: r})
	if err == nil && len(m.Value) > maxRequest {
		return m, ErrParentTooLarge
	}
	return m, err
}

// address gives a letter that no consumer sent the headers that one would have: it has no place in a topic.
func (e *Encoder) address(m *port.Message, letter job.Letter) {
	m.Headers[envelope.HeaderReason] = letter.Reason
	m.Headers[envelope.HeaderAttempts] = strconv.Itoa(letter.Request.Attempt)
	m.Headers[envelope.HeaderGroup] = e.Names.Workers
	m.Headers[envelope.HeaderTopic] = e.Names.DesignRequests
	m.Headers[envelope.HeaderPartition] = "-1"
	m.Headers[envelope.HeaderOffset] = "-1"
	m.Headers[envelope.HeaderTime] = e.Clock.Now().UTC().Format(time.RFC3339Nano)
}
