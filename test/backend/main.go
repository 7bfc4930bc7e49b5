package backend

import (
	"os"

	"go.uber.org/goleak"

	"convoke/test/leak"
)

// Main runs a package's tests and fails when they leave goroutines behind. fasthttp's own housekeepers are let off: one
// keeps the time for the whole process, the other notices up to ten seconds late that its server has stopped.
func Main(m goleak.TestingM) {
	os.Exit(leak.Check(m.Run(),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"),
	))
}
