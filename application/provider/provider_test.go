package provider_test

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
	"convoke/application/provider"
	"convoke/domain/design"
	"convoke/domain/event"
	"convoke/test/fake"
)

// call asks a server that answers as handler says.
func call(t *testing.T, handler http.HandlerFunc) ([]byte, error) {
	t.Helper()
	server := httptest.NewServer(handler)
	defer server.Close()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	base := &http.Transport{}
	defer base.CloseIdleConnections()
	response, err := (&http.Client{Transport: &provider.Transport{Base: base}}).Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	return io.ReadAll(response.Body)
}

func TestEveryAnswerHasItsCode(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status    int
		body      string
		code      string
		retryable bool
		reason    string
	}{
		"quota of OpenAI":         {429, `{"error":{"message":"sk-secret","type":"insufficient_quota","code":"insufficient_quota"}}`, provider.RateLimited, true, "insufficient_quota"},
		"quota of Google":         {429, `{"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}}`, provider.RateLimited, true, "RESOURCE_EXHAUSTED"},
		"unpaid":                  {402, ``, provider.RateLimited, true, ""},
		"no key":                  {401, `{"error":{"message":"sk-secret","code":"invalid_api_key"}}`, provider.Unauthorized, false, "invalid_api_key"},
		"bad key of Google":       {400, `{"error":{"code":400,"status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}`, provider.Unauthorized, false, "API_KEY_INVALID"},
		"forbidden":               {403, `<html>sk-secret</html>`, provider.Unauthorized, false, ""},
		"no such model":           {404, `{"error":{"code":"model_not_found"}}`, provider.Rejected, false, "model_not_found"},
		"a sentence is no reason": {400, `{"error":{"code":"your key sk-secret is wrong"}}`, provider.Rejected, false, ""},
		"down":                    {500, ``, provider.Unavailable, true, ""},
		"overloaded":              {503, ``, provider.Unavailable, true, ""},
		"a redirect":              {302, ``, provider.Rejected, false, ""},
		"an endless refusal":      {500, strings.Repeat("x", 1<<20), provider.Unavailable, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := call(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			})
			var status *provider.StatusError
			if !errors.As(err, &status) || status.Reason != c.reason || status.Status != c.status {
				t.Fatalf("error %v", err)
			}
			f := provider.Classify("gemini", err)
			if f.Code != c.code || f.Retryable != c.retryable || strings.Contains(f.Message, "secret") || !strings.HasPrefix(f.Message, "gemini") {
				t.Fatalf("%+v", f)
			}
		})
	}
}

func TestABrokenConnectionIsNotTheAnswer(t *testing.T) {
	t.Parallel()
	_, err := call(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "half of ")
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	if f := provider.Classify("x", err); f.Code != provider.Unavailable || !f.Retryable {
		t.Fatalf("%v: %+v", err, f)
	}
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:1", nil)
	_, err = (&provider.Transport{}).RoundTrip(request)
	if f := provider.Classify("x", err); f.Code != provider.Unavailable {
		t.Fatalf("%v: %+v", err, f)
	}
}

func TestAnEndlessAnswerIsCutOff(t *testing.T) {
	t.Parallel()
	content, err := call(t, func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 1<<20)); err != nil {
				return
			}
		}
	})
	if f := provider.Classify("x", err); len(content) != 32<<20 || f.Code != "asset-too-large" || f.Retryable {
		t.Fatalf("%d bytes, %v", len(content), err)
	}
}

func TestAProviderThatWantsToBeLeftAloneIs(t *testing.T) {
	t.Parallel()
	for header, wait := range map[string]time.Duration{
		"Retry-After: 30": 30 * time.Second, "Retry-After: 86400": 10 * time.Minute, "Retry-After: soon": 0,
		"Retry-After: " + time.Now().Add(time.Hour).UTC().Format(http.TimeFormat):    10 * time.Minute,
		`{"error":{"status":"RESOURCE_EXHAUSTED","details":[{"retryDelay":"45s"}]}}`: 45 * time.Second,
	} {
		_, refusal := call(t, func(w http.ResponseWriter, _ *http.Request) {
			if value, ok := strings.CutPrefix(header, "Retry-After: "); ok {
				w.Header().Set("Retry-After", value)
			}
			w.WriteHeader(http.StatusTooManyRequests)
			_, _ = io.WriteString(w, header)
		})
		clock := fake.NewClock()
		watch, calls := provider.NewWatch("gemini", clock, fake.Log()), 0
		again := func() string {
			_, err := watch.Run(t.Context(), func() (port.Drawing, error) {
				if calls++; calls == 1 {
					return port.Drawing{}, refusal
				}
				return port.Drawing{}, nil
			})
			if err == nil {
				return ""
			}
			return provider.Classify("gemini", err).Code
		}
		if code := again(); code != provider.RateLimited {
			t.Fatalf("%s: %q", header, code)
		}
		if wait > 0 {
			clock.Advance(wait - time.Second)
			if code := again(); code != provider.RateLimited || calls != 1 {
				t.Errorf("%s: asked too early: %q, %d calls", header, code, calls)
			}
			clock.Advance(time.Second)
		}
		if code := again(); code != "" || calls != 2 {
			t.Errorf("%s: after the wait %q, %d calls", header, code, calls)
		}
	}
}

