// Package client tests the logic of the TypeScript client in Node, where the test drives time, sockets, streams and the page.
package client

import (
	"os"
	"path/filepath"
	"testing"

	"convoke/test/node"
)

// files are what the tests run. They are read here, so that a change of theirs is a change for `go test`, too.
func files(t *testing.T) {
	t.Helper()
	scripts, err := filepath.Glob("*.mjs")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(scripts, "../../adapters/web/client/client.js") {
		if _, err := os.ReadFile(name); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheClientKeepsItsPromises(t *testing.T) {
	t.Parallel()
	files(t)
	for _, name := range []string{"socket", "stream", "page"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			node.Start(t, "--test", "--no-warnings", name+".test.mjs").End()
		})
	}
}
