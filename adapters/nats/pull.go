package nats

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
)

const (
	requestExpiry = 5 * time.Second // a request that is not answered by then is repeated
	requestGrace  = 3 * time.Second // and one that is not even refused by then is taken for lost
	requestBytes  = 16 << 20
	priorityGroup = "active"
	renewal       = "pin-" // begins the reply token of a renewal; when it was sent follows
)

// Answers to a delivered message, sent to its reply subject.
var (
	answerDone     = []byte("+ACK")
	answerNot      = []byte("-NAK")
	answerProgress = []byte("+WPI")
)

// Ends of a pull that need more than another request.
var (
	errPinLost = errors.New("another member has become the active one")
	errGone    = errors.New("the consumer does not answer")
)

// puller asks a consumer of JetStream for messages, one request at a time. It speaks the pull protocol itself, because
// the client library can not ask for as many as there is room for at the moment, keep a pin alive while nothing is
// fetched, or leave without losing what is on its way. Not safe for concurrent use, except for arrivals.
type puller struct {
	conn     *nats.Conn
	subject  string
	bytes    int
	arrivals chan *nats.Msg

	sub     *nats.Subscription
	inbox   string
	serial  int
	wanted  int // messages that the running request may still bring
	expires time.Time

	born      time.Time // what the times of renewals count from
	confirmed time.Time // when the newest renewal that the server has answered was sent
}

type pullRequest struct {
	Expires  time.Duration `json:"expires,omitempty"`
	Batch    int           `json:"batch"`
	MaxBytes int           `json:"max_bytes,omitempty"`
	NoWait   bool          `json:"no_wait,omitempty"`
	Group    string        `json:"group,omitempty"`
	Pin      string        `json:"id,omitempty"`
}

func newPuller(conn *nats.Conn, stream, durable string, maxMessage, window int) *puller {
	return &puller{
		conn: conn, born: time.Now(), subject: fmt.Sprintf("$JS.API.CONSUMER.MSG.NEXT.%s.%s", stream, durable),
		bytes:    max(requestBytes, maxMessage+64<<10),
		arrivals: make(chan *nats.Msg, 4*window+64), // more than two requests and all statuses: it never overflows
	}
}

// open makes a fresh inbox. What the old one was still to bring is lost to this puller.
func (p *puller) open() error {
	p.close()
	p.inbox = p.conn.NewInbox()
	sub, err := p.conn.ChanSubscribe(p.inbox+".*", p.arrivals)
	if err != nil {
		return err
	}
	p.sub, p.wanted = sub, 0
	return nil
}

func (p *puller) close() {
	if p.sub != nil {
		_ = p.sub.Unsubscribe() // it fails only when the connection has gone, and the subscription with it
		p.sub = nil
	}
}

// drain stops the server's deliveries; when it returns, all that were under way are in arrivals.
func (p *puller) drain() {
	if p.sub != nil && p.conn.IsConnected() && p.sub.Drain() == nil {
		_ = p.conn.FlushTimeout(leaveTimeout / 2)
	}
	p.close()
}

// idle reports whether no request is running.
func (p *puller) idle() bool { return p.wanted == 0 }

// lost reports whether the running request should have ended by now.
func (p *puller) lost(now time.Time) bool {
	return p.wanted > 0 && now.After(p.expires.Add(requestGrace)) && p.conn.IsConnected()
}

// request asks for n messages. pin and group are those of a pinned consumer.
func (p *puller) request(n int, group, pin string) error {
	p.serial++
	p.wanted, p.expires = n, time.Now().Add(requestExpiry)
	return p.send(strconv.Itoa(p.serial), pullRequest{Expires: requestExpiry, Batch: n, MaxBytes: p.bytes, Group: group, Pin: pin})
}

// renew keeps the pin alive. It asks for a message of at most one byte, so that it brings none.
func (p *puller) renew(group, pin string) error {
	sent := strconv.FormatInt(int64(time.Since(p.born)), 10)
	return p.send(renewal+sent, pullRequest{Batch: 1, MaxBytes: 1, NoWait: true, Group: group, Pin: pin})
}

func (p *puller) send(token string, r pullRequest) error {
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return p.conn.PublishRequest(p.subject, p.inbox+"."+token, body)
}

// take looks at an arrival. It returns a message, or nothing, or an error that says what ended the request.
func (p *puller) take(arrived *nats.Msg) (*delivery, error) {
	if arrived.Sub != p.sub {
		return nil, nil // from before the inbox was changed
	}
	status, description := arrived.Header.Get("Status"), arrived.Header.Get("Description")
	if status == "" || arrived.Reply != "" {
		p.wanted = max(0, p.wanted-1)
		return newDelivery(arrived)
	}
	token := strings.TrimPrefix(arrived.Subject, p.inbox+".")
	if token == strconv.Itoa(p.serial) {
		p.wanted = 0
	}
	switch {
	case status == "423":
		return nil, errPinLost
	case !harmless(status, description):
		return nil, fmt.Errorf("%w: %s %s", errGone, status, description)
	}
	if sent, ok := strings.CutPrefix(token, renewal); ok {
		p.confirm(sent)
	}
	return nil, nil
}

func (p *puller) confirm(sent string) {
	since, err := strconv.ParseInt(sent, 10, 64)
	if at := p.born.Add(time.Duration(since)); err == nil && at.After(p.confirmed) {
		p.confirmed = at
	}
}

// harmless reports whether a request has ended because nothing was there, or nothing came in time, or its bytes were
// used up.
func harmless(status, description string) bool {
	return status == "404" || status == "408" ||
		status == "409" && (strings.Contains(description, "MaxBytes") || strings.Contains(description, "Batch Completed"))
}

// delivery is a message that is to be answered.
type delivery struct {
	*nats.Msg
	sequence uint64 // in the stream
	consumer uint64 // in the consumer's deliveries, redelivered ones counted again
	at       time.Time
}

func newDelivery(m *nats.Msg) (*delivery, error) {
	place, err := m.Metadata()
	if err != nil {
		return nil, err
	}
	return &delivery{Msg: m, sequence: place.Sequence.Stream, consumer: place.Sequence.Consumer, at: place.Timestamp}, nil
}
