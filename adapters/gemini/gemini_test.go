package gemini

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

func open(t *testing.T, url string) port.Generator {
	t.Helper()
	base := &http.Transport{}
	t.Cleanup(base.CloseIdleConnections)
	g, err := New(Config{APIKey: provider.Secret, Model: "gemini-test", BaseURL: url, HTTP: base}, fake.NewClock(), fake.Log())
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// said is one event of streamGenerateContent.
func said(text, finish string) string {
	quoted, _ := json.Marshal(text)
	reason := ""
	if finish != "" {
		reason = fmt.Sprintf(`"finishReason":%q,`, finish)
	}
	return fmt.Sprintf(`data: {"candidates":[{"content":{"role":"model","parts":[{"text":%s}]},%s"index":0}],"usageMetadata":{"totalTokenCount":7},"modelVersion":"gemini-test-1"}`, quoted, reason) + "\r\n\r\n"
}

func TestItKeepsWhatAProviderPromises(t *testing.T) {
	t.Parallel()
	provider.Run(t, provider.Harness{
		New:      open,
		Piece:    func(text string) string { return said(text, "") },
		End:      said("", "STOP"),
		CutShort: said("", "MAX_TOKENS"),
		Refusals: map[string]string{
			"the prompt":     `data: {"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"}}` + "\r\n\r\n",
			"in the middle":  said("<svg>", "") + said("", "SAFETY"),
			"quoting others": said("<svg>", "RECITATION"),
		},
		Broken: `data: {"error":{"code":503,"message":"` + provider.Secret + `","status":"UNAVAILABLE"}}` + "\r\n\r\n",
	})
}

func TestTheRequestIsTheProtocols(t *testing.T) {
	t.Parallel()
	var path, key, query string
	var body struct {
		SystemInstruction struct{ Parts []struct{ Text string } }
		Contents          []struct {
			Role  string
			Parts []struct{ Text string }
		}
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path, query, key = r.URL.Path, r.URL.RawQuery, r.Header.Get("X-Goog-Api-Key")
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		_, _ = io.WriteString(w, `data: {"candidates":[{"content":{"parts":[{"text":"<svg><rect id=\"thought\"/><g/></svg>","thought":true}]}}]}`+"\n\n")
		_, _ = io.WriteString(w, said(`<svg><rect id="said"/></svg>`, "STOP"))
	}))
	defer server.Close()
	r := provider.Request()
	r.Parent = &design.Parent{Instructions: "make it blue", Asset: design.Asset{MediaType: design.SVGType, Data: []byte(`<svg id="before"/>`)}}
	made, err := open(t, server.URL).Generate(t.Context(), r, func(int, string) {})
	if err != nil {
		t.Fatal(err)
	}
	if path != "/v1beta/models/gemini-test:streamGenerateContent" || query != "alt=sse" || key != provider.Secret {
		t.Errorf("%s?%s", path, query)
	}
	user := body.Contents[0].Parts[0].Text
	if len(body.Contents) != 1 || body.Contents[0].Role != "user" || !strings.Contains(user, "make it blue") || !strings.Contains(user, `id="before"`) || !strings.Contains(user, "A party for Ada") {
		t.Errorf("user part %s", user)
	}
	if system := body.SystemInstruction.Parts[0].Text; !strings.Contains(system, "SVG") || strings.Contains(system, "Ada") {
		t.Errorf("system part %s", system)
	}
	if svg := string(made.Asset.Data); !strings.Contains(svg, `id="said"`) || strings.Contains(svg, "thought") {
		t.Errorf("%s", svg)
	}
	if made.Metadata["model"] != "gemini-test-1" || made.Metadata["tokens"] != int32(7) {
		t.Errorf("metadata %v", made.Metadata)
	}
}

func TestAMissingKeyIsNotQuoted(t *testing.T) {
	_, err := New(Config{Model: "m"}, fake.NewClock(), fake.Log())
	if err == nil || strings.Contains(err.Error(), "Config") {
		t.Fatalf("%v", err)
	}
}
