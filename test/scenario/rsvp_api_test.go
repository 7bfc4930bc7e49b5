package scenario

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
)

// counts is what an occasion counts, as GET counts and the live messages tell it.
type counts struct {
	Type, OccasionID, Code string
	Revision               uint64
	Replies                struct{ Yes, No, Maybe, Waitlisted, Cancelled int }
	People                 struct{ Yes, Maybe, Waitlisted int }
	SeatsLeft              *int
}

// guest is one reply with its token.
type guest struct {
	RSVP struct {
		ID, Status string
		PartySize  int
		Revision   uint64
	}
	Token string
}

// ask sends a request that must be answered with the status, and decodes the answer.
func ask[T any](p *process, want int, method, path string, body any, token string) T {
	p.t.Helper()
	var headers []string
	if token != "" {
		headers = append(headers, "Authorization: Bearer "+token)
	}
	status, content, err := p.try(context.Background(), method, path, body, headers...)
	if err != nil || status != want {
		p.t.Fatalf("%s %s: %d %s %v", method, path, status, content, err)
	}
	var answer T
	p.decode(content, &answer)
	return answer
}

func (p *process) openOccasion(body string) (id, hostToken string) {
	p.t.Helper()
	opened := ask[struct {
		Occasion  struct{ ID string }
		HostToken string
	}](p, http.StatusCreated, http.MethodPost, "/api/occasions", body, "")
	return opened.Occasion.ID, opened.HostToken
}

// reply answers for a guest; ok is false when it was not accepted.
func (p *process) reply(ctx context.Context, occasionID, email string) (g guest, ok bool) {
	body := fmt.Sprintf(`{"occasionId":%q,"name":"Guest","email":%q}`, occasionID, email)
	status, content, err := p.try(ctx, http.MethodPost, "/api/rsvps", body)
	return g, err == nil && status == http.StatusCreated && json.Unmarshal(content, &g) == nil
}

// guests walks the whole guest list by cursor.
func (p *process) guests(occasionID, hostToken string) map[string]string {
	p.t.Helper()
	statuses, cursor := map[string]string{}, ""
	for {
		page := ask[struct {
			Data       []struct{ ID, Status string }
			Pagination struct{ NextCursor string }
		}](p, http.StatusOK, http.MethodGet, "/api/rsvps?limit=100&occasionId="+occasionID+"&cursor="+cursor, nil, hostToken)
		for _, r := range page.Data {
			statuses[r.ID] = r.Status
		}
		if cursor = page.Pagination.NextCursor; cursor == "" {
			return statuses
		}
	}
}

func (p *process) counts(id string, minRevision uint64) counts {
	p.t.Helper()
	return ask[counts](p, http.StatusOK, http.MethodGet, fmt.Sprintf("/api/occasions/%s/counts?minRevision=%d", id, minRevision), nil, "")
}

// watchCounts watches over a WebSocket until the counts are as wished, and returns all that it was told.
func (p *process) watchCounts(ctx context.Context, id string, subscribed chan<- struct{}, enough func(counts) bool) (all []counts, err error) {
	conn, _, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(p.url, "http")+"/ws", &websocket.DialOptions{HTTPClient: p.client})
	if err != nil {
		return nil, err
	}
	defer conn.CloseNow()
	if err := wsjson.Write(ctx, conn, map[string]string{"type": "subscribe", "occasionId": id}); err != nil {
		return nil, err
	}
	for {
		var c counts
		if err := p.hear(ctx, conn, &c); err != nil {
			return all, err
		}
		switch c.Type {
		case "subscribed":
			close(subscribed)
		case "occasion_counts":
			if all = append(all, c); enough(c) {
				return all, nil
			}
		}
	}
}

// streamCounts is watchCounts over SSE.
func (p *process) streamCounts(ctx context.Context, id string, subscribed chan<- struct{}, enough func(counts) bool) (all []counts, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+"/api/streams/occasions/"+id, nil)
	if err != nil {
		return nil, err
	}
	response, err := p.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	close(subscribed)
	lines := bufio.NewScanner(response.Body)
	for lines.Scan() {
		var c counts
		text, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok || json.Unmarshal([]byte(text), &c) != nil {
			continue
		}
		if all = append(all, c); enough(c) {
			return all, nil
		}
	}
	return all, fmt.Errorf("the stream ended: %w", lines.Err())
}
