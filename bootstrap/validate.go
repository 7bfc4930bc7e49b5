package bootstrap

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"convoke/adapters/redis"
)

// Rate is a number of requests a second for one address; 0 means no limit.
type Rate float64

// UnmarshalText reads a number or "off".
func (r *Rate) UnmarshalText(text []byte) error {
	if string(text) == "off" {
		*r = 0
		return nil
	}
	n, err := strconv.ParseFloat(string(text), 64)
	if err != nil || n <= 0 {
		return errors.New(`must be a number above 0, or "off"`)
	}
	*r = Rate(n)
	return nil
}

func (r Rate) String() string {
	if r == 0 {
		return "off"
	}
	return strconv.FormatFloat(float64(r), 'g', -1, 64)
}

// validate joins every problem; each names its variable.
func (c *Config) validate() error {
	return errors.Join(c.validateServer(), c.validateBroker(), c.validateStorage(), c.validateRedis(), c.validateMail(), c.validateWork(),
		c.validateGenerators())
}

func (c *Config) validateServer() error {
	problems := []error{
		check(c.Port >= 0 && c.Port <= 65535, "PORT: must be between 0 and 65535"),
		check(c.WSMaxPerIP >= 0, "WS_MAX_PER_IP: must not be negative"),
		check(c.ShutdownTimeout >= time.Second, "SHUTDOWN_TIMEOUT: must be at least 1s"),
		check(new(slog.LevelVar).UnmarshalText([]byte(c.LogLevel)) == nil, "LOG_LEVEL: must be debug, info, warn or error"),
		checkURL("PUBLIC_URL", c.PublicURL, "http", "https"),
		check(!strings.ContainsAny(c.PublicURL, "?#@"), "PUBLIC_URL: must have no user, query or fragment: links begin with it"),
	}
	for _, origin := range c.AllowedOrigins {
		if origin != "*" {
			problems = append(problems, checkURL("ALLOWED_ORIGINS", origin, "http", "https"))
		}
	}
	for _, proxy := range c.TrustedProxies {
		_, notAddress := netip.ParseAddr(proxy)
		_, notPrefix := netip.ParsePrefix(proxy)
		problems = append(problems, check(notAddress == nil || notPrefix == nil,
			fmt.Sprintf("TRUSTED_PROXIES: %q is neither an address nor a network", proxy)))
	}
	return errors.Join(problems...)
}

func (c *Config) validateBroker() error {
	problems := []error{checkURL("NATS_URL", c.NatsURL, "nats", "tls", "ws", "wss")}
	switch c.Broker {
	case BrokerKafka:
		problems = append(problems, c.validateKafka())
	case BrokerNats:
		problems = append(problems, check(c.NatsURL != "", "NATS_URL: is required with BROKER=nats"))
	case BrokerEmbedded, BrokerMemory:
		problems = append(problems, check(!c.Roles.Split(), fmt.Sprintf(
			"BROKER: the %s broker lives inside one process; role %q needs a broker that others reach too (set KAFKA_BROKERS or NATS_URL)", c.Broker, c.Roles)))
	default:
		problems = append(problems, fmt.Errorf("BROKER: %q is none of embedded, kafka, nats, memory", c.Broker))
	}
	return errors.Join(problems...)
}

func (c *Config) validateKafka() error {
	mechanisms := []string{"", "plain", "scram-sha-256", "scram-sha-512"}
	problems := []error{
		check(len(c.KafkaBrokers) > 0, "KAFKA_BROKERS: is required with BROKER=kafka"),
		check(slices.Contains(mechanisms, c.Kafka.SASLMechanism), "KAFKA_SASL_MECHANISM: must be plain, scram-sha-256 or scram-sha-512"),
		check((c.Kafka.SASLMechanism == "") == (c.Kafka.SASLUsername == ""), "KAFKA_SASL_USERNAME: goes together with KAFKA_SASL_MECHANISM"),
		check((c.Kafka.SASLMechanism == "") == (c.Kafka.SASLPassword == ""), "KAFKA_SASL_PASSWORD: goes together with KAFKA_SASL_MECHANISM"),
		check((c.Kafka.TLSCert == "") == (c.Kafka.TLSKey == ""), "KAFKA_TLS_KEY: goes together with KAFKA_TLS_CERT"),
	}
	for name, file := range map[string]string{"KAFKA_TLS_CA": c.Kafka.TLSCA, "KAFKA_TLS_CERT": c.Kafka.TLSCert, "KAFKA_TLS_KEY": c.Kafka.TLSKey} {
		if file == "" {
			continue
		}
		problems = append(problems, check(c.Kafka.TLS, name+": needs KAFKA_TLS=true"))
		if _, err := os.Stat(file); err != nil {
			problems = append(problems, fmt.Errorf("%s: the file can not be read: %w", name, err))
		}
	}
	return errors.Join(problems...)
}

