// Package httpapi serves the product's HTTP contract with Fiber.
//
// A 2xx answer to a write is given after its commit, never before; a write whose outcome is unknown is answered 503, and
// repeating it with the same Idempotency-Key is safe. Errors are RFC 9457 problems with a stable code. A client that goes
// away does not stop what it has started: every request is bounded by a timeout instead. Writes are limited by client
// address, bodies, headers and the time to send them by size and clock. TLS and HTTP/2 are left to a proxy in front.
package httpapi

import (
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"convoke/application/port"
)

const (
	bodyLimit      = 128 << 10 // bytes; the longest description, written in escapes, takes 48 KB
	headerLimit    = 8 << 10   // bytes of request line and headers
	requestTimeout = 10 * time.Second
	writeTimeout   = time.Minute // of one answer, or of one event in a stream
	idleTimeout    = 75 * time.Second
	maxConnections = 1 << 16
)

// Config of a Server. The zero value works: no limits, nobody is an operator, nothing to check, no metrics.
type Config struct {
	AdminToken        string         // the operators' bearer token; empty: there are none
	PublicURL         string         // where browsers find this deployment
	AllowedOrigins    []string       // origins besides PublicURL's whose pages may read answers; "*" stands for all
	TrustedProxies    []netip.Prefix // who may say in X-Forwarded-For for whom it asks
	RateLimit         float64        // writes per second and client; 0: no limit
	GenerateRateLimit float64        // orders of designs per second and client; 0: no limit
	Checks            map[string]port.Checker
	Metrics           http.Handler
	ReadTimeout       time.Duration // of one whole request; 0: 10 s
}

// Server answers HTTP. Its app is configured between New and Serve; afterwards it is safe for concurrent use.
type Server struct {
	config    Config
	meter     port.Meter
	log       *slog.Logger
	app       *fiber.App
	origins   origins
	admin     admin
	writes    *limiter
	generates *limiter
	resends   *limiter
	signIns   *limiter
	failures  *failureLog
	ready     *readiness
	waits     waits
	show      ShowProblem   // nil: there are no pages
	sheet     fiber.Handler // set by Mount

	mu       sync.Mutex
	listener net.Listener
	stopped  bool
}

// New makes a server that answers health, readiness and metrics; Mount adds the API.
func New(config Config, meter port.Meter, log *slog.Logger) *Server {
	if config.ReadTimeout == 0 {
		config.ReadTimeout = requestTimeout
	}
	s := &Server{
		config: config, meter: meter, log: log,
		origins:   newOrigins(config.AllowedOrigins, config.PublicURL),
		admin:     newAdmin(config.AdminToken),
		writes:    newLimiter(config.RateLimit),
		generates: newLimiter(config.GenerateRateLimit),
		resends:   newBurstLimiter(resendRate, resendBurst),
		signIns:   newBurstLimiter(signInRate, signInBurst),
		failures:  newFailureLog(log),
		ready:     newReadiness(config.Checks, log),
	}
	s.app = fiber.New(fiber.Config{
		ReadTimeout: config.ReadTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		BodyLimit: bodyLimit, ReadBufferSize: headerLimit, Concurrency: maxConnections,
		CaseSensitive:                true,
		DisablePreParseMultipartForm: true,
		DisableStartupMessage:        true,
		ErrorHandler:                 s.refuseUnread,
	})
	s.app.Server().Handler = knownMethods(s.app.Server().Handler)
	s.app.Use(s.around)
	s.mountHealth()
	return s
}

// App is what other adapters mount their own routes on, before Serve. Their errors become problems, their requests are
// measured, and their panics recovered.
func (s *Server) App() *fiber.App { return s.app }

// ShowProblem answers an error as a web page does, unless the request was for none: then it returns false. reference is
// the id under which the error has been logged, or empty.
type ShowProblem func(c *fiber.Ctx, status int, code, reference string) bool

// ShowProblems lets pages say in their own way what went wrong. It must be called before Serve.
func (s *Server) ShowProblems(show ShowProblem) { s.show = show }

// base is the deployment's address without a trailing slash; empty when it is not known.
func base(url string) string { return strings.TrimSuffix(url, "/") }
