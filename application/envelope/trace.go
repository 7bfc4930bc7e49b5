package envelope

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"regexp"
)

var traceparent = regexp.MustCompile(`^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$`)

// NewTrace makes a W3C traceparent for work that came without one.
func NewTrace() string {
	var b [24]byte
	for i := 0; i < len(b); i += 8 {
		binary.BigEndian.PutUint64(b[i:], rand.Uint64()|1) // neither id may be all zero
	}
	return "00-" + hex.EncodeToString(b[:16]) + "-" + hex.EncodeToString(b[16:]) + "-00"
}

// TraceOr returns the given traceparent if it is well formed, else a new one.
func TraceOr(given string) string {
	if traceparent.MatchString(given) {
		return given
	}
	return NewTrace()
}
