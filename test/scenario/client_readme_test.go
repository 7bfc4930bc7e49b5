package scenario

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"convoke/test/node"
)

// TestTheClientsReadmeLeadsToADesign does what a newcomer does first.
func TestTheClientsReadmeLeadsToADesign(t *testing.T) {
	t.Parallel()
	client, err := filepath.Abs("../../adapters/web/client")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile(filepath.Join(client, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	first := regexp.MustCompile("(?s)```js\n(.*?)```").FindSubmatch(readme)
	if first == nil {
		t.Fatal("there is no example")
	}
	p := start(t, "all")
	folder := t.TempDir()
	drawing := filepath.Join(folder, "party.svg")
	example := strings.NewReplacer("http://127.0.0.1:3001", p.url, "party.svg", drawing).Replace(string(first[1]))
	script := filepath.Join(folder, "example.mjs")
	if err := os.WriteFile(script, []byte(example), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(folder, "node_modules"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(client, filepath.Join(folder, "node_modules", "convoke-client")); err != nil {
		t.Fatal(err)
	}
	said := node.Start(t, script).End()
	if len(said) == 0 || !strings.HasPrefix(said[len(said)-1], "COMPLETED") {
		t.Errorf("it says %q", said)
	}
	if markup, err := os.ReadFile(drawing); err != nil || !strings.Contains(string(markup), "</svg>") {
		t.Errorf("%s %v", markup, err)
	}
}
