package openai

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"convoke/application/port"
	"convoke/domain/design"
	"convoke/test/conformance/provider"
	"convoke/test/fake"
	"convoke/test/leak"
)

func TestMain(m *testing.M) { os.Exit(leak.Check(m.Run())) }

func open(t *testing.T, key, url string) port.Generator {
	t.Helper()
	base := &http.Transport{}
	t.Cleanup(base.CloseIdleConnections)
	return New(Config{APIKey: key, Model: "gpt-test", BaseURL: url, HTTP: base}, fake.NewClock(), fake.Log())
}

// said is one event of chat completions.
func said(text, finish string) string {
	delta, _ := json.Marshal(map[string]string{"content": text})
	return chunk(string(delta), finish)
}

func chunk(delta, finish string) string {
	reason := "null"
	if finish != "" {
		reason = fmt.Sprintf("%q", finish)
	}
	return fmt.Sprintf(`data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-test-1","choices":[{"index":0,"delta":%s,"finish_reason":%s}]}`, delta, reason) + "\n\n"
}

const done = "data: [DONE]\n\n"

func TestItKeepsWhatAProviderPromises(t *testing.T) {
	t.Parallel()
	provider.Run(t, provider.Harness{
		New:      func(t *testing.T, url string) port.Generator { return open(t, provider.Secret, url) },
		Piece:    func(text string) string { return ": keep-alive\n\n" + said(text, "") },
		End:      said("", "stop") + `data: {"choices":[],"usage":{"total_tokens":9}}` + "\n\n" + done,
		CutShort: said("", "length") + done,
		Refusals: map[string]string{
			"in words":    chunk(`{"refusal":"I can not help with `+provider.Secret+`"}`, "") + done,
			"by a filter": said("<svg>", "content_filter") + done,
		},
		Broken: `data: {"error":{"message":"` + provider.Secret + `","type":"server_error","code":"overloaded"}}` + "\n\n",
	})
}

func TestTheRequestIsTheProtocols(t *testing.T) {
	t.Parallel()
	for _, key := range []string{provider.Secret, ""} {
		var path, authorization string
		var body struct {
			Model    string
			Stream   bool
			Messages []struct{ Role, Content string }
		}
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			path, authorization = r.URL.Path, r.Header.Get("Authorization")
			if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
				t.Error(err)
			}
			w.Header().Set("Content-Type", "text/event-stream")
			_, _ = io.WriteString(w, said(`<svg><rect/></svg>`, "stop")+done)
		}))
		r := provider.Request()
		r.Parent = &design.Parent{Instructions: "make it blue", Asset: design.Asset{MediaType: design.SVGType, Data: []byte(`<svg id="before"/>`)}}
		made, err := open(t, key, server.URL+"/v1").Generate(t.Context(), r, func(int, string) {})
		server.Close()
		if err != nil {
			t.Fatal(err)
		}
		if path != "/v1/chat/completions" || authorization != map[bool]string{true: "", false: "Bearer " + key}[key == ""] || body.Model != "gpt-test" || !body.Stream {
			t.Errorf("%s, authorization %q, %+v", path, authorization, body)
		}
		if len(body.Messages) != 2 || body.Messages[0].Role != "system" || body.Messages[1].Role != "user" {
			t.Fatalf("%+v", body.Messages)
		}
		system, user := body.Messages[0].Content, body.Messages[1].Content
		if strings.Contains(system, "Ada") || !strings.Contains(user, "make it blue") || !strings.Contains(user, `id="before"`) || !strings.Contains(user, "A party for Ada") {
			t.Errorf("system %s\nuser %s", system, user)
		}
		if made.Metadata["model"] != "gpt-test-1" {
			t.Errorf("metadata %v", made.Metadata)
		}
	}
}

func TestTheEnvironmentOfTheLibraryIsNotLookedInto(t *testing.T) {
	t.Setenv("OPENAI_API_KEY", "sk-of-somebody-else")
	t.Setenv("OPENAI_CUSTOM_HEADERS", "X-Leak: yes")
	seen := make(chan http.Header, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen <- r.Header }))
	defer server.Close()
	_, _ = open(t, "", server.URL).Generate(t.Context(), provider.Request(), func(int, string) {})
	if header := <-seen; header.Get("Authorization") != "" || header.Get("X-Leak") != "" {
		t.Fatalf("%v", header)
	}
}

func TestAnErrorInTheMiddleKeepsItsStatus(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, said("<svg>", "")+`data: {"error":{"message":"x","code":429}}`+"\n\n")
	}))
	defer server.Close()
	_, err := open(t, "", server.URL).Generate(t.Context(), provider.Request(), func(int, string) {})
	if err == nil || !strings.HasPrefix(err.Error(), "rate-limited") {
		t.Fatalf("%v", err)
	}
}
