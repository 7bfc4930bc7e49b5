package mcp

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAFileOfServersIsReadAsClientsWriteIt(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "mcp.json")
	err := os.WriteFile(file, []byte(`{"mcpServers": {
		"painter": {"type": "stdio", "command": "npx", "args": ["-y", "painter"], "env": {"KEY": "x"}, "autoApprove": ["*"], "tool": "paint", "arguments": {"quality": 3}},
		"far.away": {"url": "https://mcp.example/mcp", "headers": {"Authorization": "Bearer x"}},
		"asleep": {"command": "x", "disabled": true}
	}, "inputs": []}`), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := Load(file)
	if err != nil || len(entries) != 2 || entries[0].ID() != "mcp:far.away" || entries[1].ID() != "mcp:painter" {
		t.Fatalf("%v %+v", err, entries)
	}
	if p := entries[1]; p.Command != "npx" || len(p.Args) != 2 || p.Env["KEY"] != "x" || p.Tool != "paint" || p.Arguments["quality"] != 3.0 {
		t.Errorf("%+v", p)
	}
	if entries[0].Headers["Authorization"] != "Bearer x" {
		t.Errorf("%+v", entries[0])
	}
	if _, err := Load(file + "x"); err == nil || !strings.Contains(err.Error(), "can not be read") {
		t.Errorf("%v", err)
	}
}

func TestABadFileNamesTheEntryAndTheProblem(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		``:                                    "line 1 is no JSON",
		"{\n\"mcpServers\": {\n\"a\": sk-1}}": "line 3 is no JSON",
		`[]`:                                  "must be an object",
		`{}`:                                  `has no "mcpServers"`,
		`{"mcpServers": {"a": {}}}`:           `entry "a": needs "command" or "url"`,
		`{"mcpServers": {"a": "sk-1"}}`:       `entry "a": it must be an object`,
		`{"mcpServers": {"a b": {"url":"http://x"}}}`:                                `entry "a b": its name`,
		`{"mcpServers": {"a": {"command":"x","url":"http://x"}}}`:                    `entry "a": has both`,
		`{"mcpServers": {"a": {"command":"x","args":"sk-1"}}}`:                       `entry "a": "args" must not be of type string`,
		`{"mcpServers": {"a": {"command":"x","env":{"K":1}}}}`:                       `entry "a": "env`,
		`{"mcpServers": {"a": {"url":"sk-1"}}}`:                                      `entry "a": "url" must look like`,
		`{"mcpServers": {"a": {"url":"http://x","args":["x"]}}}`:                     `go with "command"`,
		`{"mcpServers": {"a": {"command":"x","headers":{"k":"v"}}}}`:                 `goes with "url"`,
		`{"mcpServers": {"a": {"type":"sse","url":"http://x"}}}`:                     `streamable HTTP`,
		`{"mcpServers": {"a": {"type":"http","command":"x"}}}`:                       `does not go with`,
		`{"mcpServers": {"a": {"type":"carrier pigeon","command":"x"}}}`:             `"stdio" or "http"`,
		`{"mcpServers": {"a": {}, "b": {"command":"x"}, "c": {"url":"ftp://sk-1"}}}`: `entry "c"`,
	} {
		_, err := parse([]byte(content))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "sk-1") {
			t.Errorf("%s: %v", content, err)
		}
	}
}

func FuzzServersFile(f *testing.F) {
	f.Add([]byte(`{"mcpServers": {"a": {"command":"x","args":["y"],"env":{"K":"v"}}, "b": {"url":"http://x","headers":{"k":"v"}}}}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		entries, err := parse(content)
		if err != nil {
			return
		}
		for _, e := range entries {
			if (e.Command == "") == (e.URL == "") || !validName.MatchString(e.Name) {
				t.Fatalf("%+v", e)
			}
		}
	})
}
