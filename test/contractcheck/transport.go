package contractcheck

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Transport lets a test's client ask through next, and fails the test for each answer that the contract does not allow. An
// answer is judged when the client has read it, so streams stay streams; of event streams each event is judged. Answers
// that nobody reads to their end are judged by what has come. In a benchmark it is next: what is measured is not the judge.
// own are paths that the test has added to the server.
func Transport(t testing.TB, next http.RoundTripper, own ...string) http.RoundTripper {
	t.Helper()
	if _, ok := t.(*testing.B); ok {
		return next
	}
	return &transport{load(t), next, own, func(err error) { t.Helper(); t.Error(err) }}
}

type transport struct {
	contract *Contract
	next     http.RoundTripper
	own      []string
	report   func(error)
}

// maxKept bounds what is remembered of a body.
const maxKept = 16 << 20

// RoundTrip asks, and judges the answer when it has been read.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if slices.Contains(t.own, r.URL.Path) {
		return t.next.RoundTrip(r)
	}
	sent := &keeper{}
	if r.Body != nil && r.Body != http.NoBody {
		r = r.Clone(r.Context())
		r.Body = struct {
			io.Reader
			io.Closer
		}{io.TeeReader(r.Body, sent), r.Body}
		r.GetBody = nil
	}
	response, err := t.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	judge := func(got []byte) {
		if err := t.contract.judge(exchange{r, sent.bytes(), response, got}); err != nil {
			t.report(fmt.Errorf("contract: %s %s: %w", r.Method, r.URL.Path, err))
		}
	}
	media := mediaOf(response.Header)
	switch {
	case response.StatusCode == http.StatusSwitchingProtocols: // whose body is the connection
		judge(nil)
	case media == "text/event-stream":
		judge(nil)
		response.Body = judgedStream(t.contract, r.URL.Path, response.Body, t.report)
	case !strings.HasSuffix(media, "json") && media != "":
		judge(nil)
	default:
		kept := &keeper{}
		response.Body = &body{ReadCloser: response.Body, took: kept.take, done: func() { judge(kept.bytes()) }}
	}
	return response, nil
}

// CloseIdleConnections is for http.Client's method of that name.
func (t *transport) CloseIdleConnections() {
	if closer, ok := t.next.(interface{ CloseIdleConnections() }); ok {
		closer.CloseIdleConnections()
	}
}

// keeper remembers bytes. Safe for concurrent use: a transport may still send while the answer is there.
type keeper struct {
	mu   sync.Mutex
	kept bytes.Buffer
}

func (k *keeper) Write(b []byte) (int, error) { k.take(b); return len(b), nil }

func (k *keeper) take(b []byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.kept.Len() < maxKept {
		k.kept.Write(b)
	}
}

func (k *keeper) bytes() []byte {
	k.mu.Lock()
	defer k.mu.Unlock()
	return bytes.Clone(k.kept.Bytes())
}

// body tells what is read of it, and, once, when it has been read. It does not when its end never came.
type body struct {
	io.ReadCloser
	took func([]byte)
	done func()
	cut  bool
	once sync.Once
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.took(p[:n])
	if err == io.EOF {
		b.finish()
	}
	b.cut = b.cut || err != nil && err != io.EOF
	return n, err
}

// Close reads the rest first, if the client has stopped at the end of the document and not at that of the body.
func (b *body) Close() error {
	if b.done != nil {
		_, _ = io.Copy(io.Discard, io.LimitReader(b, maxKept))
	}
	b.finish()
	return b.ReadCloser.Close()
}

func (b *body) finish() {
	b.once.Do(func() {
		if b.done != nil && !b.cut {
			b.done()
		}
	})
}
