package database

import (
	"bytes"
	"net"
	"net/url"
	"sync"
	"testing"
)

// proxy stands between a store and its Postgres and breaks connections at chosen moments. Safe for concurrent use.
type proxy struct {
	t        *testing.T
	target   string
	listener net.Listener
	running  sync.WaitGroup

	mu     sync.Mutex
	conns  map[net.Conn]struct{}
	closed bool
	refuse bool                    // new connections
	hold   bool                    // pass nothing on
	answer func(chunk []byte) bool // of the server: false breaks the connection instead of passing it on
	ask    func(chunk []byte) bool // of the client: likewise
}

// through starts a proxy before the database and returns it with the URL that leads through it.
func through(t *testing.T, database string) (*proxy, string) {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{t: t, target: u.Host, listener: listener, conns: map[net.Conn]struct{}{}}
	p.running.Go(p.accept)
	t.Cleanup(p.close)
	u.Host = listener.Addr().String()
	return p, u.String()
}

// set changes what the proxy does.
func (p *proxy) set(change func(*proxy)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(p)
}

// cut breaks every connection.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		_ = c.Close()
	}
}

func (p *proxy) close() {
	p.set(func(p *proxy) { p.closed = true })
	_ = p.listener.Close()
	p.cut()
	p.running.Wait()
}

func (p *proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.target)
		if err != nil || !p.keep(client, server) {
			_ = client.Close()
			if server != nil {
				_ = server.Close()
			}
			continue
		}
		p.running.Go(func() { p.pass(client, server, func() func([]byte) bool { return p.ask }) })
		p.running.Go(func() { p.pass(server, client, func() func([]byte) bool { return p.answer }) })
	}
}

func (p *proxy) keep(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || p.refuse {
		return false
	}
	for _, c := range conns {
		p.conns[c] = struct{}{}
	}
	return true
}

// pass copies chunks until one end is closed or a judge says no; then it closes both.
func (p *proxy) pass(from, to net.Conn, judge func() func([]byte) bool) {
	defer from.Close()
	defer to.Close()
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		p.mu.Lock()
		judge, hold := judge(), p.hold
		p.mu.Unlock()
		if hold {
			continue
		}
		if judge != nil && !judge(buffer[:n]) {
			return
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// once is a judge of the first chunk with the words in it: it does what follows and gives the verdict. Everything else
// may pass.
func once(words string, verdict bool, then func()) func([]byte) bool {
	var done sync.Once
	return func(chunk []byte) bool {
		pass := true
		if bytes.Contains(chunk, []byte(words)) {
			done.Do(func() {
				pass = verdict
				then()
			})
		}
		return pass
	}
}

func nothing() {}
