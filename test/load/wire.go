package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"
)

// wire is a connection that speaks just enough HTTP/1.1 to ask one thing after the other and keep the connection. It
// costs less than a client that can more, and what it takes is missing to the server on the same machine.
type wire struct {
	conn net.Conn
	in   []byte
}

// statusError is an answer that was not wished for. The connection can go on.
type statusError struct {
	status int
	body   string
}

func (e *statusError) Error() string { return fmt.Sprintf("answered %d: %.300s", e.status, e.body) }

// dialWire connects; the connection ends with the time limit of ctx, so that nothing hangs.
func dialWire(ctx context.Context, address string) (*wire, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return &wire{conn, make([]byte, 4<<10)}, nil
}

// dialWires connects n times, to one address after the other.
func dialWires(ctx context.Context, addresses []string, n int) (all []*wire, err error) {
	for i := range n {
		w, err := dialWire(ctx, addresses[i%len(addresses)])
		if err != nil {
			return all, errors.Join(err, closeWires(all))
		}
		all = append(all, w)
	}
	return all, nil
}

func closeWires(all []*wire) error {
	for _, w := range all {
		_ = w.conn.Close()
	}
	return nil
}

// ask sends a whole request and returns the body of the answer, which is valid until the next. An answer with another
// status is a statusError.
func (w *wire) ask(request []byte, wanted int) ([]byte, error) {
	if _, err := w.conn.Write(request); err != nil {
		return nil, err
	}
	n, head, length := 0, 0, 0
	for head == 0 || n < head+length {
		if n == len(w.in) {
			w.in = append(w.in, make([]byte, len(w.in))...)
		}
		got, err := w.conn.Read(w.in[n:])
		if err != nil {
			return nil, err
		}
		n += got
		if end := bytes.Index(w.in[:n], []byte("\r\n\r\n")); head == 0 && end >= 0 {
			head = end + 4
			if length, err = contentLength(w.in[:head]); err != nil {
				return nil, err
			}
		}
	}
	if n > head+length {
		return nil, errors.New("more came than was asked for")
	}
	status, err := strconv.Atoi(string(w.in[9:12]))
	if err == nil && status != wanted {
		err = &statusError{status, string(w.in[head:n])}
	}
	return w.in[head:n], err
}

// contentLength finds the length in an answer's head. Answers without one are not for wires.
func contentLength(head []byte) (int, error) {
	const name = "\r\ncontent-length: "
	for at := 0; at+len(name) < len(head); at++ {
		next := bytes.IndexByte(head[at:], '\r')
		if next < 0 || at+next+len(name) > len(head) {
			break
		}
		at += next
		if !bytes.EqualFold(head[at:at+len(name)], []byte(name)) {
			continue
		}
		value := head[at+len(name):]
		return strconv.Atoi(string(value[:bytes.IndexByte(value, '\r')]))
	}
	return 0, fmt.Errorf("no length in the answer %q", head)
}

// expire has everything under way on the wires end at a time.
func expire(all []*wire, at time.Time) {
	for _, w := range all {
		_ = w.conn.SetDeadline(at)
	}
}
