package smtp

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"sync"
	"time"

	gomail "github.com/wneessen/go-mail"
	wire "github.com/wneessen/go-mail/smtp"

	"convoke/application/port"
)

// line is a connection that is made when it is needed and used for one mail after another.
type line struct {
	mailer *Mailer
	client *gomail.Client
	talk   *wire.Client // nil: not connected
	conn   net.Conn     // what talk talks over
	used   bool         // the server has taken a mail

	dialled func(net.Conn) // called with a new connection
}

// deliver sends one mail. A server may end a conversation after so many mails, so that one which has worked before is
// begun anew once.
func (l *line) deliver(ctx context.Context, m port.Mail) error {
	message, err := l.mailer.compose(m)
	if err != nil {
		return err
	}
	if l.talk != nil && l.used {
		if err := l.send(ctx, message); !ill(err) {
			return err
		}
	}
	if l.talk == nil {
		if err := l.dial(ctx); err != nil {
			return fmt.Errorf("mail server: %w", err)
		}
	}
	return l.send(ctx, message)
}

// dial connects, encrypts and authenticates, within twice the timeout. It breaks off when ctx ends.
func (l *line) dial(ctx context.Context) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	l.used = false
	if l.client, err = gomail.NewClient(l.mailer.config.Host, l.options()...); err != nil {
		return err
	}
	stop := func() bool { return true }
	l.dialled = func(conn net.Conn) { stop = context.AfterFunc(ctx, func() { _ = conn.Close() }) }
	l.talk, err = l.client.DialToSMTPClientWithContext(ctx)
	stop()
	if err != nil {
		l.cut() // the library leaves a connection open that has got no further
	}
	return err
}

func (l *line) options() []gomail.Option {
	c := l.mailer.config
	options := []gomail.Option{
		gomail.WithPort(c.Port), gomail.WithTimeout(l.mailer.timeout), gomail.WithTLSConfig(c.tls()),
		gomail.WithTLSPolicy(policy(c.Security)), gomail.WithDialContextFunc(l.connect),
		// Each mail's first command tells soon enough whether the connection still works, and MAIL begins anew.
		gomail.WithoutNoop(), gomail.WithoutRset(),
	}
	if c.User != "" {
		options = append(options, gomail.WithUsername(c.User), gomail.WithPassword(c.Password), gomail.WithOpportunisticSMTPAuth(
			gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin, gomail.SMTPAuthCramMD5))
	}
	return options
}

func policy(s Security) gomail.TLSPolicy {
	switch s {
	case Required:
		return gomail.TLSMandatory
	case Offered:
		return gomail.TLSOpportunistic
	case Off, implicit:
	}
	return gomail.NoTLS // no STARTTLS, that is
}

func (l *line) connect(ctx context.Context, network, address string) (net.Conn, error) {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	l.conn = conn
	l.dialled(conn)
	if l.mailer.config.Security != implicit {
		return conn, nil
	}
	secured := tls.Client(conn, l.mailer.config.tls())
	if err := secured.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	return secured, nil
}

// send hands over one mail within the timeout. When ctx ends, the server has the grace period to take it.
func (l *line) send(ctx context.Context, m *letter) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if international, _ := l.talk.Extension("SMTPUTF8"); m.international && !international {
		return fmt.Errorf("%w: the mail server has no SMTPUTF8", port.ErrNoMailbox)
	}
	l.talk.SkipSMTPUTF8(!m.international) // servers on the way may lack it
	over := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() { l.watch(ctx, over) })
	err := l.client.SendWithSMTPClient(l.talk, m.message)
	close(over)
	watching.Wait()
	if err == nil {
		l.used = true
		return nil
	}
	if !aboutRecipient(err) {
		l.cut() // whatever the server makes of this mail, the next one begins anew
	}
	return translate(err)
}

// watch breaks the conversation off when ctx has ended and the grace period after it, too.
func (l *line) watch(ctx context.Context, over <-chan struct{}) {
	select {
	case <-over:
		return
	case <-ctx.Done():
	}
	patience := time.NewTimer(l.mailer.grace)
	defer patience.Stop()
	select {
	case <-over:
	case <-patience.C:
		_ = l.conn.Close()
	}
}

// cut breaks the connection off.
func (l *line) cut() {
	if l.conn != nil {
		_ = l.conn.Close()
	}
	l.talk, l.conn = nil, nil
}

// hangUp ends the conversation in good order, if there is one.
func (l *line) hangUp() {
	if l.talk != nil {
		_ = l.conn.SetDeadline(time.Now().Add(l.mailer.grace))
		_ = l.talk.Quit()
	}
	l.cut()
}
