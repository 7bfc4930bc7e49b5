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

// gauge reads a metric without labels.
func gauge(ctx context.Context, url, name string) (float64, error) {
	content, err := fetch(ctx, http.MethodGet, url+"/metrics", "", "")
	if err != nil {
		return 0, err
	}
	defer content.Close()
	lines := bufio.NewScanner(content)
	for lines.Scan() {
		if value, ok := strings.CutPrefix(lines.Text(), name+" "); ok {
			return strconv.ParseFloat(value, 64)
		}
	}
	return 0, fmt.Errorf("no metric %s: %w", name, lines.Err())
}

// await asks again and again until it is so, and returns how long it took.
func await(ctx context.Context, what string, limit time.Duration, holds func() (bool, error)) (time.Duration, error) {
	begun := time.Now()
	for {
		ok, err := holds()
		switch {
		case ok:
			return time.Since(begun), nil
		case ctx.Err() != nil:
			return 0, ctx.Err()
		case err != nil:
			return 0, fmt.Errorf("%s: %w", what, err)
		case time.Since(begun) > limit:
			return 0, fmt.Errorf("%s: not within %s", what, limit)
		}
		time.Sleep(50 * time.Millisecond)
	}
}
