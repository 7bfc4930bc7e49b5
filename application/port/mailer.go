package port

import (
	"context"
	"errors"
)

// Mail is one mail to one person. Its texts may hold whatever people wrote: a Mailer never lets them become headers.
type Mail struct {
	ID       string // the Message-ID without its brackets; the same at every try, so that a repetition can be recognised
	To       string // a bare address
	Subject  string // one line
	Text     string
	HTML     string // empty: the text alone
	Calendar []byte // an iCalendar document to attach; nil: none
}

// Mailer sends mails in the deployment's name.
type Mailer interface {
	// Send hands each mail to the mail server and blocks until that has taken or refused it. It returns nil when it has
	// taken all of them, else one entry per mail, nil for those that are taken: the server is answerable for them from
	// then on. An entry is, or wraps, one of the errors below when it is about this one mail; any other means that the
	// server is ill, or set up wrongly, so that no mail would fare better: the same call may succeed later. A mail whose
	// answer is lost may have been taken. When ctx ends, a mail in transit gets a moment to finish, and those not begun
	// fail with its error. No error's text holds an address, a token or a password. Safe for concurrent use.
	Send(ctx context.Context, batch []Mail) []error
}

// Errors of a Mailer that are about one mail.
var (
	// ErrNoMailbox means never: there is no such address, or its mailbox takes no mail.
	ErrNoMailbox = errors.New("nobody receives mail at this address")
	// ErrMailRefused means never as things are: the server refuses this mail, or mail to this address, by its rules. An
	// operator may be able to change them.
	ErrMailRefused = errors.New("the mail server refuses this mail")
	// ErrMailDeferred means that the server takes mail, but not to this address just now: try it again later.
	ErrMailDeferred = errors.New("the mail server does not take mail to this address now")
)
