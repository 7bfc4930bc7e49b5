package contractcheck

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/httpapi"
	"convoke/adapters/sse"
	"convoke/adapters/web"
	"convoke/adapters/websocket"
	"convoke/application/contract"
	"convoke/test/fake"
)

// wholeApp mounts everything that the api role answers, as bootstrap does.
func wholeApp(t *testing.T) *fiber.App {
	t.Helper()
	server := httpapi.New(httpapi.Config{Metrics: http.NotFoundHandler()}, nil, fake.Log())
	server.Mount(httpapi.API{})
	websocket.New(nil, contract.URLs{}, websocket.Config{}, nil, fake.Log()).Mount(server.App())
	sse.New(nil, contract.URLs{}, sse.Config{}, nil, fake.Log()).Mount(server.App())
	pages, err := web.New(web.Config{}, web.Parts{})
	if err != nil {
		t.Fatal(err)
	}
	pages.Mount(server.App())
	return server.App()
}

func TestTheDocumentHasEveryRouteOfTheServerAndNoOther(t *testing.T) {
	t.Parallel()
	parameter := regexp.MustCompile(`:(\w+)`)
	var routes []string
	pages := 0
	for _, r := range wholeApp(t).GetRoutes(true) {
		switch {
		case r.Method == http.MethodHead:
		case isPage(r.Path):
			pages++
		default:
			routes = append(routes, r.Method+" "+parameter.ReplaceAllString(strings.TrimSuffix(r.Path, "/"), "{$1}"))
		}
	}
	slices.Sort(routes)
	if documented := load(t).Routes(); !slices.Equal(routes, documented) {
		t.Errorf("the server has\n%s\nand the document\n%s", strings.Join(routes, "\n"), strings.Join(documented, "\n"))
	}
	if pages < 5 {
		t.Errorf("only %d pages were left out", pages)
	}
}
