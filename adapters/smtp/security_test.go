package smtp

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"convoke/application/port"
	"convoke/test/mailserver"
)

func TestAConversationIsEncryptedAsAsked(t *testing.T) {
	t.Parallel()
	certificate, authority := mailserver.Certificate(t)
	trusting := "ca=" + url.QueryEscape(authority)
	for name, test := range map[string]struct {
		config     mailserver.Config
		parameters string
		works      bool
	}{
		"STARTTLS, as offered":            {mailserver.Config{Certificate: certificate}, trusting, true},
		"STARTTLS, required":              {mailserver.Config{Certificate: certificate}, trusting + "&tls=required", true},
		"STARTTLS by a stranger":          {mailserver.Config{Certificate: certificate}, "", false},
		"STARTTLS, switched off":          {mailserver.Config{Certificate: certificate}, "tls=off", true},
		"required and not offered":        {mailserver.Config{}, "tls=required", false},
		"TLS from the first byte":         {mailserver.Config{Certificate: certificate, Implicit: true}, trusting, true},
		"TLS by a stranger":               {mailserver.Config{Certificate: certificate, Implicit: true}, "", false},
		"a password, encrypted":           {mailserver.Config{Certificate: certificate, User: "convoke", Password: "s3cret@/#"}, trusting, true},
		"a password, from the first byte": {mailserver.Config{Certificate: certificate, Implicit: true, User: "convoke", Password: "s3cret"}, trusting, true},
		"a password, to this machine":     {mailserver.Config{User: "convoke", Password: "s3cret"}, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := mailserver.Start(t, test.config)
			err := sendOne(t, open(t, server.URL(test.parameters)), mailTo("ada@example.org"))
			if (err == nil) != test.works || len(server.Taken()) == 1 != test.works {
				t.Errorf("%v, %d mails", err, len(server.Taken()))
			}
			if err != nil && !ill(err) {
				t.Errorf("it is the mail's fault: %v", err)
			}
		})
	}
}

func TestAWrongPasswordIsNoMailsFault(t *testing.T) {
	t.Parallel()
	server := mailserver.Start(t, mailserver.Config{User: "convoke", Password: "another"})
	wrong := strings.Replace(server.URL(""), "another", "s3cret", 1)
	err := sendOne(t, open(t, wrong), mailTo("ada@example.org"))
	if !ill(err) {
		t.Fatal(err)
	}
	mustHide(t, err)
}

func TestInternationalAddresses(t *testing.T) {
	t.Parallel()
	plain, wide := mailserver.Start(t, mailserver.Config{}), mailserver.Start(t, mailserver.Config{International: true})
	for _, test := range []struct {
		server    *mailserver.Server
		to, heard string
		extension bool
	}{
		{plain, "ada@bücher.example", "ada@xn--bcher-kva.example", false},
		{wide, "ada@example.org", "ada@example.org", false},
		{wide, "müller@bücher.example", "müller@xn--bcher-kva.example", true},
	} {
		if err := sendOne(t, open(t, test.server.URL("")), mailTo(test.to)); err != nil {
			t.Errorf("%s: %v", test.to, err)
			continue
		}
		taken := test.server.Taken()
		if got := taken[len(taken)-1]; got.To != test.heard || got.Extension != test.extension {
			t.Errorf("%s becomes %s with SMTPUTF8 %v", test.to, got.To, got.Extension)
		}
	}
	for _, to := range []string{"müller@example.org", "ada@-.bücher", "", "Ada <ada@example.org>", "ada@example.org\r\nX: y", "ada"} {
		if err := sendOne(t, open(t, plain.URL("")), mailTo(to)); !errors.Is(err, port.ErrNoMailbox) {
			t.Errorf("%q: %v", to, err)
		}
	}
}
