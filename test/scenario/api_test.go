package scenario

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"convoke/test/contractcheck"
)

// job is a job with its asset, as GET job answers.
type job struct {
	Success bool
	Job     struct {
		ID, Status, Description           string
		ErrorCode, ErrorMessage           *string
		Progress, Attempt                 int
		Version                           uint64
		CreatedAt, UpdatedAt, CompletedAt *time.Time
	}
	Asset *struct {
		ID, DesignID, AssetType, Content, URL string
		Version                               int
	}
}

// live is a message about a watched job.
type live struct {
	Type, JobID, Status, Code string
	ErrorCode                 string
	Version                   uint64
	Progress, Attempt         int
	Asset                     *struct{ Content string }
}

func (l live) terminal() bool {
	return l.Type == "job_complete" || l.Type == "job_failed" || l.Type == "job_cancelled"
}

const gardenParty = `{"description":"A garden party for Ada's 36th birthday, 12 June at 4 pm, Kew Gardens, sage and cream"}`

// generate orders a design and returns the job's id.
func (p *process) generate(body string, headers ...string) string {
	p.t.Helper()
	status, content, err := p.try(context.Background(), http.MethodPost, "/api/mcp/tools/generate", body, headers...)
	if err != nil || status != http.StatusAccepted {
		p.t.Fatalf("generate: %d %s %v", status, content, err)
	}
	var taken struct{ JobID string }
	p.decode(content, &taken)
	return taken.JobID
}

func (p *process) decode(content []byte, into any) {
	p.t.Helper()
	if err := json.Unmarshal(content, into); err != nil {
		p.t.Fatalf("%v in %s", err, content)
	}
}

func (p *process) job(id string) job {
	p.t.Helper()
	status, content, err := p.try(context.Background(), http.MethodGet, "/api/mcp/tools/job/"+id, nil)
	if err != nil || status != http.StatusOK {
		p.t.Fatalf("job %s: %d %s %v", id, status, content, err)
	}
	var j job
	p.decode(content, &j)
	return j
}

// awaitStatus polls until the job has the status.
func (p *process) awaitStatus(id, status string, patience time.Duration) job {
	p.t.Helper()
	var j job
	p.await(patience, "job "+id+" "+status, func() bool {
		j = p.job(id)
		return j.Job.Status == status
	})
	return j
}

// socket watches a job over a WebSocket until its terminal message and returns every message.
func (p *process) socket(ctx context.Context, id string) []live {
	p.t.Helper()
	conn, _, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(p.url, "http")+"/ws", &websocket.DialOptions{HTTPClient: p.client})
	if err != nil {
		p.t.Fatal(err)
	}
	defer conn.CloseNow()
	conn.SetReadLimit(16 << 20)
	if err := wsjson.Write(ctx, conn, map[string]string{"type": "subscribe", "jobId": id}); err != nil {
		p.t.Fatal(err)
	}
	var all []live
	for {
		var l live
		if err := p.hear(ctx, conn, &l); err != nil {
			p.t.Fatalf("after %+v: %v", all, err)
		}
		all = append(all, l)
		if l.terminal() || l.Type == "error" {
			return all
		}
	}
}

// hear reads a message, which must be as the contract says.
func (p *process) hear(ctx context.Context, conn *websocket.Conn, message any) error {
	p.t.Helper()
	_, text, err := conn.Read(ctx)
	if err != nil {
		return err
	}
	contractcheck.Said(p.t, text)
	return json.Unmarshal(text, message)
}

// stream watches a job over SSE until the stream ends and returns the names and data of its events.
func (p *process) stream(ctx context.Context, id string) (names []string, data []live) {
	p.t.Helper()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+"/api/streams/jobs/"+id, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	response, err := p.client.Do(request)
	if err != nil {
		p.t.Fatal(err)
	}
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			names = append(names, name)
		}
		if text, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			var l live
			p.decode([]byte(text), &l)
			data = append(data, l)
		}
	}
	return names, data
}

// admin sends a request as the operator and returns the decoded answer.
func admin[T any](p *process, method, path string, body any) T {
	p.t.Helper()
	status, content, err := p.try(context.Background(), method, path, body, "Authorization: Bearer "+adminToken)
	if err != nil || status >= 300 {
		p.t.Fatalf("%s %s: %d %s %v", method, path, status, content, err)
	}
	var answer T
	if len(content) > 0 {
		p.decode(content, &answer)
	}
	return answer
}

func (p *process) metric(line string) float64 {
	p.t.Helper()
	_, content, err := p.try(context.Background(), http.MethodGet, "/metrics", nil)
	if err != nil {
		p.t.Fatal(err)
	}
	for text := range strings.SplitSeq(string(content), "\n") {
		if value, ok := strings.CutPrefix(text, line+" "); ok {
			var number float64
			_, _ = fmt.Sscan(value, &number)
			return number
		}
	}
	return -1
}
