package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// server is how the client commands reach a running convoke.
type server struct {
	URL   string `name:"url" env:"CONVOKE_URL" default:"http://127.0.0.1:3001" help:"The server's address."`
	Token string `env:"ADMIN_TOKEN" help:"The admin's token, for the commands that need it. Without it, the token that an embedded server keeps in DATA_DIR is used."`
}

// call sends a request with a JSON body (nil: none) and reads the JSON answer into result (nil: not wanted).
func (s server) call(ctx context.Context, method, path string, body, result any) error {
	response, err := s.send(ctx, method, path, body, nil)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode >= 300 {
		return problemOf(response)
	}
	if result == nil || response.StatusCode == http.StatusNoContent {
		return nil
	}
	return json.NewDecoder(response.Body).Decode(result)
}

func (s server) send(ctx context.Context, method, path string, body any, header http.Header) (*http.Response, error) {
	var payload io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		payload = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(s.URL, "/")+path, payload)
	if err != nil {
		return nil, err
	}
	for name, values := range header {
		request.Header[name] = values
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if token := s.token(); token != "" && strings.HasPrefix(path, "/api/admin/") {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	var unreachable *url.Error
	if errors.As(err, &unreachable) && ctx.Err() == nil {
		return nil, fmt.Errorf("no convoke answers at %s (start one with `convoke serve`, or set CONVOKE_URL): %w", s.URL, unreachable.Err)
	}
	return response, err
}

// token is the admin's token: given, or as an embedded server on this machine keeps it.
func (s server) token() string {
	if s.Token != "" {
		return s.Token
	}
	folder := os.Getenv("DATA_DIR")
	if folder == "" {
		folder = "data"
	}
	content, err := os.ReadFile(filepath.Join(folder, "admin-token"))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(content))
}

// problemOf turns an RFC 9457 answer into an error for people.
func problemOf(response *http.Response) error {
	var problem struct {
		Title, Detail, Code string
		Errors              []struct{ Field, Message string }
	}
	content, _ := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if json.Unmarshal(content, &problem) != nil || problem.Code == "" {
		return fmt.Errorf("the server answered %s", response.Status)
	}
	text := problem.Detail
	if text == "" {
		text = problem.Title
	}
	for _, e := range problem.Errors {
		text += fmt.Sprintf("\n  %s: %s", e.Field, e.Message)
	}
	return fmt.Errorf("%s (%s)", text, problem.Code)
}

// pause waits before a reconnection.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
