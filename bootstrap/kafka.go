package bootstrap

import (
	"log/slog"

	"convoke/adapters/kafka"
	"convoke/application/port"
)

func kafkaConfig(c Config, meter port.Meter, log *slog.Logger) kafka.Config {
	return kafka.Config{
		Brokers: c.KafkaBrokers, ClientID: c.Kafka.ClientID, Meter: meter, Log: log,
		TLS:  kafka.TLS{Enabled: c.Kafka.TLS, CA: c.Kafka.TLSCA, Cert: c.Kafka.TLSCert, Key: c.Kafka.TLSKey},
		SASL: kafka.SASL{Mechanism: c.Kafka.SASLMechanism, Username: c.Kafka.SASLUsername, Password: c.Kafka.SASLPassword},
	}
}