func (c *Config) validateStorage() error {
	problems := []error{
		check(c.DatabaseURL == "" || isPostgres(c.DatabaseURL), "DATABASE_URL: must look like postgres://user:password@host/database"),
		check(c.AnalyticsURL == "" || isPostgres(c.AnalyticsURL), "ANALYTICS_DATABASE_URL: must look like postgres://user:password@host/database"),
	}
	for _, name := range c.Consumers {
		problems = append(problems, check(slices.Contains(allConsumers(), name), fmt.Sprintf("CONSUMERS: %q is none of %s", name, strings.Join(allConsumers(), ", "))))
	}
	if c.Roles.Has(RoleAPI) && c.DatabaseURL != "" {
		problems = append(problems,
			check(len(c.SecretKey) > 0, "SECRET_KEY: is required with a DATABASE_URL, the same for every process"),
			check(c.AdminToken != "", "ADMIN_TOKEN: is required with a DATABASE_URL, the same for every process"))
	}
	for _, key := range c.SecretKey {
		problems = append(problems, check(len(key) >= 16, "SECRET_KEY: each key must have at least 16 characters"))
	}
	problems = append(problems,
		check(c.AdminToken == "" || len(c.AdminToken) >= 16, "ADMIN_TOKEN: must have at least 16 characters"),
		check(c.DatabaseURL != "" || c.Roles.Has(RoleAPI) || !c.Roles.Has(RoleConsumers),
			"DATABASE_URL: the role consumers alone needs a database that others reach too"))
	return errors.Join(problems...)
}

func isPostgres(url string) bool {
	return strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://")
}

func (c *Config) validateRedis() error {
	if c.RedisURL == "" {
		return nil
	}
	if err := redis.CheckURL(c.RedisURL); err != nil {
		return fmt.Errorf("REDIS_URL: %w", err)
	}
	return nil
}

func (c *Config) validateWork() error {
	problems := []error{
		check(c.WorkerConcurrency >= 1, "WORKER_CONCURRENCY: must be at least 1"),
		check(c.JobTimeout > 0, "JOB_TIMEOUT: must be positive"),
		check(c.JobMaxAttempts >= 1, "JOB_MAX_ATTEMPTS: must be at least 1"),
		check(c.JobDeadline > 0, "JOB_DEADLINE: must be positive"),
		check(c.NoopDelay >= 0, "NOOP_DELAY: must not be negative"),
	}
	return errors.Join(problems...)
}

func check(ok bool, problem string) error {
	if ok {
		return nil
	}
	return errors.New(problem)
}

// checkURL never repeats the value: it may hold a password.
func checkURL(name, text string, schemes ...string) error {
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || !slices.Contains(schemes, u.Scheme) {
		return fmt.Errorf("%s: must look like %s://host…", name, schemes[0])
	}
	return nil
}

// Setting is one variable in force.
type Setting struct{ Name, Value string }

// Settings lists the configuration in force, secrets masked.
func (c *Config) Settings() []Setting { return settings(reflect.ValueOf(*c), "") }

func settings(v reflect.Value, prefix string) []Setting {
	var all []Setting
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if nested, ok := field.Tag.Lookup("envPrefix"); ok {
			all = append(all, settings(v.Field(i), nested)...)
			continue
		}
		name := field.Tag.Get("env")
		if name == "-" {
			continue
		}
		value := fmt.Sprint(v.Field(i).Interface())
		if list, ok := v.Field(i).Interface().([]string); ok {
			value = strings.Join(list, ",")
		}
		all = append(all, Setting{prefix + name, mask(value, field.Tag.Get("secret"))})
	}
	return all
}

func mask(value, secret string) string {
	switch {
	case value == "" || secret == "":
		return value
	case secret == "url":
		parts := strings.Split(value, ",")
		for i, part := range parts {
			parts[i] = maskURL(part)
		}
		return strings.Join(parts, ",")
	}
	return "•••"
}

// maskURL leaves of an address what is no secret: where it is. Users may be tokens, and parameters passwords.
func maskURL(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" && u.Path == "" {
		return "•••"
	}
	masked := u.Scheme + "://"
	if u.User != nil {
		masked += "•••@"
	}
	masked += u.Host + u.Path
	if u.RawQuery != "" {
		masked += "?•••"
	}
	return masked
}

// variableOf returns the variable of a field by its Go name.
func variableOf(field string) string { return findVariable(reflect.TypeFor[Config](), "", field) }

func findVariable(t reflect.Type, prefix, name string) string {
	for i := range t.NumField() {
		field := t.Field(i)
		if nested, ok := field.Tag.Lookup("envPrefix"); ok {
			if found := findVariable(field.Type, nested, name); found != name {
				return found
			}
		} else if field.Name == name {
			return prefix + field.Tag.Get("env")
		}
	}
	return name
}
