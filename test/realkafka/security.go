package realkafka

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"convoke/test/loopback"
)

// The users of a secure cluster. Each knows one mechanism.
const (
	PlainUser     = "alice"
	Scram256User  = "bob"
	Scram512User  = "carol"
	UsersPassword = "correct horse" // of all of them
)

// Security is how clients reach a secure cluster: by SASL over TLS, or by TLS with a client certificate.
type Security struct {
	SASLAddrs  []string
	TLSAddrs   []string
	CAFile     string // certificate of the authority that signed the brokers'
	ClientCert string // signed by the same authority
	ClientKey  string

	keystore string
}

func newSecurity(dir string, nodes []node) (*Security, error) {
	s := &Security{
		CAFile:     filepath.Join(dir, "ca.pem"),
		ClientCert: filepath.Join(dir, "client.pem"),
		ClientKey:  filepath.Join(dir, "client.key"),
		keystore:   filepath.Join(dir, "broker.pem"),
	}
	for _, n := range nodes {
		s.SASLAddrs = append(s.SASLAddrs, loopback.Address(n.sasl))
		s.TLSAddrs = append(s.TLSAddrs, loopback.Address(n.tls))
	}
	return s, s.issue()
}

// issue makes an authority and the certificates of brokers and client.
func (s *Security) issue() error {
	authority, err := newIdentity("convoke test authority", nil)
	if err != nil {
		return err
	}
	broker, err := newIdentity("broker", authority)
	if err != nil {
		return err
	}
	client, err := newIdentity("convoke", authority)
	if err != nil {
		return err
	}
	for file, content := range map[string][]byte{
		s.CAFile:     authority.certificate,
		s.ClientCert: client.certificate,
		s.ClientKey:  client.key,
		s.keystore:   append(broker.key, broker.certificate...),
	} {
		if err := os.WriteFile(file, content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func (s *Security) properties() []string {
	plain := `org.apache.kafka.common.security.plain.PlainLoginModule required user_%s="%s";`
	scram := "org.apache.kafka.common.security.scram.ScramLoginModule required;"
	return []string{
		"sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
		"ssl.keystore.type=PEM",
		"ssl.keystore.location=" + s.keystore,
		"ssl.truststore.type=PEM",
		"ssl.truststore.location=" + s.CAFile,
		"listener.name.ssl.ssl.client.auth=required",
		"listener.name.sasl_ssl.plain.sasl.jaas.config=" + fmt.Sprintf(plain, PlainUser, UsersPassword),
		"listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config=" + scram,
		"listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=" + scram,
	}
}

func (s *Security) scramArguments() []string {
	user := func(mechanism, name string) string {
		return fmt.Sprintf("%s=[name=%s,password=%s]", mechanism, name, UsersPassword)
	}
	return []string{"--add-scram", user("SCRAM-SHA-256", Scram256User), "--add-scram", user("SCRAM-SHA-512", Scram512User)}
}

// identity is a certificate with its key, both as PEM.
type identity struct {
	certificate, key []byte

	parsed *x509.Certificate
	signer *ecdsa.PrivateKey
}

// newIdentity makes a certificate for loopback, signed by the authority, or by itself as an authority.
func newIdentity(name string, authority *identity) (*identity, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(time.Now().UnixNano()),
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		BasicConstraintsValid: true,
		IsCA:                  authority == nil,
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		DNSNames:              []string{"localhost"},
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	parent, signer := template, key
	if authority != nil {
		parent, signer = authority.parsed, authority.signer
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return &identity{block("CERTIFICATE", der), block("PRIVATE KEY", pkcs8), parsed, key}, nil
}

func block(kind string, der []byte) []byte {
	var text strings.Builder
	_ = pem.Encode(&text, &pem.Block{Type: kind, Bytes: der})
	return []byte(text.String())
}
