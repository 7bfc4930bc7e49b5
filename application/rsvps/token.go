package rsvps

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"strings"

	"convoke/domain/fault"
)

// Role is what a token lets its bearer be.
type Role byte

// The closed list of roles that tokens give.
const (
	Guest Role = 'g' // of one reply
	Host  Role = 'h' // of one occasion
)

// Claim is what a genuine token says. Whether its version is still the current one is the reader's to check.
type Claim struct {
	Role    Role
	ID      string // of the reply or the occasion
	Version int
}

// ErrForged is the fault of a token that this deployment has not made.
var ErrForged = fault.New(fault.Unauthenticated, "invalid-token", "this token is not valid here")

const (
	macBytes = 16 // of HMAC-SHA256; 128 bits can not be guessed
	idBytes  = 16
)

// Signer makes and reads tokens: the role, the id and a version, followed by a MAC over them. Nothing secret is stored,
// so a lost token can be made again. The first key signs; every key verifies, so that keys can be rotated. Safe for
// concurrent use.
type Signer struct{ keys [][]byte }

// NewSigner makes a signer of at least one key.
func NewSigner(keys []string) *Signer {
	s := &Signer{keys: make([][]byte, len(keys))}
	for i, key := range keys {
		s.keys[i] = []byte(key)
	}
	return s
}

// Sign makes the token of a claim, whose ID must be a UUID.
func (s *Signer) Sign(c Claim) string {
	body := c.encode()
	return string(rune(c.Role)) + base64.RawURLEncoding.EncodeToString(append(body, mac(s.keys[0], c.Role, body)...))
}

// Read returns what a token says, or ErrForged.
func (s *Signer) Read(token string) (Claim, error) {
	if len(token) < 2 || len(token) > 128 || strings.ContainsAny(token, "\r\n") { // the decoder would skip line ends
		return Claim{}, ErrForged
	}
	role := Role(token[0])
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token[1:])
	if err != nil || (role != Guest && role != Host) || len(raw) <= idBytes+macBytes {
		return Claim{}, ErrForged
	}
	body, given := raw[:len(raw)-macBytes], raw[len(raw)-macBytes:]
	for _, key := range s.keys {
		if subtle.ConstantTimeCompare(mac(key, role, body), given) == 1 {
			return decodeClaim(role, body)
		}
	}
	return Claim{}, ErrForged
}

func mac(key []byte, role Role, body []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte{byte(role)})
	h.Write(body)
	return h.Sum(nil)[:macBytes]
}

func (c Claim) encode() []byte {
	id, _ := hex.DecodeString(strings.ReplaceAll(c.ID, "-", ""))
	return binary.AppendUvarint(id, uint64(c.Version))
}

func decodeClaim(role Role, body []byte) (Claim, error) {
	version, n := binary.Uvarint(body[idBytes:])
	if n != len(body)-idBytes || version > 1<<30 {
		return Claim{}, ErrForged
	}
	x := hex.EncodeToString(body[:idBytes])
	id := x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:]
	return Claim{Role: role, ID: id, Version: int(version)}, nil
}
