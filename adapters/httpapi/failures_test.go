package httpapi

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestAnOutageDoesNotFillTheLog(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		f := newFailureLog(slog.New(slog.NewTextHandler(&out, nil)))
		for i := range 1000 {
			f.write("request", i)
		}
		if n := strings.Count(out.String(), "a request failed"); n != failuresAtOnce {
			t.Errorf("%d of 1000 failures at once are logged, want %d", n, failuresAtOnce)
		}
		out.Reset()
		time.Sleep(time.Second)
		f.write("request", 1000)
		if !strings.Contains(out.String(), "unlogged=900") {
			t.Errorf("the next line does not say how many were passed over: %s", out.String())
		}
	})
}
