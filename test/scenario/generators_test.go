package scenario

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"convoke/test/realmcp"
)

// modelServer speaks chat completions; what it says is the test's to choose.
func modelServer(t *testing.T, say func(call int64) string) *httptest.Server {
	t.Helper()
	var calls atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "text/event-stream")
		content, _ := json.Marshal(say(calls.Add(1)))
		_, _ = fmt.Fprintf(w, `data: {"model":"fake-1","choices":[{"index":0,"delta":{"content":%s},"finish_reason":"stop"}]}`+"\n\ndata: [DONE]\n\n", content)
	}))
	t.Cleanup(server.Close)
	return server
}

const byOpenAI = `{"description":"A garden party for Ada","serverId":"openai","size":{"width":300,"height":200}}`

// made is who made a design, as clients see it.
type made struct {
	Generator string
	Metadata  struct {
		Model    string
		Fallback *struct{ From, Code, Reason string }
	}
}

func (p *process) made(designID string) made {
	p.t.Helper()
	_, content, err := p.try(p.t.Context(), http.MethodGet, "/api/designs/"+designID, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	var d struct{ Design struct{ Versions []made } }
	p.decode(content, &d)
	return d.Design.Versions[len(d.Design.Versions)-1]
}

func (p *process) servers() string {
	p.t.Helper()
	_, content, err := p.try(p.t.Context(), http.MethodGet, "/api/mcp/servers", nil)
	if err != nil {
		p.t.Fatal(err)
	}
	return string(content)
}

func TestAModelThatAnswersGarbageIsAskedAgain(t *testing.T) {
	t.Parallel()
	model := modelServer(t, func(call int64) string {
		if call == 1 {
			return "I am only a language model"
		}
		return "```svg\n<svg viewBox=\"0 0 30 20\"><script>alert(1)</script><rect width=\"30\" height=\"20\"/></svg>\n```"
	})
	p := start(t, "all", "OPENAI_BASE_URL="+model.URL+"/v1", "GENERATOR_FALLBACK=none")
	if got := p.servers(); !strings.Contains(got, `{"id":"openai","health":"ok"}`) || !strings.Contains(got, `"studio"`) {
		t.Fatalf("servers %s", got)
	}
	j := p.awaitStatus(p.generate(byOpenAI), "COMPLETED", 30*time.Second)
	svg := j.Asset.Content
	if j.Job.Attempt != 2 || !strings.Contains(svg, `width="300" height="200" viewBox="0 0 30 20"`) || !strings.Contains(svg, "A garden party for Ada") || strings.Contains(svg, "script") {
		t.Fatalf("attempt %d: %s", j.Job.Attempt, svg)
	}
	if m := p.made(j.Asset.DesignID); m.Generator != "openai" || m.Metadata.Model != "fake-1" || m.Metadata.Fallback != nil {
		t.Errorf("made %+v", m)
	}
}

func TestAModelThatIsDownIsReplacedAndTheDesignSaysSo(t *testing.T) {
	t.Parallel()
	model := modelServer(t, func(int64) string { return "no drawing" })
	p := start(t, "all", "OPENAI_BASE_URL="+model.URL+"/v1", "OPENAI_API_KEY=sk-a-secret-of-the-worker")
	for _, code := range []string{"no-drawing", "provider-unavailable"} {
		j := p.awaitStatus(p.generate(byOpenAI), "COMPLETED", waitForOne)
		m := p.made(j.Asset.DesignID)
		if f := m.Metadata.Fallback; m.Generator != "studio" || f == nil || f.From != "openai" || f.Code != code || f.Reason == "" {
			t.Fatalf("%s: made %+v %+v", code, m, m.Metadata.Fallback)
		}
		if n := p.metric(fmt.Sprintf(`convoke_attempts_total{generator="openai",outcome="%s"}`, code)); n != 1 {
			t.Errorf("%v tries counted", n)
		}
		model.Close()
	}
	p.await(waitForOne, "it is said to be ill", func() bool {
		return strings.Contains(p.servers(), `{"id":"openai","health":"ill","detail":"openai is not available"}`)
	})
	if strings.Contains(p.log.String(), "sk-a-secret") {
		t.Error("the key is in the log")
	}
}

func TestAnMCPServerDrawsAndEndsWithItsWorker(t *testing.T) {
	t.Parallel()
	command, args := realmcp.Everything(t, "stdio")
	file := filepath.Join(t.TempDir(), "mcp.json")
	content, _ := json.Marshal(map[string]any{"mcpServers": map[string]any{
		"painter": map[string]any{"command": command, "args": args, "tool": "get-tiny-image"},
		"broken":  map[string]any{"command": "/no/such/command"},
	}})
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, "all", "MCP_SERVERS="+file)
	for _, end := range []func(){func() { p.terminate() }, p.kill} {
		if got := p.servers(); !strings.Contains(got, `{"id":"mcp:broken","health":"ok"}`) || !strings.Contains(got, `{"id":"mcp:painter","health":"ok"}`) {
			t.Fatalf("servers %s", got)
		}
		j := p.awaitStatus(p.generate(`{"description":"A garden party","serverId":"mcp:painter"}`), "COMPLETED", 30*time.Second)
		response, picture, err := p.exchange(t.Context(), http.MethodGet, j.Asset.URL, nil)
		if err != nil || j.Asset.AssetType != "image/png" || response.Header.Get("Content-Type") != "image/png" || http.DetectContentType(picture) != "image/png" {
			t.Fatalf("%v %+v", err, j.Asset)
		}
		j = p.awaitStatus(p.generate(`{"description":"A garden party","serverId":"mcp:broken"}`), "COMPLETED", 30*time.Second)
		if f := p.made(j.Asset.DesignID).Metadata.Fallback; f == nil || f.From != "mcp:broken" || f.Code != "provider-unavailable" {
			t.Fatalf("fallback %+v", f)
		}
		children := childrenOf(t, p.cmd.Process.Pid)
		if len(children) != 1 {
			t.Fatalf("children %v", children)
		}
		end()
		p.launch()
		p.await(waitForOne, "the child has ended", func() bool { return syscall.Kill(children[0], 0) != nil })
		p.awaitReady()
	}
}

// childrenOf lists the processes that a process has started.
func childrenOf(t *testing.T, parent int) (children []int) {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(stats) == 0 {
		t.Skip("there is no /proc here")
	}
	for _, file := range stats {
		stat, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended meanwhile
		}
		fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
		if len(fields) > 1 && fields[1] == strconv.Itoa(parent) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
			children = append(children, pid)
		}
	}
	return children
}
