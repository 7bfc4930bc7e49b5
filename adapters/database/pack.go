package database

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"

	"convoke/application/port"
)

// packer turns messages into one value and back: a count, then each part behind its length, compressed. Safe for
// concurrent use.
type packer struct {
	encoder *zstd.Encoder
	decoder *zstd.Decoder
}

// perMessage is what lengths and headers usually take; a wrong guess costs a copy.
const perMessage = 256

// maxUnpacked bounds what a damaged or hostile value can make of itself.
const maxUnpacked = 64 << 20

var errPacked = errors.New("the packed messages are damaged")

func newPacker() (*packer, error) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("zstd encoder: %w", err)
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxUnpacked))
	if err != nil {
		return nil, fmt.Errorf("zstd decoder: %w", err)
	}
	return &packer{encoder, decoder}, nil
}

// pack returns the messages as one value. Partition, offset and time are the broker's and are left out.
func (p *packer) pack(messages []port.Message) []byte {
	size := 16
	for _, m := range messages {
		size += len(m.Topic) + len(m.Key) + len(m.Value) + perMessage
	}
	plain := binary.AppendUvarint(make([]byte, 0, size), uint64(len(messages)))
	for _, m := range messages {
		plain = appendPart(plain, m.Topic)
		plain = appendPart(plain, m.Key)
		plain = appendPart(plain, m.Value)
		plain = binary.AppendUvarint(plain, uint64(len(m.Headers)))
		for name, value := range m.Headers {
			plain = appendPart(appendPart(plain, name), value)
		}
	}
	return p.encoder.EncodeAll(plain, make([]byte, 0, len(plain)/2))
}

// unpack returns the messages of a value, or errPacked.
func (p *packer) unpack(packed []byte) ([]port.Message, error) {
	plain, err := p.decoder.DecodeAll(packed, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errPacked, err)
	}
	r := &parts{rest: plain}
	messages := make([]port.Message, 0, r.count())
	for range cap(messages) {
		m := port.Message{Topic: r.text(), Key: r.text(), Value: r.bytes()}
		headers := r.count()
		m.Headers = make(map[string]string, headers)
		for range headers {
			name := r.text()
			m.Headers[name] = r.text()
		}
		messages = append(messages, m)
	}
	if r.damaged || len(r.rest) > 0 {
		return nil, errPacked
	}
	return messages, nil
}

func appendPart[T string | []byte](to []byte, part T) []byte {
	return append(binary.AppendUvarint(to, uint64(len(part))), part...)
}

// parts reads what appendPart wrote. After the first damage it reads nothing more.
type parts struct {
	rest    []byte
	damaged bool
}

// count reads a number of things, each of which takes at least a byte.
func (r *parts) count() int {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 || n > uint64(len(r.rest)-size) {
		r.rest, r.damaged = nil, true
		return 0
	}
	r.rest = r.rest[size:]
	return int(n)
}

func (r *parts) bytes() []byte {
	n := r.count()
	part := r.rest[:n:n]
	r.rest = r.rest[n:]
	return part
}

func (r *parts) text() string { return string(r.bytes()) }
