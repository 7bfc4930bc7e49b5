// Package bootstrap puts the parts together: it reads the configuration, chooses an adapter for each port, builds one
// graph for each role with google/wire, and runs and drains the process.
package bootstrap

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
	"github.com/joho/godotenv"
)

// Config is the whole configuration, as the environment gives it. docs/OPERATIONS.md explains each variable.
type Config struct {
	Roles Roles `env:"-"`

	Port            int           `env:"PORT" envDefault:"3001"`
	DataDir         string        `env:"DATA_DIR" envDefault:"./data"`
	PublicURL       string        `env:"PUBLIC_URL"`
	AllowedOrigins  []string      `env:"ALLOWED_ORIGINS"`
	TrustedProxies  []string      `env:"TRUSTED_PROXIES"`
	RateLimit       Rate          `env:"RATE_LIMIT" envDefault:"100"`
	GenerateLimit   Rate          `env:"GENERATE_RATE_LIMIT" envDefault:"10"`
	WSMaxPerIP      int           `env:"WS_MAX_PER_IP" envDefault:"1000"`
	ShutdownTimeout time.Duration `env:"SHUTDOWN_TIMEOUT" envDefault:"8s"`
	SecretKey       []string      `env:"SECRET_KEY" secret:"true"`
	AdminToken      string        `env:"ADMIN_TOKEN" secret:"true"`

	DatabaseURL  string   `env:"DATABASE_URL" secret:"url"`
	AnalyticsURL string   `env:"ANALYTICS_DATABASE_URL" secret:"url"`
	RedisURL     string   `env:"REDIS_URL" secret:"url"`
	Consumers    []string `env:"CONSUMERS" envDefault:"cache,analytics,mail"`
	SMTPURL      string   `env:"SMTP_URL" secret:"url"`

	Broker       string   `env:"BROKER"`
	BrokerPrefix string   `env:"BROKER_PREFIX"`
	NatsURL      string   `env:"NATS_URL" secret:"url"`
	KafkaBrokers []string `env:"KAFKA_BROKERS"`
	Kafka        Kafka    `envPrefix:"KAFKA_"`

	Generator         string        `env:"GENERATOR" envDefault:"studio"`
	GeneratorFallback []string      `env:"GENERATOR_FALLBACK" envDefault:"studio"`
	Gemini            Gemini        `envPrefix:"GEMINI_"`
	OpenAI            OpenAI        `envPrefix:"OPENAI_"`
	MCPServers        string        `env:"MCP_SERVERS"`
	NoopDelay         time.Duration `env:"NOOP_DELAY"`
	WorkerConcurrency int           `env:"WORKER_CONCURRENCY" envDefault:"8"`
	JobTimeout        time.Duration `env:"JOB_TIMEOUT" envDefault:"2m"`
	JobMaxAttempts    int           `env:"JOB_MAX_ATTEMPTS" envDefault:"3"`
	JobDeadline       time.Duration `env:"JOB_DEADLINE" envDefault:"15m"`

	LogLevel string `env:"LOG_LEVEL" envDefault:"info"`
}

// Kafka is what only the Kafka adapter needs.
type Kafka struct {
	ClientID            string `env:"CLIENT_ID" envDefault:"convoke"`
	GroupID             string `env:"GROUP_ID" envDefault:"mcp-registry-workers"`
	TopicDesignRequests string `env:"TOPIC_DESIGN_REQUESTS" envDefault:"design-requests"`
	TopicDesignReady    string `env:"TOPIC_DESIGN_READY" envDefault:"design-ready"`
	TopicRSVPEvents     string `env:"TOPIC_RSVP_EVENTS" envDefault:"rsvp-events"`
	SASLMechanism       string `env:"SASL_MECHANISM"`
	SASLUsername        string `env:"SASL_USERNAME"`
	SASLPassword        string `env:"SASL_PASSWORD" secret:"true"`
	TLS                 bool   `env:"TLS"`
	TLSCA               string `env:"TLS_CA"`
	TLSCert             string `env:"TLS_CERT"`
	TLSKey              string `env:"TLS_KEY"`
}

