package websocket

import (
	"bytes"
	"encoding/json"

	"convoke/application/contract"
	"convoke/application/jobs"
	"convoke/application/port"
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
	Type    string `json:"type"`
	JobID   string `json:"jobId"`
	Version uint64 `json:"version"` // the newest that the client has seen; 0: none
}

// topic is what the request is about.
func (r request) topic() (watch.Topic, bool) {
	id, ok := contract.ID(r.JobID)
	return watch.Topic{Kind: port.JobHint, ID: id}, ok
}

// notice is a message of the server that is not a state.
type notice struct {
	Type    string `json:"type"`
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
	JobID   string `json:"jobId,omitempty"`
}

// renderer is the one place that knows how states look on the wire.
type renderer struct{ urls contract.URLs }

// snapshot shows a state to a new watcher.
func (r renderer) snapshot(s watch.State) any {
	if s, ok := s.(jobs.Watched); ok {
		return contract.Snapshot(s.View)
	}
	return nil
}

// update shows a change, or the end of what is watched.
func (r renderer) update(s watch.State) any {
	if s, ok := s.(jobs.Watched); ok {
		return r.urls.Update(s.View)
	}
	return nil
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
