// Package fault classifies what can go wrong, so that callers act on a kind and never on a text.
package fault

import (
	"errors"
	"strings"
)

// Kind says which sort of failure an error is. Transports map it to their own status.
type Kind uint8

// The closed list of kinds. Internal is what any error that is not a fault counts as.
const (
	Internal        Kind = iota
	Invalid              // the input can never be accepted as it is
	NotFound             // there is no such thing
	Conflict             // the thing is in a state that forbids it
	Gone                 // it was possible once and is over
	Forbidden            // the caller is known and may not
	Unauthenticated      // the caller is not known
	Exhausted            // a limit is reached; the same call may succeed later
	Unavailable          // a dependency is ill; the same call may succeed later
)

// Error is a failure with a kind, a stable code for programs and a message for people. The message is
// shown to clients: it never holds internal text, secrets or e-mail addresses.
type Error struct {
	Kind    Kind
	Code    string
	Field   string // the input's field, for Invalid
	Message string
	cause   error
}

// New makes a fault.
func New(kind Kind, code, message string) *Error {
	return &Error{Kind: kind, Code: code, Message: message}
}

// Field makes the fault of one bad input field; its code is "invalid".
func Field(field, message string) *Error {
	return &Error{Kind: Invalid, Code: "invalid", Field: field, Message: message}
}

// Because returns a copy of the fault with the cause that operators see in logs.
func (e *Error) Because(cause error) *Error {
	copied := *e
	copied.cause = cause
	return &copied
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Code)
	if e.Field != "" {
		b.WriteString(" (" + e.Field + ")")
	}
	b.WriteString(": " + e.Message)
	if e.cause != nil {
		b.WriteString(": " + e.cause.Error())
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.cause }

// Is reports whether target is the same fact: same kind, code and field.
func (e *Error) Is(target error) bool {
	other, ok := target.(*Error)
	return ok && other.Kind == e.Kind && other.Code == e.Code && other.Field == e.Field
}

// KindOf returns the kind of the first fault in err's tree, or Internal.
func KindOf(err error) Kind {
	var fault *Error
	if errors.As(err, &fault) {
		return fault.Kind
	}
	return Internal
}

// All returns every fault in err's tree, in order: a validation reports all of its problems at once.
func All(err error) []*Error {
	if err == nil {
		return nil
	}
	if fault, ok := err.(*Error); ok { //nolint:errorlint // the tree is walked here, node by node
		return []*Error{fault}
	}
	switch wrapped := err.(type) { //nolint:errorlint // as above
	case interface{ Unwrap() []error }:
		var all []*Error
		for _, inner := range wrapped.Unwrap() {
			all = append(all, All(inner)...)
		}
		return all
	case interface{ Unwrap() error }:
		return All(wrapped.Unwrap())
	}
	return nil
}
