package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// strict is the compiler as strict as anybody may have it.
const strict = `{"compilerOptions": {"target": "es2022", "module": "nodenext", "lib": [%s], "types": [%s], "noEmit": true, "strict": true,
	"skipLibCheck": false, "exactOptionalPropertyTypes": true, "noUncheckedIndexedAccess": true, "noPropertyAccessFromIndexSignature": true,
	"noImplicitOverride": true, "noUnusedLocals": true, "verbatimModuleSyntax": true, "erasableSyntaxOnly": true}}`

// TestTheClientServesWhoeverInstallsIt installs the client's folder in a project of its own, and compiles there what its
// README shows, for a browser and for Node without one.
func TestTheClientServesWhoeverInstallsIt(t *testing.T) {
	t.Parallel()
	if os.Getenv("CONVOKE_TEST_REAL") != "1" {
		t.Skip("needs npm and the network: make test-real")
	}
	readme, err := os.ReadFile("../client/README.md")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	write := func(name, content string) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	examples := regexp.MustCompile("(?s)```(?:ts|js)\n(.*?)```").FindAllSubmatch(readme, -1)
	if len(examples) < 4 {
		t.Fatalf("%d examples", len(examples))
	}
	for i, example := range examples {
		write(fmt.Sprintf("example%d.ts", i), string(example[1]))
	}
	write("package.json", `{"type": "module"}`)
	write("browser.json", fmt.Sprintf(strict, `"es2022", "dom"`, `"node"`))
	write("node.json", fmt.Sprintf(strict, `"es2022"`, `"node"`))
	client, err := filepath.Abs("../client")
	if err != nil {
		t.Fatal(err)
	}
	run := func(name string, arguments ...string) {
		cmd := exec.Command(name, arguments...)
		cmd.Dir = folder
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s %q: %s %v", name, arguments, out, err)
		}
	}
	run("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--install-links", client, typescript, "@types/node@20")
	run("npx", "tsc", "--project", "browser.json")
	run("npx", "tsc", "--project", "node.json")
}
