// Package arch holds the rules about what may import what. A test enforces them.
package arch

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

const module = "convoke"

// clients are the libraries of each adapter: no other code outside bootstrap and tests may import them.
var clients = map[string][]string{
	"calendar":   {"github.com/arran4/golang-ical"},
	"database":   {"gorm.io/", "github.com/glebarez/", "modernc.org/", "github.com/jackc/", "github.com/pressly/", "github.com/klauspost/"},
	"gemini":     {"google.golang.org/genai"},
	"httpapi":    {"github.com/gofiber/fiber/", "github.com/valyala/fasthttp", "golang.org/x/time/", "github.com/hashicorp/golang-lru/", "github.com/google/uuid"},
	"kafka":      {"github.com/segmentio/kafka-go", "golang.org/x/sync/"},
	"mcp":        {"github.com/modelcontextprotocol/go-sdk/"},
	"memory":     {"github.com/hashicorp/golang-lru/"},
	"nats":       {"github.com/nats-io/"},
	"openai":     {"github.com/openai/openai-go/"},
	"prometheus": {"github.com/prometheus/"},
	"raster":     {"golang.org/x/image/"},
	"redis":      {"github.com/redis/go-redis/", "github.com/sony/gobreaker/"},
	"smtp":       {"github.com/wneessen/go-mail", "golang.org/x/net/idna"},
	"sse":        {"github.com/gofiber/fiber/", "github.com/valyala/fasthttp", "github.com/google/uuid"},
	"studio":     {"github.com/go-text/typesetting", "github.com/lucasb-eyer/", "golang.org/x/image"},
	"system":     {"github.com/google/uuid"},
	"web": {
		"github.com/a-h/templ", "github.com/evanw/esbuild", "github.com/gofiber/fiber/", "github.com/hashicorp/golang-lru/",
		"github.com/lucasb-eyer/", "go.yaml.in/yaml/",
	},
	"websocket": {"github.com/gofiber/", "github.com/fasthttp/websocket", "github.com/valyala/fasthttp", "golang.org/x/time/", "github.com/google/uuid"},
}

func TestEveryImportKeepsTheLaw(t *testing.T) {
	t.Parallel()
	loaded, err := packages.Load(&packages.Config{Mode: packages.NeedName | packages.NeedImports, Dir: "../.."}, "./...")
	if err != nil {
		t.Fatal(err)
	}
	if len(loaded) < 20 {
		t.Fatalf("only %d packages found", len(loaded))
	}
	for _, p := range loaded {
		for _, e := range p.Errors {
			t.Errorf("%s: %v", p.PkgPath, e)
		}
		for path := range p.Imports {
			if broken := law(p.PkgPath, path); broken != "" {
				t.Errorf("%s imports %s: %s", p.PkgPath, path, broken)
			}
		}
	}
}

// law returns the rule that an import breaks, or nothing.
func law(from, to string) string {
	layer, ours := layerOf(from), strings.HasPrefix(to, module+"/")
	target := layerOf(to)
	switch {
	case layer == "test":
		return ""
	case ours && target == "test":
		return "nothing outside tests imports test"
	case layer == "domain" && !(standard(to) || target == "domain"):
		return "domain imports the standard library and domain"
	case layer == "application" && !(standard(to) || target == "domain" || target == "application"):
		return "application imports the standard library, domain and application"
	case layer == "adapters" && ours && target == "adapters" && adapterOf(from) != adapterOf(to):
		return "no adapter imports another"
	case layer == "adapters" && ours && target == "bootstrap":
		return "adapters do not know bootstrap"
	case layer == "adapters" && !ours && !standard(to) && !own(from, to):
		return "an adapter imports its own client library only"
	}
	return ""
}

func own(from, to string) bool {
	return slices.ContainsFunc(clients[adapterOf(from)], func(prefix string) bool { return strings.HasPrefix(to, prefix) })
}

// layerOf is the top-level folder of one of our packages.
func layerOf(path string) string {
	rest, ok := strings.CutPrefix(path, module+"/")
	if !ok {
		return ""
	}
	layer, _, _ := strings.Cut(rest, "/")
	return layer
}

func adapterOf(path string) string {
	parts := strings.Split(path, "/")
	if len(parts) < 3 {
		return ""
	}
	return parts[2]
}

// standard reports whether a path is the standard library's: its first element has no dot, and it is not ours.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".") && first != module
}

func TestTheLawItselfTellsRightFromWrong(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, to string
		broken   bool
	}{
		{"convoke/domain/job", "time", false},
		{"convoke/domain/job", "convoke/domain/event", false},
		{"convoke/domain/job", "convoke/application/port", true},
		{"convoke/domain/job", "github.com/google/uuid", true},
		{"convoke/application/jobs", "convoke/domain/job", false},
		{"convoke/application/jobs", "convoke/adapters/memory", true},
		{"convoke/application/jobs", "gorm.io/gorm", true},
		{"convoke/adapters/nats", "github.com/nats-io/nats.go", false},
		{"convoke/adapters/nats", "github.com/segmentio/kafka-go", true},
		{"convoke/adapters/nats", "convoke/adapters/memory", true},
		{"convoke/adapters/studio/fonts", "convoke/adapters/studio/paper", false},
		{"convoke/adapters/nats", "convoke/test/fake", true},
		{"convoke/bootstrap", "convoke/adapters/nats", false},
		{"convoke/test/scenario", "convoke/adapters/nats", false},
	} {
		if got := law(c.from, c.to); (got != "") != c.broken {
			t.Errorf("%s imports %s: %q", c.from, c.to, got)
		}
	}
}
