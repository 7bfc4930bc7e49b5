package mcp

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"convoke/application/port"
	"convoke/domain/design"
	"convoke/domain/event"
	"convoke/test/fake"
)

// rig is a generator before a real server, and what a call saw at its end there.
type rig struct {
	*Generator
	clock *fake.Clock
	log   *journal
	mark  func() string
}

type journal struct {
	mu   sync.Mutex
	text strings.Builder
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

func open(t *testing.T, e Entry) *rig {
	t.Helper()
	r := &rig{clock: fake.NewClock(), log: &journal{}}
	r.Generator = New(e, r.clock, slog.New(slog.NewTextHandler(r.log, nil)))
	t.Cleanup(r.Close)
	return r
}

// child is an entry that runs this test binary as a server.
func child(t *testing.T, tool string) (Entry, func() string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "mark")
	mark := func() string { content, _ := os.ReadFile(file); return string(content) }
	return Entry{Name: "test", Command: os.Args[0], Env: map[string]string{asServer: "1", "MARK": file}, Tool: tool}, mark
}

func overStdio(t *testing.T, tool string) *rig {
	t.Helper()
	e, mark := child(t, tool)
	r := open(t, e)
	r.mark = mark
	return r
}

func overHTTP(t *testing.T, tool string) *rig {
	t.Helper()
	var mu sync.Mutex
	seen := ""
	var server *httptest.Server
	t.Cleanup(func() { server.Close() }) // after the handler's calls have ended
	server = httptest.NewServer(handler(t, func(what string) { mu.Lock(); defer mu.Unlock(); seen = what }))
	r := open(t, Entry{Name: "test", URL: server.URL, Tool: tool})
	r.mark = func() string { mu.Lock(); defer mu.Unlock(); return seen }
	return r
}

// handler is the test server on HTTP; its sessions and calls end with the test.
func handler(t *testing.T, mark func(string)) http.Handler {
	over := make(chan struct{})
	s := testServer(mark, over)
	t.Cleanup(func() {
		for session := range s.Sessions() {
			_ = session.Close()
		}
	})
	t.Cleanup(func() { close(over) })
	return mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return s }, nil)
}

var carriers = map[string]func(*testing.T, string) *rig{"stdio": overStdio, "HTTP": overHTTP}

func request() port.Request {
	return port.Request{Brief: design.Brief{
		Description: "A party for Ada", Style: design.Retro, Palette: []string{"#112233"}, Size: design.Size{Width: 200, Height: 100},
	}}
}

func (r *rig) draw(t *testing.T) (port.Drawing, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	return r.Generate(ctx, request(), func(int, string) {})
}

func code(err error) string {
	var failure *port.GenerateError
	if errors.As(err, &failure) {
		return failure.Code
	}
	return ""
}

func TestEveryKindOfAnswerIsADrawing(t *testing.T) {
	t.Parallel()
	for carrier, over := range carriers {
		for tool, kind := range map[string]design.MediaType{
			"": design.SVGType, "json": design.SVGType, "embedded_text": design.SVGType, "linked": design.SVGType, "structured": design.SVGType,
			"png": design.PNGType, "data_url": design.PNGType, "embedded_blob": design.PNGType,
		} {
			t.Run(carrier+"/"+tool, func(t *testing.T) {
				t.Parallel()
				made, err := over(t, tool).draw(t)
				if err != nil || made.Asset.MediaType != kind {
					t.Fatalf("%v %s", err, made.Asset.MediaType)
				}
				if kind == design.PNGType && string(made.Asset.Data) != string(samplePNG()) {
					t.Error("the picture was changed")
				}
				if kind == design.SVGType && !strings.Contains(string(made.Asset.Data), `width="200" height="100" viewBox="0 0 100 50"`) {
					t.Errorf("%s", made.Asset.Data)
				}
				if want := map[bool]string{true: "generate_image", false: tool}[tool == ""]; made.Metadata["tool"] != want {
					t.Errorf("metadata %v", made.Metadata)
				}
			})
		}
	}
}

