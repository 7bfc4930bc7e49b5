package kafka

import (
	"errors"
	"strings"
	"testing"
	"time"

	"convoke/application/port"
	"convoke/test/realkafka"
)

// A real broker that wants TLS, with SASL or a client certificate, is reached by everything that connects: the
// publisher, the group's coordinator connection, and the fetches.
func TestSecurityOnApacheKafka(t *testing.T) {
	t.Parallel()
	cluster := realkafka.Start(t, realkafka.Options{Secure: true})
	s := cluster.Security
	password := func(mechanism, user string) Config {
		return Config{Brokers: s.SASLAddrs, TLS: TLS{CA: s.CAFile}, SASL: SASL{Mechanism: mechanism, Username: user, Password: realkafka.UsersPassword}}
	}
	plain := password("plain", realkafka.PlainUser)
	certificate := Config{Brokers: s.TLSAddrs, TLS: TLS{CA: s.CAFile, Cert: s.ClientCert, Key: s.ClientKey}}
	for name, config := range map[string]Config{
		"SASL PLAIN":           plain,
		"SASL SCRAM-SHA-256":   password("SCRAM-SHA-256", realkafka.Scram256User),
		"SASL SCRAM-SHA-512":   password("scram-sha-512", realkafka.Scram512User),
		"a client certificate": certificate,
	} {
		t.Run("messages go through with "+name, func(t *testing.T) {
			b, book := connectWith(t, config, func(*timing) {}), newLedger()
			topic := provision(t, b, 3)
			consume(t, b, port.Subscription{Topic: topic, Group: topic}, book.handle)
			send(t, b, topic, "key", 1, 100, book)
			book.settle(t, 40*time.Second)
		})
	}

	wrong := password("scram-sha-512", realkafka.Scram512User)
	wrong.SASL.Password = "wrong"
	unknown := password("scram-sha-256", realkafka.Scram512User) // known, but not by this mechanism
	noCertificate := Config{Brokers: s.TLSAddrs, TLS: TLS{CA: s.CAFile}}
	noAuthority := Config{Brokers: s.TLSAddrs, TLS: TLS{Enabled: true, Cert: s.ClientCert, Key: s.ClientKey}}
	noTLS := Config{Brokers: s.SASLAddrs, SASL: plain.SASL}
	tooMuchTLS := Config{Brokers: cluster.Addrs, TLS: TLS{CA: s.CAFile}}
	for name, refused := range map[string]struct {
		config Config
		want   string
	}{
		"a wrong password":                 {wrong, "refused the credentials"},
		"an unknown user":                  {unknown, "refused the credentials"},
		"no client certificate":            {noCertificate, "no TLS with the broker"},
		"an authority that is not trusted": {noAuthority, "no TLS with the broker"},
		"no TLS":                           {noTLS, "wants TLS"},
		"TLS to a plain port":              {tooMuchTLS, "TLS"},
	} {
		t.Run("New fails with "+name, func(t *testing.T) {
			start := time.Now()
			b, err := New(t.Context(), refused.config)
			if err == nil {
				err = errors.Join(errors.New("no error"), b.Close(t.Context()))
			}
			if !strings.Contains(err.Error(), refused.want) {
				t.Errorf("error %q, want %q in it", err, refused.want)
			}
			if took := time.Since(start); took > 15*time.Second {
				t.Errorf("it took %v", took)
			}
			t.Log(err)
		})
	}
}
