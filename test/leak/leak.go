// Package leak fails the tests of a package that leave goroutines behind.
package leak

import (
	"fmt"
	"os"
	"time"

	"go.uber.org/goleak"
)

const patience = 10 * time.Second // for what has been told to end; a busy machine is slow

// Check takes the exit code of a package's tests, and returns the one to exit with: 1 when they passed but something still
// runs after a while that nobody waits for.
func Check(code int, ignored ...goleak.Option) int {
	if code != 0 {
		return code
	}
	for end := time.Now().Add(patience); ; {
		err := goleak.Find(ignored...)
		if err == nil {
			return 0
		}
		if time.Now().After(end) {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
}
