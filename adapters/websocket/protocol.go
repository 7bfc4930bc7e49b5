package websocket

import (
	"bytes"
	"encoding/json"
	"fmt"

	"convoke/application/contract"
	"convoke/application/jobs"
	"convoke/application/port"
	"convoke/application/rsvps"
	"convoke/application/uuid"
	"convoke/application/watch"
)

// closeCode is why the server ends a socket. Clients reconnect after codes below 3500.
type closeCode int

const (
	codeLater    closeCode = 1013 // too many sockets of this client
	codeDrain    closeCode = 3001
	codeSlow     closeCode = 3008
	codeProtocol closeCode = 3501
)

func (c closeCode) reason() string {
	switch c {
	case codeDrain:
		return "the server is shutting down; reconnect"
	case codeSlow:
		return "too slow; reconnect"
	case codeProtocol:
		return "messages must be JSON text as documented"
	case codeLater:
		return "too many sockets; try again later"
	}
	return ""
}

// request is a message of a client.
type request struct {
	Type       string `json:"type"`
	JobID      string `json:"jobId"`
	OccasionID string `json:"occasionId"`
	Version    uint64 `json:"version"` // or revision: the newest that the client has seen; 0: none
	Token      string `json:"token"`   // of the host, for counts that are hidden
}

// topic is what the request is about: a job or an occasion.
func (r request) topic() (watch.Topic, bool) {
	if r.OccasionID != "" {
		id, ok := contract.OccasionID(r.OccasionID)
		return watch.Topic{Kind: port.OccasionHint, ID: id}, ok && r.JobID == ""
	}
	id, ok := uuid.Parse(r.JobID)
	return watch.Topic{Kind: port.JobHint, ID: id}, ok
}

// unclear answers a request that is about nothing.
func (r request) unclear() notice {
	return notice{
		Type: "error", Code: "invalid", Message: "jobId must be a job's id, or occasionId an occasion's",
		JobID: clip(r.JobID), OccasionID: clip(r.OccasionID),
	}
}

// notice is a message of the server that is not a state.
type notice struct {
	Type    string `json:"type"`
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
	JobID   string `json:"jobId,omitempty"`

	OccasionID string `json:"occasionId,omitempty"`
}

// about says what a message is about.
func (n notice) about(t watch.Topic) notice {
	if t.Kind == port.OccasionHint {
		n.OccasionID = t.ID
	} else {
		n.JobID = t.ID
	}
	return n
}

// renderer is the one place that knows how states look on the wire.
type renderer struct {
	urls   contract.URLs
	counts *contract.CountsTexts
}

// snapshot shows a state to a new watcher.
func (r renderer) snapshot(s watch.State) ([]byte, error) {
	if s, ok := s.(jobs.Watched); ok {
		return marshal(contract.Snapshot(s.View))
	}
	return r.update(s)
}

// update shows a change, or the end of what is watched.
func (r renderer) update(s watch.State) ([]byte, error) {
	switch s := s.(type) {
	case jobs.Watched:
		return marshal(r.urls.Update(s.View))
	case rsvps.Watched:
		return r.counts.Of(s.Occasion)
	}
	return nil, fmt.Errorf("a state of kind %s has no message", s.Topic().Kind)
}

// ended reports whether a snapshot is followed by a terminal message.
func (r renderer) ended(s watch.State) bool {
	w, ok := s.(jobs.Watched)
	return ok && w.Job.Status.Finished()
}

// weight is about how many bytes a queued state holds in memory.
func (r renderer) weight(s watch.State) int {
	const plain = 512
	if s, ok := s.(jobs.Watched); ok && s.Design != nil {
		return plain + len(s.Design.Asset.Data)
	}
	return plain
}

func marshal(message any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(message)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}
