package smtp

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"os"
	"strconv"
)

// Security says when a conversation is encrypted.
type Security string

// The closed list of securities, as the parameter tls names them.
const (
	Offered  Security = "offered"  // when the server offers STARTTLS
	Required Security = "required" // by STARTTLS, or not at all
	Off      Security = "off"      // never
	implicit Security = "implicit" // from the first byte: smtps
)

// Config is where and as whom mail is sent.
type Config struct {
	Host     string
	Port     int
	User     string // empty: without authentication
	Password string
	From     mail.Address
	Security Security
	roots    *x509.CertPool // nil: the system's
}

// errForm never shows what was given: it may hold a password.
var errForm = errors.New("must look like smtp://user:password@host:587?from=Name%20<name@example.org>; " +
	"in user and password, characters such as @ : / # ? % are written %40 %3A %2F %23 %3F %25")

// ParseURL reads where and as whom to send mail. Its error is the first problem, and never shows a password.
func ParseURL(text string) (Config, error) {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.Path != "" && u.Path != "/" || u.Fragment != "" {
		return Config{}, errForm
	}
	c := Config{Host: u.Hostname(), User: u.User.Username()}
	c.Password, _ = u.User.Password()
	parameters, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return Config{}, errForm
	}
	for _, problem := range []error{
		c.setScheme(u), c.setPort(u.Port()), c.checkUser(), c.setFrom(parameters.Get("from")),
		c.setSecurity(parameters.Get("tls")), c.setRoots(parameters.Get("ca")), known(parameters),
	} {
		if problem != nil {
			return Config{}, problem
		}
	}
	return c, nil
}

func (c *Config) checkUser() error {
	if (c.User == "") != (c.Password == "") {
		return errors.New("a user goes together with a password")
	}
	return nil
}

func (c *Config) setScheme(u *url.URL) error {
	switch {
	case u.Scheme == "smtps":
		c.Port, c.Security = 465, implicit
	case u.Scheme != "smtp":
		return errForm
	case c.User != "" && !loopback(c.Host):
		c.Port, c.Security = 587, Required // a password never travels in the clear
	default:
		c.Port, c.Security = 587, Offered
	}
	return nil
}

func (c *Config) setPort(text string) error {
	if text == "" {
		return nil
	}
	var err error
	if c.Port, err = strconv.Atoi(text); err != nil || c.Port < 1 || c.Port > 65535 {
		return errForm
	}
	return nil
}

// setFrom takes the sender; a user that is an address serves as well.
func (c *Config) setFrom(text string) error {
	if text == "" {
		text = c.User
	}
	from, err := mail.ParseAddress(text)
	if err != nil {
		return errors.New("from must be the sender, such as from=Convoke%20<noreply@example.org> (a plus sign is written %2B)")
	}
	c.From = *from
	return nil
}

func (c *Config) setSecurity(text string) error {
	switch asked := Security(text); {
	case text == "":
		return nil
	case c.Security == implicit || asked != Offered && asked != Required && asked != Off:
		return errors.New("tls must be offered, required or off, and goes with smtp:// only")
	case asked != Required && c.Security == Required:
		return errors.New("a password is sent to another machine with tls=required only")
	default:
		c.Security = asked
		return nil
	}
}

func (c *Config) setRoots(file string) error {
	if file == "" {
		return nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("ca can not be read: %w", err)
	}
	c.roots = x509.NewCertPool()
	if !c.roots.AppendCertsFromPEM(pem) {
		return errors.New("ca holds no certificate in PEM form")
	}
	return nil
}

// known names none of the others: a password that is not escaped may look like a parameter.
func known(parameters url.Values) error {
	for name := range parameters {
		if name != "from" && name != "tls" && name != "ca" {
			return errors.New("after the question mark go from, tls and ca only; in a password it is written %3F")
		}
	}
	return nil
}

func (c *Config) tls() *tls.Config {
	return &tls.Config{ServerName: c.Host, RootCAs: c.roots, MinVersion: tls.VersionTLS12}
}

// loopback names what the library counts as this machine.
func loopback(host string) bool {
	return host == "localhost" || host == "127.0.0.1" || host == "::1"
}
