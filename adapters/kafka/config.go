package kafka

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strings"

	"github.com/segmentio/kafka-go/sasl"
	"github.com/segmentio/kafka-go/sasl/plain"
	"github.com/segmentio/kafka-go/sasl/scram"

	"convoke/application/port"
)

// Config says how to reach the cluster.
type Config struct {
	Brokers  []string // host:port of one or more brokers; the others are learnt from them
	ClientID string   // how the brokers' logs and quotas call this program; empty: convoke
	TLS      TLS
	SASL     SASL
	Meter    port.Meter   // nil: nothing is measured
	Log      *slog.Logger // nil: slog.Default()
}

// TLS is transport security. Naming a file switches it on too.
type TLS struct {
	Enabled bool
	CA      string // PEM file of the authorities to trust; empty: the system's
	Cert    string // PEM file of the client's certificate; needs Key
	Key     string // PEM file of its key
}

// SASL is how the program proves who it is. An empty Mechanism switches it off.
type SASL struct {
	Mechanism string // plain, scram-sha-256 or scram-sha-512, in any case
	Username  string
	Password  string
}

// withDefaults fills what was left out.
func (c Config) withDefaults() Config {
	if c.ClientID == "" {
		c.ClientID = "convoke"
	}
	if c.Meter == nil {
		c.Meter = unmetered{}
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return c
}

// validate joins everything that is wrong.
func (c Config) validate() error {
	var problems []error
	if len(c.Brokers) == 0 {
		problems = append(problems, errors.New("no broker is named"))
	}
	for _, addr := range c.Brokers {
		if _, _, err := net.SplitHostPort(addr); err != nil {
			problems = append(problems, fmt.Errorf("broker %q is not host:port", addr))
		}
	}
	if c.SASL.Mechanism == "" && c.SASL.Username != "" {
		problems = append(problems, errors.New("a SASL user name is given without a mechanism"))
	}
	if c.SASL.Mechanism != "" && (c.SASL.Username == "" || c.SASL.Password == "") {
		problems = append(problems, errors.New("SASL needs a user name and a password"))
	}
	return errors.Join(problems...)
}

// security is what a connection needs beside an address.
type security struct {
	tls       *tls.Config    // nil: plain
	mechanism sasl.Mechanism // nil: none
}

func secure(c Config) (security, error) {
	config, tlsProblem := c.TLS.config()
	mechanism, saslProblem := c.SASL.mechanism()
	return security{config, mechanism}, errors.Join(tlsProblem, saslProblem)
}

func (s SASL) mechanism() (sasl.Mechanism, error) {
	switch strings.ToLower(s.Mechanism) {
	case "":
		return nil, nil
	case "plain":
		return plain.Mechanism{Username: s.Username, Password: s.Password}, nil
	case "scram-sha-256":
		return scram.Mechanism(scram.SHA256, s.Username, s.Password)
	case "scram-sha-512":
		return scram.Mechanism(scram.SHA512, s.Username, s.Password)
	}
	return nil, fmt.Errorf("unknown SASL mechanism %q: want plain, scram-sha-256 or scram-sha-512", s.Mechanism)
}

// config loads the files. It returns nil when TLS is off.
func (t TLS) config() (*tls.Config, error) {
	if !t.Enabled && t.CA == "" && t.Cert == "" && t.Key == "" {
		return nil, nil
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if t.CA != "" {
		text, err := os.ReadFile(t.CA)
		if err != nil {
			return nil, fmt.Errorf("TLS authorities: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("TLS authorities: %s holds no PEM certificate", t.CA)
		}
	}
	if t.Cert != "" || t.Key != "" {
		certificate, err := tls.LoadX509KeyPair(t.Cert, t.Key)
		if err != nil {
			return nil, fmt.Errorf("TLS client certificate: %w", err)
		}
		config.Certificates = []tls.Certificate{certificate}
	}
	return config, nil
}

// unmetered drops measurements.
type unmetered struct{}

func (unmetered) Add(string, float64, ...string)     {}
func (unmetered) Set(string, float64, ...string)     {}
func (unmetered) Observe(string, float64, ...string) {}
