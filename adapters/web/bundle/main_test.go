package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func TestTheEmbeddedBundlesAreThoseOfTheSources(t *testing.T) {
	t.Parallel()
	made, err := build("..")
	if err != nil {
		t.Fatal(err)
	}
	if len(made) != len(points()) {
		t.Fatalf("%d bundles are made of %d sources", len(made), len(points()))
	}
	found, err := filepath.Glob("../dist/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range found {
		if made["dist/"+filepath.Base(file)] == nil {
			t.Errorf("%s is made of nothing: run `make generate`", file)
		}
	}
	for name, content := range made {
		if embedded, err := os.ReadFile(filepath.Join("..", name)); err != nil || !bytes.Equal(embedded, content) {
			t.Errorf("%s is stale: run `make generate` (%v)", name, err)
		}
	}
}

// typescript is the version of the compiler that judges the sources. It is fetched for the test and never kept.
const typescript = "typescript@5.9.3"

func TestTheSourcesHaveTheirTypes(t *testing.T) {
	t.Parallel()
	if os.Getenv("CONVOKE_TEST_REAL") != "1" {
		t.Skip("needs npm and the network: make test-real")
	}
	if out, err := exec.Command("npx", "--yes", "--package", typescript, "tsc", "--project", "..").CombinedOutput(); err != nil {
		t.Errorf("%s %v", out, err)
	}
}

func TestBundlesDependOnNothingButTheirSources(t *testing.T) {
	t.Parallel()
	elsewhere := t.TempDir()
	for _, folder := range []string{"src", "client"} {
		if err := os.CopyFS(filepath.Join(elsewhere, folder), os.DirFS(filepath.Join("..", folder))); err != nil {
			t.Fatal(err)
		}
	}
	here, err := build("..")
	if err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(elsewhere, "src", "guest.ts")
	source, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		added   string
		changes bool
	}{{"", false}, {"// said to people only\n", false}, {"document.title = \"x\";\n", true}} {
		if err := os.WriteFile(script, append(source, c.added...), 0o600); err != nil {
			t.Fatal(err)
		}
		there, err := build(elsewhere)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Equal(here["dist/guest.js"], there["dist/guest.js"]) == c.changes {
			t.Errorf("%q: changes the bundle: %v", c.added, !c.changes)
		}
	}
	if err := os.WriteFile(script, []byte("let ="), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := build(elsewhere); err == nil {
		t.Error("nonsense was bundled")
	}
}
