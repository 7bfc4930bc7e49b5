package websocket

import "time"

const (
	requestEvery = 10 * time.Millisecond // between two of a client's messages, in the long run
	requestBurst = 300                   // messages that may come at once
)

// pace spreads a client's messages out: the generic cell rate algorithm, of which every socket has one. It takes 24 bytes
// where a token bucket with a lock takes a hundred.
type pace struct{ due time.Time }

// wait returns how long a message that has arrived is to wait; it is negative for one in time.
func (p *pace) wait(now time.Time) time.Duration {
	if earliest := now.Add(-requestBurst * requestEvery); p.due.Before(earliest) {
		p.due = earliest
	}
	p.due = p.due.Add(requestEvery)
	return p.due.Sub(now)
}
