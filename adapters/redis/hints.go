package redis

import (
	"encoding/binary"
	"errors"

	"convoke/application/port"
)

// A message on the channel is one version byte, its sender, and hints one after the other: a byte for the kind, the
// number as a varint, the length of the id as a varint, the id.
const (
	wireVersion  = 1
	senderLength = 12
	headerLength = 1 + senderLength
	maxMessage   = 32 << 10 // bytes, so that a burst does not stand in the way of the cache's answers
)

var errMalformed = errors.New("the message is malformed")

// letters stand for the kinds.
const (
	jobLetter      = 'j'
	occasionLetter = 'o'
)

// encode packs the hints into as few messages as their limit allows. Kinds that the wire does not know are left out.
func encode(sender string, hints []port.Hint) [][]byte {
	var messages [][]byte
	header := append([]byte{wireVersion}, sender...)
	message := header[:headerLength:headerLength]
	for _, h := range hints {
		full := len(message)
		message = appendHint(message, h)
		if len(message) > maxMessage && full > headerLength {
			messages = append(messages, message[:full:full])
			message = append(header[:headerLength:headerLength], message[full:]...)
		}
	}
	if len(message) > headerLength {
		messages = append(messages, message)
	}
	return messages
}

func appendHint(to []byte, h port.Hint) []byte {
	switch h.Kind {
	case port.JobHint:
		to = append(to, jobLetter)
	case port.OccasionHint:
		to = append(to, occasionLetter)
	default:
		return to
	}
	to = binary.AppendUvarint(to, h.Number)
	to = binary.AppendUvarint(to, uint64(len(h.ID)))
	return append(to, h.ID...)
}

// decode hands the hints of another sender to take. It takes what comes before the malformed part, if there is one, and
// skips kinds that it does not know.
func decode(message, self string, take func(port.Hint)) error {
	if len(message) < headerLength || message[0] != wireVersion {
		return errMalformed
	}
	sender, rest := message[1:headerLength], message[headerLength:]
	if sender == self {
		return nil
	}
	for len(rest) > 0 {
		kind := kindOf(rest[0])
		number, afterNumber, ok := cutUvarint(rest[1:])
		length, afterLength, ok2 := cutUvarint(afterNumber)
		if !ok || !ok2 || length > uint64(len(afterLength)) {
			return errMalformed
		}
		if kind != "" {
			take(port.Hint{Kind: kind, ID: afterLength[:length], Number: number})
		}
		rest = afterLength[length:]
	}
	return nil
}

// kindOf returns the kind of a letter, or nothing.
func kindOf(letter byte) port.HintKind {
	switch letter {
	case jobLetter:
		return port.JobHint
	case occasionLetter:
		return port.OccasionHint
	}
	return ""
}

// cutUvarint reads one varint from the front.
func cutUvarint(text string) (n uint64, rest string, ok bool) {
	front := []byte(text[:min(len(text), binary.MaxVarintLen64)])
	n, length := binary.Uvarint(front)
	if length <= 0 {
		return 0, "", false
	}
	return n, text[length:], true
}
