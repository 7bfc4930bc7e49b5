package websocket

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/gofiber/fiber/v2"

	"convoke/application/contract"
	"convoke/application/rsvps"
	"convoke/domain/fault"
	"convoke/domain/job"
	"convoke/test/backend"
	"convoke/test/contractcheck"
	"convoke/test/fake"
)

func TestMain(m *testing.M) { backend.Main(m) }

const (
	noSuchID = "01890000-0000-7000-8000-000000000000"
	patience = 10 * time.Second // for what should happen at once
)

// site is a handler on a loopback port over a running backend.
type site struct {
	*backend.Backend
	t       testing.TB
	handler *Handler
	addr    string
}

// open starts a site; it is drained with the test.
func open(t testing.TB, config Config) *site {
	t.Helper()
	b := backend.New(t)
	config.Gate = rsvps.NewGate(b.Signer, "the-operators-token")
	s := &site{Backend: b, t: t, handler: New(b.Hub, contract.URLs{}, config, b.Meter, fake.Log())}
	app := fiber.New(fiber.Config{DisableStartupMessage: true, ReadBufferSize: 8 << 10, ErrorHandler: asStatus})
	s.handler.Mount(app)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = l.Addr().String()
	served := make(chan error, 1)
	go func() { served <- app.Listener(narrow{l}) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		s.handler.Drain(ctx)
		if err := errors.Join(app.Shutdown(), <-served); err != nil {
			t.Error(err)
		}
	})
	return s
}

// narrow is a listener whose connections buffer little, so that a client that does not read is felt soon.
type narrow struct{ net.Listener }

const buffer = 128 << 10

func (n narrow) Accept() (net.Conn, error) {
	c, err := n.Listener.Accept()
	if err == nil {
		err = c.(*net.TCPConn).SetWriteBuffer(buffer)
	}
	return c, err
}

// narrowly dials connections that buffer little.
func narrowly(ctx context.Context, network, addr string) (net.Conn, error) {
	c, err := new(net.Dialer).DialContext(ctx, network, addr)
	if err == nil {
		err = c.(*net.TCPConn).SetReadBuffer(buffer)
	}
	return c, err
}

// asStatus stands for the error handler of the server that the handler is mounted on.
func asStatus(c *fiber.Ctx, err error) error {
	status := map[fault.Kind]int{fault.Forbidden: 403, fault.Exhausted: 429, fault.Unavailable: 503}[fault.KindOf(err)]
	var framework *fiber.Error
	if errors.As(err, &framework) {
		status = framework.Code
	}
	return c.Status(status).SendString(err.Error())
}

// message is any message of the server.
type message struct {
	contract.Live
	Code    string `json:"code"`
	Message string `json:"message"`
}

// watcher is a client.
type watcher struct {
	*websocket.Conn
	t testing.TB
}

// dial connects and takes the greeting.
func (s *site) dial() *watcher {
	s.t.Helper()
	w := s.dialSilently()
	w.expect("connected")
	return w
}

func (s *site) dialSilently() *watcher {
	s.t.Helper()
	narrowClient := &http.Client{Transport: &http.Transport{DialContext: narrowly}}
	c, _, err := websocket.Dial(context.Background(), "ws://"+s.addr+"/ws", &websocket.DialOptions{HTTPClient: narrowClient})
	if err != nil {
		s.t.Fatal(err)
	}
	c.SetReadLimit(16 << 20)
	s.t.Cleanup(func() { _ = c.CloseNow() })
	return &watcher{c, s.t}
}

// refusedWith returns the status of a refused handshake.
func (s *site) refusedWith(header http.Header) int {
	s.t.Helper()
	c, response, err := websocket.Dial(context.Background(), "ws://"+s.addr+"/ws", &websocket.DialOptions{HTTPHeader: header})
	if err == nil {
		_ = c.CloseNow()
		return http.StatusSwitchingProtocols
	}
	return response.StatusCode
}

func (w *watcher) send(text string) {
	w.t.Helper()
	if err := w.Write(context.Background(), websocket.MessageText, []byte(text)); err != nil {
		w.t.Fatal(err)
	}
}

func (w *watcher) subscribe(id string, version uint64) {
	w.t.Helper()
	text, _ := json.Marshal(map[string]any{"type": "subscribe", "jobId": id, "version": version})
	contractcheck.Asked(w.t, text)
	w.send(string(text))
	if m := w.expect("subscribed"); m.JobID != id {
		w.t.Errorf("subscribed to %s instead of %s", m.JobID, id)
	}
}

// next returns the next message.
func (w *watcher) next() message {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, text, err := w.Read(ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	contractcheck.Said(w.t, text)
	var m message
	if err := json.Unmarshal(text, &m); err != nil {
		w.t.Fatalf("%v: %s", err, text)
	}
	return m
}

// expect returns the next message, which must be of the type.
func (w *watcher) expect(kind string) message {
	w.t.Helper()
	m := w.next()
	if m.Type != kind {
		w.t.Fatalf("got %+v, want %s", m, kind)
	}
	return m
}

// expectState checks the next message about a job.
func (w *watcher) expectState(kind, id string, status job.Status, version uint64) message {
	w.t.Helper()
	m := w.expect(kind)
	if m.JobID != id || m.Status != status || m.Version != version {
		w.t.Errorf("got %s of %s: %s at version %d; want %s at %d", kind, m.JobID, m.Status, m.Version, status, version)
	}
	return m
}

// expectSilence checks that nothing is queued before the answer to a ping.
func (w *watcher) expectSilence() {
	w.t.Helper()
	w.send(`{"type":"ping"}`)
	w.expect("pong")
}

// closedWith reads until the server closes, and returns its code.
func (w *watcher) closedWith() closeCode {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		if _, _, err := w.Read(ctx); err != nil {
			return closeCode(websocket.CloseStatus(err))
		}
	}
}

func (s *site) open() int {
	s.handler.mu.Lock()
	defer s.handler.mu.Unlock()
	return len(s.handler.sockets)
}

// eventually waits for a fact that other goroutines bring about.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(3 * patience) // some things take their time by design
	for !holds() {
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("in vain: %s", what)
		}
	}
}
