// Package browser drives a real, headless Chromium in tests, each page in a profile of its own. Elements are found as
// people who can not see them find them: by role and name, so a missing label breaks the test. Where there is no Chromium
// the tests are skipped, unless CONVOKE_TEST_REAL=1 says that they must run.
package browser

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

const patience = 15 * time.Second // for what should happen at once

// names of the program on different systems.
var names = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"}

// Path returns where the browser is, or an error.
func Path() (path string, err error) {
	for _, name := range names {
		if path, err = exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", err
}

// shared is the one browser of a test binary: it starts with the first page and ends with Tests.
var shared struct {
	sync.Mutex
	ctx  context.Context //nolint:containedctx // it is the browser
	stop []func()
}

// Tests are a package's tests, which share one browser. It ends with them.
type Tests struct{ *testing.M }

// Run runs the tests and ends the browser.
func (t Tests) Run() int {
	defer Close()
	return t.M.Run()
}

// Close ends the browser, if there is one, when all tests are done.
func Close() {
	shared.Lock()
	defer shared.Unlock()
	for _, stop := range slices.Backward(shared.stop) {
		stop()
	}
}

// start returns the browser, which is started once.
func start(t testing.TB) context.Context {
	t.Helper()
	path, err := Path()
	if err != nil {
		if os.Getenv("CONVOKE_TEST_REAL") == "1" {
			t.Fatal(err)
		}
		t.Skip("there is no Chromium on this machine")
	}
	shared.Lock()
	defer shared.Unlock()
	if shared.ctx != nil {
		return shared.ctx
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.WSURLReadTimeout(2*time.Minute), // a first start on a busy machine
		chromedp.Flag("host-resolver-rules", "MAP *.test 127.0.0.1"),
	)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stopBrowser := chromedp.NewContext(allocator)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		stopBrowser()
		stopAllocator()
		t.Fatalf("the browser does not start: %v", err)
	}
	shared.ctx, shared.stop = ctx, []func(){stopAllocator, stopBrowser}
	return ctx
}
