// Package provider is the suite of generators behind a language model that is asked over HTTP and answers with a stream
// of events. The harness speaks the provider's protocol on loopback.
package provider

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"convoke/application/port"
	"convoke/domain/design"
	"convoke/domain/event"
)

// Secret is the key that a harness gives its generator. Answers of the suite quote it, messages must not.
const Secret = "sk-a-secret-of-this-deployment"

// Harness is one provider's protocol.
type Harness struct {
	New      func(t *testing.T, url string) port.Generator // with the key Secret
	Piece    func(text string) string                      // one event with a piece of the answer
	End      string                                        // the events that end an answer as it should
	CutShort string                                        // the events that end it by the model's own limit
	Refusals map[string]string                             // the events that refuse a brief, by name
	Broken   string                                        // an event that says in the middle that the provider is overloaded
}

const drawing = `<svg width="100" height="50"><rect width="100" height="50" fill="#112233"/><text>Ada</text></svg>`

// Request is what the suite asks for.
func Request() port.Request {
	return port.Request{Brief: design.Brief{Description: "A party for Ada", Size: design.Size{Width: 200, Height: 100}}, Seed: 1}
}

// Run runs the suite.
func Run(t *testing.T, h Harness) {
	t.Helper()
	t.Run("a drawing arrives piece by piece", h.arrivesPieceByPiece)
	t.Run("every failure has its code", h.failuresHaveTheirCodes)
	t.Run("a hung provider is cut off", h.hungIsCutOff)
	t.Run("an endless answer is cut off", h.endlessIsCutOff)
	t.Run("a provider that is over its quota is left alone", h.overQuotaIsLeftAlone)
	t.Run("a provider that is not there", h.notThere)
}

// serve answers with handler.
func serve(t *testing.T, handler http.HandlerFunc) (url string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "text/event-stream")
		handler(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func send(w http.ResponseWriter, text string) error {
	if _, err := io.WriteString(w, text); err != nil {
		return err
	}
	return http.NewResponseController(w).Flush()
}

func (h Harness) arrivesPieceByPiece(t *testing.T) {
	t.Parallel()
	heard := make(chan int, 1000)
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		_ = send(w, h.Piece("Here you are:\n```svg\n"))
		<-heard // "waiting"
		<-heard // the first piece: it was not held back until the end
		filler := "<!--" + strings.Repeat("x", 4096) + "-->"
		_ = send(w, h.Piece(drawing[:20]))
		_ = send(w, h.Piece(strings.Replace(drawing[20:], "<text>", filler+"<text>", 1)))
		for p := range heard {
			if p > 30 {
				break
			}
		}
		_ = send(w, h.Piece("\n```")+h.End)
	})
	g := h.New(t, url)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	made, err := g.Generate(ctx, Request(), func(percent int, message string) {
		if !strings.Contains(message, g.ID()) {
			t.Errorf("message %q", message)
		}
		heard <- percent
	})
	if err != nil {
		t.Fatal(err)
	}
	asset := string(made.Asset.Data)
	if made.Asset.MediaType != design.SVGType || !strings.Contains(asset, `width="200" height="100" viewBox="0 0 100 50"`) || !strings.Contains(asset, "A party for Ada") {
		t.Errorf("%s", asset)
	}
	if made.Metadata["model"] == "" || made.Metadata["model"] == nil {
		t.Errorf("metadata %v", made.Metadata)
	}
	if health, _ := health(g); health != event.HealthOK {
		t.Errorf("health %s", health)
	}
}

func (h Harness) failuresHaveTheirCodes(t *testing.T) {
	t.Parallel()
	quote := `{"error":{"message":"the key ` + Secret + ` is not good","code":"some_code"}}`
	for name, c := range map[string]struct {
		status    int
		body      string
		abort     bool
		code      string
		retryable bool
	}{
		"prose":                    {body: h.Piece("I would rather not. "+Secret) + h.End, code: "no-drawing", retryable: true},
		"nothing":                  {body: "", code: "cut-short", retryable: true},
		"an empty drawing":         {body: h.Piece("<svg></svg>") + h.End, code: "no-drawing", retryable: true},
		"a page":                   {body: "<html>" + Secret + "</html>\n\n", code: "", retryable: true}, // either code will do
		"a broken event":           {body: "data: {\"half\": \"" + Secret + "\n\n", code: "no-drawing", retryable: true},
		"the model's limit":        {body: h.Piece(drawing[:60]) + h.CutShort, code: "cut-short", retryable: true},
		"an end without a word":    {body: h.Piece(drawing[:60]), code: "cut-short", retryable: true},
		"a disconnect":             {body: h.Piece(drawing[:60]), abort: true, code: "provider-unavailable", retryable: true},
		"overloaded in the middle": {body: h.Piece(drawing[:60]) + h.Broken, code: "provider-unavailable", retryable: true},
		"a wrong key":              {status: 401, body: quote, code: "provider-unauthorized"},
		"no such model":            {status: 404, body: quote, code: "provider-rejected"},
		"a bad request":            {status: 400, body: quote, code: "provider-rejected"},
		"too often":                {status: 429, body: quote, code: "rate-limited", retryable: true},
		"down":                     {status: 503, body: quote, code: "provider-unavailable", retryable: true},
		"a bad gateway":            {status: 502, body: "<html>" + Secret, code: "provider-unavailable", retryable: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.fails(t, c.status, c.body, c.abort, c.code, c.retryable)
		})
	}
	for name, body := range h.Refusals {
		t.Run("refused: "+name, func(t *testing.T) {
			t.Parallel()
			h.fails(t, http.StatusOK, body, false, "refused", false)
		})
	}
}

