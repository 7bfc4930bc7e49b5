// Package realmcp has an MCP server that nobody here wrote, for tests: @modelcontextprotocol/server-everything from npm, in
// the user's cache folder. Where it is not there the tests are skipped, unless CONVOKE_TEST_REAL=1 says that they must run:
// then npm fetches it.
package realmcp

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

const version = "2026.8.31"

// Folder is where the server of this version is kept.
func Folder() (string, error) {
	cache, err := os.UserCacheDir()
	return filepath.Join(cache, "convoke", "server-everything-"+version), err
}

// There reports whether the server can run without fetching anything.
func There() bool {
	_, err := script()
	return err == nil
}

// Everything returns a command and arguments that run the server on standard input and output ("stdio") or on PORT over
// HTTP ("streamableHttp").
func Everything(tb testing.TB, transport string) (command string, args []string) {
	tb.Helper()
	at, err := script()
	if err != nil && os.Getenv("CONVOKE_TEST_REAL") == "1" {
		if err = fetch(); err == nil {
			at, err = script()
		}
		if err != nil {
			tb.Fatalf("no real MCP server: %v", err)
		}
	}
	if err != nil {
		tb.Skipf("no real MCP server: %v", err)
	}
	return "node", []string{at, transport}
}

func script() (string, error) {
	if _, err := exec.LookPath("node"); err != nil {
		return "", fmt.Errorf("node is not installed: %w", err)
	}
	folder, err := Folder()
	if err != nil {
		return "", err
	}
	at := filepath.Join(folder, "node_modules", "@modelcontextprotocol", "server-everything", "dist", "index.js")
	if _, err := os.Stat(at); err != nil {
		return "", fmt.Errorf("server-everything is not in the cache; CONVOKE_TEST_REAL=1 fetches it: %w", err)
	}
	return at, nil
}

// fetch has npm install the server beside its folder and moves it there at once, so that an interrupted fetch is never
// mistaken for a complete one.
var fetch = sync.OnceValue(func() error {
	folder, err := Folder()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(folder), 0o755); err != nil {
		return err
	}
	work, err := os.MkdirTemp(filepath.Dir(folder), "fetch-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	install := exec.Command("npm", "install", "--prefix", work, "--ignore-scripts", "--no-audit", "--no-fund", "@modelcontextprotocol/server-everything@"+version)
	if out, err := install.CombinedOutput(); err != nil {
		return fmt.Errorf("npm: %w\n%s", err, out)
	}
	_ = os.RemoveAll(folder)
	return os.Rename(work, folder)
})
