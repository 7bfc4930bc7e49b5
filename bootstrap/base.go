package bootstrap

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"os"

	"convoke/adapters/httpapi"
	"convoke/adapters/kafka"
	"convoke/adapters/memory"
	"convoke/adapters/nats"
	"convoke/adapters/prometheus"
	"convoke/adapters/system"
	"convoke/application/consume"
	"convoke/application/control"
	"convoke/application/envelope"
	"convoke/application/port"
)

// Base is what every role needs.
type Base struct {
	Config  Config
	Log     *slog.Logger
	Clock   port.Clock
	IDs     port.IDs
	Meter   *prometheus.Meter
	Names   envelope.Names
	Data    *dataDir // nil when nothing is kept in DATA_DIR
	Secrets Secrets
	Checks  Checks
	Bus     port.Bus
	Control *control.Channel
	Runner  *consume.Runner
	Server  *httpapi.Server
}

func provideLog(c Config) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.LogLevel)) // validated
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
}

func provideClock() port.Clock { return system.Clock{} }

func provideIDs() port.IDs { return system.NewIDs() }

// provideNames puts BROKER_PREFIX before every topic and group.
func provideNames(c Config) envelope.Names {
	names := envelope.DefaultNames(c.BrokerPrefix)
	names.Workers = c.BrokerPrefix + c.Kafka.GroupID
	names.DesignRequests = c.BrokerPrefix + c.Kafka.TopicDesignRequests
	names.DesignReady = c.BrokerPrefix + c.Kafka.TopicDesignReady
	names.RSVPEvents = c.BrokerPrefix + c.Kafka.TopicRSVPEvents
	return names
}

// embedded reports whether the process keeps anything in DATA_DIR.
func (c *Config) embedded() bool {
	return c.Broker == BrokerEmbedded || c.Roles.Has(RoleAPI) && c.DatabaseURL == ""
}

func provideDataDir(c Config) (*dataDir, func(), error) {
	if !c.embedded() {
		return nil, func() {}, nil
	}
	data, err := openDataDir(c.DataDir)
	if err != nil {
		return nil, nil, err
	}
	return data, func() { _ = data.close() }, nil
}

// provideBus is the one place that chooses the broker.
func provideBus(ctx context.Context, c Config, data *dataDir, meter *prometheus.Meter, log *slog.Logger) (port.Bus, func(), error) {
	var bus port.Bus
	var err error
	switch c.Broker {
	case BrokerMemory:
		bus = memory.NewBus()
	case BrokerEmbedded:
		bus, err = nats.Embed(ctx, nats.EmbedConfig{Dir: data.file("broker"), Log: log})
	case BrokerNats:
		bus, err = nats.Connect(ctx, nats.Config{URL: c.NatsURL, Log: log})
	case BrokerKafka:
		bus, err = kafka.New(ctx, kafkaConfig(c, meter, log))
	default:
		err = fmt.Errorf("BROKER: %q is unknown", c.Broker)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("broker %s: %w", c.Broker, err)
	}
	return bus, func() { _ = bus.Close(context.Background()) }, nil
}

func provideControl(bus port.Bus, names envelope.Names, ids port.IDs, clock port.Clock, log *slog.Logger) *control.Channel {
	return control.New(bus, names.Control, ids, clock, log)
}

func provideRunner(bus port.Bus, clock port.Clock, meter *prometheus.Meter, log *slog.Logger) *consume.Runner {
	return &consume.Runner{Consumer: bus, Publisher: bus, Clock: clock, Meter: meter, Log: log}
}

// Secrets of a deployment. Only the api knows them.
type Secrets struct {
	AdminToken string
	SecretKeys []string // the first signs, all verify
}

// provideSecrets takes the configured secrets; an embedded deployment makes its own at the first start.
func provideSecrets(c Config, data *dataDir) (Secrets, error) {
	s := Secrets{c.AdminToken, c.SecretKey}
	if !c.Roles.Has(RoleAPI) {
		return s, nil
	}
	var err error
	if s.AdminToken == "" {
		if s.AdminToken, err = data.secret("admin-token"); err != nil {
			return Secrets{}, fmt.Errorf("ADMIN_TOKEN: %w", err)
		}
	}
	if len(s.SecretKeys) == 0 {
		key, err := data.secret("secret-key")
		if err != nil {
			return Secrets{}, fmt.Errorf("SECRET_KEY: %w", err)
		}
		s.SecretKeys = []string{key}
	}
	return s, nil
}

func provideChecks() Checks { return Checks{} }

func provideServer(c Config, secrets Secrets, checks Checks, meter *prometheus.Meter, log *slog.Logger) *httpapi.Server {
	return httpapi.New(httpapi.Config{
		AdminToken: secrets.AdminToken, PublicURL: c.PublicURL, AllowedOrigins: c.AllowedOrigins, TrustedProxies: c.proxies(),
		RateLimit: float64(c.RateLimit), GenerateRateLimit: float64(c.GenerateLimit), Checks: checks, Metrics: meter.Handler(),
	}, meter, log)
}

// proxies are TRUSTED_PROXIES as networks; the text is validated.
func (c *Config) proxies() []netip.Prefix {
	var all []netip.Prefix
	for _, text := range c.TrustedProxies {
		if prefix, err := netip.ParsePrefix(text); err == nil {
			all = append(all, prefix)
		} else if address, err := netip.ParseAddr(text); err == nil {
			all = append(all, netip.PrefixFrom(address, address.BitLen()))
		}
	}
	return all
}