func TestHealthFollowsTheLastCall(t *testing.T) {
	t.Parallel()
	failing := map[string]struct {
		err  error
		ill  bool // now
		long bool // after a minute
	}{
		"a success":     {nil, false, false},
		"unavailable":   {fmt.Errorf("x: %w", provider.ErrUnreachable), true, false},
		"a wrong key":   {&provider.StatusError{Status: 401}, true, true},
		"a timeout":     {context.DeadlineExceeded, true, false},
		"a refusal":     {provider.Failure("gemini", provider.Refused), false, false},
		"garbage":       {errors.New("what?"), false, false},
		"a huge answer": {design.ErrAssetTooLarge, false, false},
	}
	for name, c := range failing {
		clock := fake.NewClock()
		watch := provider.NewWatch("gemini", clock, fake.Log())
		run := func(err error) {
			_, _ = watch.Run(t.Context(), func() (port.Drawing, error) { return port.Drawing{}, err })
		}
		run(c.err)
		health, detail := watch.Health(t.Context())
		if (health == event.HealthIll) != c.ill || (detail != "") != c.ill {
			t.Errorf("%s: %s %q", name, health, detail)
		}
		clock.Advance(time.Minute)
		if health, _ := watch.Health(t.Context()); (health == event.HealthIll) != c.long {
			t.Errorf("%s, a minute later: %s", name, health)
		}
		run(nil)
		if health, _ := watch.Health(t.Context()); health != event.HealthOK {
			t.Errorf("%s, after a success: %s", name, health)
		}
	}
}

func TestACallThatNobodyWantsAnyMoreSaysNothingAboutHealth(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	watch := provider.NewWatch("gemini", fake.NewClock(), fake.Log())
	_, err := watch.Run(ctx, func() (port.Drawing, error) { cancel(); return port.Drawing{}, io.ErrUnexpectedEOF })
	if health, _ := watch.Health(t.Context()); !errors.Is(err, context.Canceled) || health != event.HealthOK {
		t.Fatalf("%v, %s", err, health)
	}
	late, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	_, err = watch.Run(late, func() (port.Drawing, error) { return port.Drawing{}, io.ErrUnexpectedEOF })
	if provider.Classify("gemini", err).Code != provider.Timeout {
		t.Fatalf("%v", err)
	}
}

func TestAnAnswerReportsWhatCameAndEndsAtItsLimit(t *testing.T) {
	t.Parallel()
	var percents []int
	last := ""
	a := provider.NewAnswer("gemini", func(percent int, message string) { percents, last = append(percents, percent), message })
	var err error
	for i := 0; err == nil && i < 10_000; i++ {
		err = a.Add(strings.Repeat("x", 1000))
	}
	if !errors.Is(err, design.ErrAssetTooLarge) || !strings.HasPrefix(last, "gemini is drawing: 5") {
		t.Fatalf("%v after %q", err, last)
	}
	for i, p := range percents {
		if p > 95 || i > 0 && p < percents[i-1] {
			t.Fatalf("%v", percents)
		}
	}
}

func TestAnAnswerThatIsCutShortSaysSo(t *testing.T) {
	t.Parallel()
	b := design.Brief{Description: "x", Size: design.Size{Width: 64, Height: 64}}
	for _, c := range []struct {
		text  string
		ended bool
		code  string
	}{
		{`<svg><rect width="1"/></svg>`, true, ""},
		{`<svg><rect width="1"/></svg>`, false, ""},
		{`<svg><rect width="1"/>`, false, provider.CutShort},
		{`<svg><rect width="1"/>`, true, provider.NoDrawing},
		{``, true, provider.NoDrawing},
	} {
		a := provider.NewAnswer("gemini", func(int, string) {})
		_ = a.Add(c.text)
		a.Note("model", strings.Repeat("m", 1000))
		a.Note("model", "")
		d, err := a.Drawing(b, c.ended)
		if (err == nil) != (c.code == "") || err != nil && provider.Classify("gemini", err).Code != c.code || err == nil && d.Metadata["model"] != strings.Repeat("m", 100) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func FuzzRefusal(f *testing.F) {
	f.Add([]byte(`{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"reason":"X","retryDelay":"1s"}]}}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		e := provider.ReadRefusal(500, content)
		if strings.ContainsAny(e.Reason, " \n\"<") || len(e.Reason) > 48 || e.RetryAfter < 0 || e.RetryAfter > 10*time.Minute {
			t.Fatalf("%+v", e)
		}
	})
}