func TestEveryFailureHasItsCode(t *testing.T) {
	t.Parallel()
	for carrier, over := range carriers {
		for tool, want := range map[string]string{
			"prose": "no-drawing", "nothing": "no-drawing", "linked_astray": "no-drawing", "too_large": "asset-too-large",
			"far_too_large": map[string]string{"stdio": "provider-unavailable", "HTTP": "asset-too-large"}[carrier], "fails": "tool-failed", "no_such_tool": "provider-rejected",
		} {
			t.Run(carrier+"/"+tool, func(t *testing.T) {
				t.Parallel()
				r := over(t, tool)
				_, err := r.draw(t)
				var failure *port.GenerateError
				if !errors.As(err, &failure) || failure.Code != want || strings.Contains(failure.Message, "sk-") || !strings.Contains(failure.Message, "mcp:test") && want != "asset-too-large" {
					t.Fatalf("%#v", err)
				}
				if retryable := want != "asset-too-large" && want != "provider-rejected"; failure.Retryable != retryable {
					t.Errorf("retryable %v", failure.Retryable)
				}
				if health, _ := r.Health(t.Context()); (health == event.HealthIll) != strings.HasPrefix(want, "provider-") {
					t.Errorf("health %s", health)
				}
			})
		}
	}
}

func TestProgressIsHandedOn(t *testing.T) {
	t.Parallel()
	for carrier, over := range carriers {
		t.Run(carrier, func(t *testing.T) {
			t.Parallel()
			r := over(t, "")
			var said []string
			for range 2 {
				said = nil
				if _, err := r.Generate(t.Context(), request(), func(percent int, message string) {
					said = append(said, strconv.Itoa(percent)+" "+message)
				}); err != nil {
					t.Fatal(err)
				}
			}
			all := strings.Join(said, "\n")
			for _, want := range []string{"5 Waiting for mcp:test", "31 sketching", "52 mcp:test is drawing", "73 inking the lines xxx"} {
				if !strings.Contains(all, want) {
					t.Errorf("%q is not in\n%s", want, all)
				}
			}
			if len(said[len(said)-1]) > 170 {
				t.Errorf("a message of %d bytes", len(said[len(said)-1]))
			}
		})
	}
}

func TestTheArgumentsReachTheTool(t *testing.T) {
	t.Parallel()
	made, err := overStdio(t, "arguments").draw(t)
	if err != nil || !strings.Contains(string(made.Asset.Data), "A party for Ada|retro|200x100|[#112233]") {
		t.Fatalf("%v %s", err, made.Asset.Data)
	}
}

func TestACancelReachesTheServer(t *testing.T) {
	t.Parallel()
	for carrier, over := range carriers {
		t.Run(carrier, func(t *testing.T) {
			t.Parallel()
			r := over(t, "hang")
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				defer cancel()
				eventually(t, func() bool { return r.mark() == "begun" })
			}()
			if _, err := r.Generate(ctx, request(), func(int, string) {}); !errors.Is(err, context.Canceled) {
				t.Fatalf("%v", err)
			}
			eventually(t, func() bool { return r.mark() == "cancelled" })

			late, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			if _, err := r.Generate(late, request(), func(int, string) {}); code(err) != "timeout" {
				t.Fatalf("%v", err)
			}
		})
	}
}

func eventually(t *testing.T, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Error("not within 20 s")
			return
		}
	}
}

func TestHTTPServersAreAskedWithTheirHeadersAndJudgedByTheirStatus(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]string{401: "provider-unauthorized", 403: "provider-unauthorized", 429: "rate-limited", 500: "provider-unavailable", 404: "provider-unavailable", 302: "provider-rejected"} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			t.Parallel()
			authorized := make(chan string, 100)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				authorized <- r.Header.Get("Authorization")
				w.Header().Set("Location", "http://127.0.0.1:1/")
				w.WriteHeader(status)
			}))
			defer server.Close()
			r := open(t, Entry{Name: "test", URL: server.URL + "/?token=sk-12345", Headers: map[string]string{"Authorization": "Bearer sk-12345"}})
			if _, err := r.draw(t); code(err) != want {
				t.Fatalf("%v", err)
			}
			if got := <-authorized; got != "Bearer sk-12345" {
				t.Errorf("authorization %q", got)
			}
			r.Close()
			if strings.Contains(r.log.String(), "sk-") {
				t.Errorf("%s", r.log.String())
			}
		})
	}
}

func TestASessionThatTheServerHasForgottenIsBegunAnew(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	current := handler(t, func(string) {})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		h := current
		mu.Unlock()
		h.ServeHTTP(w, r)
	}))
	defer server.Close()
	r := open(t, Entry{Name: "test", URL: server.URL})
	if _, err := r.draw(t); err != nil {
		t.Fatal(err)
	}
	r.clock.Advance(time.Minute)
	mu.Lock()
	current = handler(t, func(string) {}) // as after a restart
	mu.Unlock()
	if _, err := r.draw(t); err != nil {
		t.Fatal(err)
	}
}