// Gemini is what only the generator gemini needs.
type Gemini struct {
	APIKey  string `env:"API_KEY" secret:"true"`
	Model   string `env:"MODEL" envDefault:"gemini-flash-latest"`
	BaseURL string `env:"BASE_URL" secret:"url"`
}

// OpenAI is what only the generator openai needs.
type OpenAI struct {
	APIKey  string `env:"API_KEY" secret:"true"`
	Model   string `env:"MODEL" envDefault:"gpt-5.4-mini"`
	BaseURL string `env:"BASE_URL" secret:"url"`
}

// Brokers that BROKER may name.
const (
	BrokerEmbedded = "embedded"
	BrokerKafka    = "kafka"
	BrokerNats     = "nats"
	BrokerMemory   = "memory"
)

// LoadConfig reads the environment, and a file .env below it for variables that the environment does not set. The error
// names every problem at once.
func LoadConfig(roles Roles) (Config, error) {
	environment, err := godotenv.Read()
	var noFile *fs.PathError
	switch {
	case err == nil, errors.Is(err, fs.ErrNotExist):
	case errors.As(err, &noFile):
		return Config{}, fmt.Errorf("the file .env can not be read: %w", err)
	default: // the parser's own words quote the rest of the file, secrets and all
		return Config{}, errors.New("the file .env can not be read: each line must be NAME=value, a comment that begins with #, or empty")
	}
	if environment == nil {
		environment = map[string]string{}
	}
	for _, pair := range os.Environ() {
		name, value, _ := strings.Cut(pair, "=")
		environment[name] = value
	}
	return ParseConfig(roles, environment)
}

// ParseConfig makes a configuration from variables.
func ParseConfig(roles Roles, environment map[string]string) (Config, error) {
	c := Config{}
	environment = withoutEmpty(environment)
	if key, ok := environment["GOOGLE_GEMINI_API_KEY"]; ok && environment["GEMINI_API_KEY"] == "" {
		environment["GEMINI_API_KEY"] = key
	}
	err := env.ParseWithOptions(&c, env.Options{Environment: environment})
	c.Roles = roles
	c.complete()
	if err := errors.Join(parseProblems(err), c.validate()); err != nil {
		return Config{}, &ConfigError{err}
	}
	return c, nil
}

// complete fills in what follows from other values.
func (c *Config) complete() {
	if c.Broker == "" {
		switch {
		case len(c.KafkaBrokers) > 0:
			c.Broker = BrokerKafka
		case c.NatsURL != "":
			c.Broker = BrokerNats
		default:
			c.Broker = BrokerEmbedded
		}
	}
	c.AnalyticsURL = cmp.Or(c.AnalyticsURL, c.DatabaseURL)
	c.GeneratorFallback = slices.DeleteFunc(c.GeneratorFallback, func(s string) bool { return s == "none" || s == "" })
}

// withoutEmpty drops variables that are set to nothing: in .env files and compose files that means "not set".
func withoutEmpty(environment map[string]string) map[string]string {
	set := make(map[string]string, len(environment))
	for name, value := range environment {
		if value = strings.TrimSpace(value); value != "" {
			set[name] = value
		}
	}
	return set
}

// ConfigError lists what is wrong with a configuration.
type ConfigError struct{ problems error }

func (e *ConfigError) Error() string {
	var b strings.Builder
	b.WriteString("the configuration can not be used:")
	for line := range strings.SplitSeq(e.problems.Error(), "\n") {
		b.WriteString("\n  - " + line)
	}
	return b.String()
}

func (e *ConfigError) Unwrap() error { return e.problems }

// parseProblems rewords what the parser found, one line each, with the variable's name.
func parseProblems(err error) error {
	if err == nil {
		return nil
	}
	var all env.AggregateError
	if !errors.As(err, &all) {
		return err
	}
	var problems []error
	for _, one := range all.Errors {
		var parse env.ParseError
		if errors.As(one, &parse) {
			problems = append(problems, fmt.Errorf("%s: %w", variableOf(parse.Name), parse.Err))
			continue
		}
		problems = append(problems, one)
	}
	return errors.Join(problems...)
}
