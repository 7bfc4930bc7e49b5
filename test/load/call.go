package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

var control = &http.Client{Timeout: 15 * time.Second}

// call asks one thing beside the load: the answer must be a 2xx with JSON in it.
func call(ctx context.Context, method, url, token, body string, answer any) error {
	content, err := fetch(ctx, method, url, token, body)
	if err != nil {
		return err
	}
	defer content.Close()
	return json.NewDecoder(content).Decode(answer)
}

func fetch(ctx context.Context, method, url, token, body string) (io.ReadCloser, error) {
	request, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := control.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode/100 != 2 {
		defer response.Body.Close()
		text, _ := io.ReadAll(io.LimitReader(response.Body, 1<<10))
		return nil, fmt.Errorf("%s %s: %w", method, url, &statusError{response.StatusCode, string(text)})
	}
	return response.Body, nil
}

// reading is the value of a metric, named with its labels; there is false when the process has none.
func reading(ctx context.Context, url, name string) (value float64, there bool, err error) {
	content, err := fetch(ctx, http.MethodGet, url+"/metrics", "", "")
	if err != nil {
		return 0, false, err
	}
	defer content.Close()
	lines := bufio.NewScanner(content)
	for lines.Scan() {
		if text, ok := strings.CutPrefix(lines.Text(), name+" "); ok {
			value, err = strconv.ParseFloat(text, 64)
			return value, true, err
		}
	}
	return 0, false, lines.Err()
}

// await asks again and again until it is so.
func await(ctx context.Context, what string, limit time.Duration, holds func() (bool, error)) error {
	begun := time.Now()
	for {
		ok, err := holds()
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			return fmt.Errorf("%s: %w", what, err)
		case ok:
			return nil
		case time.Since(begun) > limit:
			return fmt.Errorf("%s: not within %s", what, limit)
		}
		pause(ctx, 20*time.Millisecond)
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
