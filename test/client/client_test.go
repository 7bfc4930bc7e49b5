// Package client tests the logic of the TypeScript client in Node, where the test drives time, sockets, streams and the page.
package client

import (
	"testing"

	"convoke/test/node"
)

func TestTheClientKeepsItsPromises(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"socket", "stream", "page"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			node.Start(t, "--test", "--no-warnings", name+".test.mjs").End()
		})
	}
}
