// Command report names what the tests could not cover on this machine, because a real server is missing.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"convoke/test/browser"
	"convoke/test/node"
	"convoke/test/realmcp"
)

// part is a real server that some tests run against when it is there.
type part struct {
	name    string
	missing string
	there   func() bool
}

func main() {
	cache, _ := os.UserCacheDir()
	parts := []part{
		{"PostgreSQL", "the store runs on SQLite and in memory only (install postgresql)", func() bool {
			found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
			return onPath("initdb") || len(found) > 0
		}},
		{"Apache Kafka", "the bus runs on kfake, JetStream and in memory only (needs Java, and Kafka's jars by `make test-real`)", func() bool {
			jars, _ := filepath.Glob(filepath.Join(cache, "convoke", "kafka-*", "*.jar"))
			return onPath("java") && (len(jars) > 0 || os.Getenv("CONVOKE_KAFKA_LIBS") != "")
		}},
		{"Redis", "hints and the shared cache run on an in-process Redis only (install redis-server)", func() bool { return onPath("redis-server") }},
		{"kcat", "of the tools that others wrote, only Kafka's own read the topics (install kcat)", func() bool { return onPath("kcat") }},
		{"Chromium", "the pages are tested over HTTP only, and pictures pixel by pixel but not against a browser's (install chromium)", func() bool {
			_, err := browser.Path()
			return err == nil
		}},
		{"Node", "the TypeScript client runs in a browser only, if there is one (install Node 20 or later, or let `make test-real` fetch it)", node.There},
		{"an MCP server of somebody else's", "the generator mcp runs against servers of its own tests only (needs Node, and `make test-real` to fetch server-everything)", realmcp.There},
	}
	var missing []part
	for _, p := range parts {
		if !p.there() {
			missing = append(missing, p)
		}
	}
	if len(missing) == 0 {
		fmt.Println("Real PostgreSQL, Apache Kafka, Redis, kcat, Chromium, Node and MCP servers were found and tested against. The long fault tests run in `make test-real`.")
		return
	}
	fmt.Println("Not covered on this machine:")
	for _, p := range missing {
		fmt.Printf("  %s: %s\n", p.name, p.missing)
	}
}

func onPath(name string) bool {
	_, err := exec.LookPath(name)
	return err == nil
}
