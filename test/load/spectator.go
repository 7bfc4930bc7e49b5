package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// perSource is how many connections share an address of this machine, of which each has some 28,000 ports to give.
const perSource = 5000

// spectator is a WebSocket that watches one thing and costs next to nothing. It takes no compression.
type spectator struct {
	conn     net.Conn
	in       *bufio.Reader
	place    int
	revision uint64 // of the last message
}

// Opcodes of frames.
const (
	textFrame  = 0x1
	closeFrame = 0x8
	pingFrame  = 0x9
	pongFrame  = 0xa
)

const goodbye = "\x03\xe8" // 1000

const upgrade = "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"

func dialSpectator(ctx context.Context, address string, place int) (*spectator, error) {
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(1+place/perSource%250))}}
	conn, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // twenty thousand ports are not to be kept from everybody for a minute
	}
	s := &spectator{conn: conn, in: bufio.NewReaderSize(conn, 512), place: place}
	_ = conn.SetDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(conn, upgrade); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	response, err := http.ReadResponse(s.in, nil)
	if err == nil && response.StatusCode != http.StatusSwitchingProtocols {
		err = errors.New(response.Status)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("handshake: %w", err), conn.Close())
	}
	return s, nil
}

// subscribe returns when the snapshot has come.
func (s *spectator) subscribe(topic string) error {
	err := s.say(textFrame, `{"type":"subscribe",`+topic+`}`)
	for _, want := range []string{`"connected"`, `"subscribed"`, `_`} {
		var payload []byte
		if err == nil {
			_, payload, err = s.frame()
		}
		if err == nil && !bytes.Contains(payload, []byte(want)) {
			err = fmt.Errorf("instead of %s came %s", want, payload)
		}
	}
	if err != nil {
		return errors.Join(fmt.Errorf("subscribe: %w", err), s.conn.Close())
	}
	return s.conn.SetDeadline(time.Time{})
}

// watch answers pings and notes the news until the connection ends.
func (s *spectator) watch(h *hall) error {
	for {
		opcode, payload, err := s.frame()
		if err != nil {
			return err
		}
		switch opcode {
		case pingFrame:
			h.pings.Add(1)
			err = s.say(pongFrame, string(payload))
		case textFrame:
			err = s.note(h, payload)
		case closeFrame:
			if !h.leaves.Load() {
				err = fmt.Errorf("the server hung up: %q", payload)
			}
		default:
			err = fmt.Errorf("the server sent a frame %d: %q", opcode, payload)
		}
		if err != nil {
			return err
		}
	}
}

// note checks that revisions never fall, and tells the hall what is news.
func (s *spectator) note(h *hall, payload []byte) error {
	revision, ok := number(payload, `"revision":`)
	if !ok {
		return nil // of a job
	}
	if revision <= s.revision {
		return fmt.Errorf("revision %d came after %d", revision, s.revision)
	}
	s.revision = revision
	if n := h.news.Load(); n != nil && s.place < h.crowd && revision == n.revision {
		n.told(s.place)
	}
	return nil
}

// number reads the digits behind a name.
func number(text []byte, name string) (uint64, bool) {
	_, rest, ok := bytes.Cut(text, []byte(name))
	end := 0
	for end < len(rest) && rest[end] >= '0' && rest[end] <= '9' {
		end++
	}
	n, err := strconv.ParseUint(string(rest[:end]), 10, 64)
	return n, ok && err == nil
}

// frame reads one of the server's frames. The payload is valid until the next.
func (s *spectator) frame() (opcode byte, payload []byte, err error) {
	head, err := s.in.Peek(2)
	if err != nil {
		return 0, nil, err
	}
	opcode, length, size := head[0]&0xf, int(head[1]), 2
	if length == 126 {
		if head, err = s.in.Peek(4); err != nil {
			return 0, nil, err
		}
		length, size = int(binary.BigEndian.Uint16(head[2:])), 4
	}
	if head[0]&0xf0 != 0x80 || length > 4096 {
		return 0, nil, fmt.Errorf("an unexpected frame %x", head)
	}
	if size+length <= s.in.Size() {
		whole, err := s.in.Peek(size + length)
		if err != nil {
			return 0, nil, err
		}
		_, err = s.in.Discard(size + length)
		return opcode, whole[size:], err
	}
	_, _ = s.in.Discard(size)
	payload = make([]byte, length)
	_, err = io.ReadFull(s.in, payload)
	return opcode, payload, err
}

// say sends a frame under the mask zero.
func (s *spectator) say(opcode byte, payload string) error {
	if len(payload) > 125 {
		return errors.New("too long to be said")
	}
	_, err := s.conn.Write(append([]byte{0x80 | opcode, 0x80 | byte(len(payload)), 0, 0, 0, 0}, payload...))
	return err
}
