package bootstrap

import (
	"fmt"

	"convoke/adapters/smtp"
	"convoke/application/mails"
	"convoke/application/port"
	"convoke/application/rsvps"
)

// provideMailer makes what sends mail; nil without SMTP_URL. Nothing waits for the mail server at the start, and readiness
// does not ask it: mails wait by themselves.
func provideMailer(b *Base) (port.Mailer, error) {
	if b.Config.SMTPURL == "" {
		return nil, nil //nolint:nilnil // no mailer, and nothing wrong
	}
	c, err := smtp.ParseURL(b.Config.SMTPURL)
	if err != nil {
		return nil, fmt.Errorf("SMTP_URL: %w", err)
	}
	return smtp.New(c), nil
}

// provideMailWriter makes what writes mails; nil when none are sent.
func provideMailWriter(b *Base, mailer port.Mailer, signer *rsvps.Signer, calendar rsvps.Calendar) (*mails.Writer, error) {
	if mailer == nil {
		return nil, nil //nolint:nilnil // no writer, and nothing wrong
	}
	return mails.NewWriter(signer, calendar, b.Config.PublicURL)
}

func provideMails(b *Base, k *Backends, writer *mails.Writer, mailer port.Mailer) *mails.Consumer {
	return &mails.Consumer{Store: k.Store, Writer: writer, Mailer: mailer, Clock: b.Clock, Meter: b.Meter, Log: b.Log}
}

func provideLinks(b *Base, store Store, writer *mails.Writer, mailer port.Mailer) *mails.Links {
	return mails.NewLinks(store, writer, mailer, b.IDs, b.Clock, b.Meter, b.Log)
}

// validateMail checks what mails need: guests' links begin with PUBLIC_URL and hold tokens.
func (c *Config) validateMail() error {
	if c.SMTPURL == "" {
		return nil
	}
	if _, err := smtp.ParseURL(c.SMTPURL); err != nil {
		return fmt.Errorf("SMTP_URL: %w", err)
	}
	if !c.Roles.Has(RoleAPI) && !c.Roles.Has(RoleConsumers) {
		return nil
	}
	if c.PublicURL == "" {
		return fmt.Errorf("PUBLIC_URL: is required with SMTP_URL; mails link to it")
	}
	return check(c.Roles.Has(RoleAPI) || len(c.SecretKey) > 0, "SECRET_KEY: is required with SMTP_URL, the same for every process")
}