func (h Harness) fails(t *testing.T, status int, body string, abort bool, code string, retryable bool) {
	t.Helper()
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if status != 0 {
			w.WriteHeader(status)
		}
		_ = send(w, body)
		if abort {
			panic(http.ErrAbortHandler)
		}
	})
	_, err := h.New(t, url).Generate(t.Context(), Request(), func(int, string) {})
	var failure *port.GenerateError
	if !errors.As(err, &failure) || code != "" && failure.Code != code || failure.Retryable != retryable {
		t.Fatalf("%#v", err)
	}
	if failure.Message == "" || strings.Contains(fmt.Sprint(failure), Secret) || strings.Contains(failure.Message, "127.0.0.1") {
		t.Fatalf("message %q", failure.Message)
	}
}

func (h Harness) hungIsCutOff(t *testing.T) {
	t.Parallel()
	for _, sent := range []string{"", h.Piece("<svg>")} {
		gone, begun := make(chan struct{}, 2), make(chan struct{}, 2)
		url := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if sent != "" {
				_ = send(w, sent)
			}
			begun <- struct{}{}
			<-r.Context().Done()
			gone <- struct{}{}
		})
		g := h.New(t, url)

		cancelled, cancel := context.WithCancel(t.Context())
		go func() { <-begun; cancel() }()
		if _, err := g.Generate(cancelled, Request(), func(int, string) {}); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
		<-gone
		if health, _ := health(g); health != event.HealthOK {
			t.Errorf("a cancel made it %s", health)
		}

		late, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		_, err := g.Generate(late, Request(), func(int, string) {})
		var failure *port.GenerateError
		if !errors.As(err, &failure) || failure.Code != "timeout" || !failure.Retryable {
			t.Errorf("late: %v", err)
		}
		select {
		case <-begun:
			<-gone
		default: // on a busy machine the time was over before the request was there
		}
		if health, detail := health(g); health != event.HealthIll || detail == "" {
			t.Errorf("after a timeout it is %s", health)
		}
	}
}

func (h Harness) endlessIsCutOff(t *testing.T) {
	t.Parallel()
	piece := h.Piece(strings.Repeat("x", 64<<10))
	sent, gone := 0, make(chan struct{})
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		defer close(gone)
		for send(w, piece) == nil {
			sent += len(piece)
		}
	})
	_, err := h.New(t, url).Generate(t.Context(), Request(), func(int, string) {})
	var failure *port.GenerateError
	if !errors.As(err, &failure) || failure.Code != "asset-too-large" || failure.Retryable {
		t.Fatalf("%v", err)
	}
	<-gone
	if sent > 4*design.MaxAssetBytes {
		t.Errorf("%d bytes were read", sent)
	}
}

func (h Harness) overQuotaIsLeftAlone(t *testing.T) {
	t.Parallel()
	calls := 0
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		calls++
		w.Header().Set("Retry-After", "60")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	g := h.New(t, url)
	for range 3 {
		_, err := g.Generate(t.Context(), Request(), func(int, string) {})
		var failure *port.GenerateError
		if !errors.As(err, &failure) || failure.Code != "rate-limited" {
			t.Fatalf("%v", err)
		}
	}
	if health, _ := health(g); calls != 1 || health != event.HealthIll {
		t.Errorf("%d calls, %s", calls, health)
	}
}

func (h Harness) notThere(t *testing.T) {
	t.Parallel()
	_, err := h.New(t, "http://127.0.0.1:1").Generate(t.Context(), Request(), func(int, string) {})
	var failure *port.GenerateError
	if !errors.As(err, &failure) || failure.Code != "provider-unavailable" || !failure.Retryable || strings.Contains(failure.Message, "127.0.0.1") {
		t.Fatalf("%v", err)
	}
}

func health(g port.Generator) (event.Health, string) {
	return g.(port.HealthChecker).Health(context.Background())
}
