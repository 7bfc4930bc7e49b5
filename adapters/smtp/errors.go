package smtp

import (
	"errors"
	"fmt"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"convoke/application/port"
)

// ill reports whether an error is about the server, and not about one mail.
func ill(err error) bool {
	return err != nil && !errors.Is(err, port.ErrNoMailbox) && !errors.Is(err, port.ErrMailRefused) && !errors.Is(err, port.ErrMailDeferred)
}

// translate says what a failed mail means. Its texts name the step and the server's codes, never what the server writes
// beside them: that repeats addresses.
func translate(err error) error {
	var failed *gomail.SendError
	if err == nil || !errors.As(err, &failed) {
		return err
	}
	code, detail := failed.ErrorCode(), failed.EnhancedStatusCode()
	answer := strings.TrimSpace(fmt.Sprintf("%s: %d %s", failed.Reason, code, detail))
	switch {
	case code == 0:
		return fmt.Errorf("mail server: %s: the conversation broke off", failed.Reason)
	case code == 421, code == 530, code < 500 && failed.Reason != gomail.ErrSMTPRcptTo, !aboutMail(failed.Reason):
		return fmt.Errorf("mail server: %s", answer)
	case code < 500:
		return fmt.Errorf("%w: %s", port.ErrMailDeferred, answer)
	case failed.Reason == gomail.ErrSMTPRcptTo && (strings.HasPrefix(detail, "5.1.") || strings.HasPrefix(detail, "5.2.")):
		return fmt.Errorf("%w: %s", port.ErrNoMailbox, answer)
	}
	return fmt.Errorf("%w: %s", port.ErrMailRefused, answer)
}

// aboutMail reports whether a refusal at this step is about the mail. Who is refused as a sender is set up wrongly.
func aboutMail(step gomail.SendErrReason) bool {
	return step == gomail.ErrSMTPRcptTo || step == gomail.ErrSMTPData || step == gomail.ErrSMTPDataClose
}

// aboutRecipient reports whether the server refused the recipient and is ready for the next mail.
func aboutRecipient(err error) bool {
	var failed *gomail.SendError
	return errors.As(err, &failed) && failed.Reason == gomail.ErrSMTPRcptTo && failed.ErrorCode() != 0 && failed.ErrorCode() != 421
}
