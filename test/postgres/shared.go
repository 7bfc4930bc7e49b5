package postgres

import (
	"fmt"
	"os"
	"sync"
	"testing"
)

var (
	shared  sync.Mutex // guards the server that a test binary shares
	running bool       // between the begin and the end of Main
	common  *Server
)

// Main is the TestMain of a package whose tests call Database: it runs them and stops the shared server.
func Main(m *testing.M) int {
	shared.Lock()
	running = true
	shared.Unlock()
	code := m.Run()
	shared.Lock()
	defer shared.Unlock()
	running = false
	if common != nil {
		if err := common.Close(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return code
}

// Database makes a fresh database on the shared server and returns its URL. It is dropped when the test ends.
func Database(t testing.TB) string {
	t.Helper()
	return server(t).Database(t)
}

func server(t testing.TB) *Server {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if !running {
		t.Fatal("TestMain must call postgres.Main")
	}
	if common == nil {
		common = launch(t)
	}
	return common
}
