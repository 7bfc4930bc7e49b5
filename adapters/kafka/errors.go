package kafka

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"syscall"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
)

// errStuck ends a generation whose reading has come to a standstill without an error to show for it.
var errStuck = errors.New("no progress although the group is alive")

// errGone says that the topic has been deleted. One of the same name that appears later is another one: its offsets begin
// anew.
var errGone = errors.New("the topic is gone")

// refusals are answers of a broker that no waiting mends.
var refusals = []kafka.Error{
	kafka.SASLAuthenticationFailed, kafka.UnsupportedSASLMechanism, kafka.IllegalSASLState,
	kafka.TopicAuthorizationFailed, kafka.GroupAuthorizationFailed, kafka.ClusterAuthorizationFailed,
	kafka.InvalidTopic, kafka.InvalidGroupId, kafka.InconsistentGroupProtocol, kafka.InvalidSessionTimeout,
	kafka.UnsupportedVersion, kafka.InvalidConfiguration, kafka.InvalidReplicationFactor, kafka.InvalidPartitionNumber,
	kafka.PolicyViolation,
}

// hopeless says whether waiting can not mend the error: the configuration must change.
func hopeless(err error) bool {
	var code kafka.Error
	if errors.As(err, &code) {
		return slices.Contains(refusals, code)
	}
	return distrust(err)
}

// distrust says whether the two sides could not agree on TLS.
func distrust(err error) bool {
	var (
		verification *tls.CertificateVerificationError
		authority    x509.UnknownAuthorityError
		name         x509.HostnameError
		record       tls.RecordHeaderError
		operation    *net.OpError
	)
	switch {
	case errors.As(err, &verification), errors.As(err, &authority), errors.As(err, &name), errors.As(err, &record):
		return true
	case errors.As(err, &operation):
		return operation.Op == "remote error" // the broker's TLS alert, for example that it wants a certificate
	}
	return false
}

// hungUp says whether a broker took the connection and then closed it without a word, as it does when the client speaks
// plainly to a TLS or SASL listener.
func hungUp(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET)
}

// missing says whether the topic is not known.
func missing(err error) bool {
	return errors.Is(err, kafka.UnknownTopicOrPartition) || errors.Is(err, protocol.ErrNoTopic)
}

// repeatable says whether the same request may succeed later. Whatever is not a broker's answer is the network's fault.
func repeatable(err error) bool {
	var code kafka.Error
	if errors.As(err, &code) {
		return code.Temporary() || code == kafka.Unknown
	}
	return !hopeless(err)
}

// oversized says whether the broker found a batch too large.
func oversized(err error) bool {
	return errors.Is(err, kafka.MessageSizeTooLarge) || errors.Is(err, kafka.RecordListTooLarge)
}

// asError turns a broker's error code into an error.
func asError(code int16) error {
	if code == 0 {
		return nil
	}
	return kafka.Error(code)
}

// explain adds what an operator can do about an error that no waiting mends.
func explain(err error) error {
	switch {
	case errors.Is(err, kafka.SASLAuthenticationFailed):
		return fmt.Errorf("the broker refused the credentials (check SASL mechanism, user name and password): %w", err)
	case errors.Is(err, kafka.UnsupportedSASLMechanism):
		return fmt.Errorf("the broker does not offer this SASL mechanism: %w", err)
	case distrust(err):
		return fmt.Errorf("no TLS with the broker (check authority, certificate, and that the port speaks TLS): %w", err)
	case hungUp(err):
		return fmt.Errorf("the broker closed the connection (check the credentials, and whether its port wants TLS or SASL): %w", err)
	}
	return err
}
