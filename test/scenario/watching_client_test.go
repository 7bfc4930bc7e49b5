package scenario

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
)

// told is any message about something watched.
type told struct {
	live
	Revision uint64
	People   struct{ Yes int }
}

// number is the version of a job, or the revision of an occasion.
func (m told) number() uint64 { return max(m.Version, m.Revision) }

// seen is what a watcher knows.
type seen struct {
	what    string
	version uint64 // of the last message
	named   uint64 // what it names when it connects again
	last    told
}

// followSocket watches over a WebSocket until heard says that it is enough, or the connection ends.
func (p *process) followSocket(ctx context.Context, topic string, version uint64, heard func(told) bool) error {
	conn, _, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(p.url, "http")+"/ws", nil)
	if err != nil {
		return err
	}
	defer conn.CloseNow()
	request := fmt.Sprintf(`{"type":"subscribe",%s,"version":%d}`, topic, version)
	if err := conn.Write(ctx, websocket.MessageText, []byte(request)); err != nil {
		return err
	}
	for {
		var m told
		if err := wsjson.Read(ctx, conn, &m); err != nil {
			return err
		}
		switch m.Type {
		case "connected", "subscribed":
		case "error":
			return errors.New(m.Code)
		default:
			if !heard(m) {
				return nil
			}
		}
	}
}

// follow watches over an event stream, as a browser does that names the last event's id.
func (p *process) follow(ctx context.Context, path string, version uint64, heard func(told) bool) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+path, nil)
	if err != nil {
		return err
	}
	if version > 0 {
		request.Header.Set("Last-Event-ID", fmt.Sprint(version))
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return errors.New(response.Status)
	}
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			var m told
			if err := json.Unmarshal([]byte(data), &m); err != nil {
				return err
			}
			if !heard(m) {
				return nil
			}
		}
	}
	return errors.New("the stream has ended")
}
