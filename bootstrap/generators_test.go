package bootstrap

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"convoke/adapters/system"
	"convoke/test/fake"
)

func mcpFile(t *testing.T, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "mcp.json")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestAWorkerOffersWhatIsConfigured(t *testing.T) {
	t.Parallel()
	servers := mcpFile(t, `{"mcpServers": {"painter": {"command": "painter"}, "far": {"url": "https://mcp.example"}, "off": {"command": "x", "disabled": true}}}`)
	for want, environment := range map[string]map[string]string{
		"studio":                     {},
		"studio noop":                {"GENERATOR": "noop"},
		"studio gemini":              {"GOOGLE_GEMINI_API_KEY": "k", "GENERATOR": "gemini"},
		"studio openai":              {"OPENAI_BASE_URL": "http://127.0.0.1:11434/v1"},
		"studio gemini openai":       {"GEMINI_API_KEY": "k", "OPENAI_API_KEY": "k", "GENERATOR_FALLBACK": "openai,studio"},
		"studio mcp:far mcp:painter": {"MCP_SERVERS": servers, "GENERATOR": "mcp:painter"},
	} {
		c, err := ParseConfig(AllRoles(), environment)
		if err != nil {
			t.Errorf("%s: %v", want, err)
			continue
		}
		offered, cleanup, err := provideGenerators(&Base{Config: c, Clock: system.Clock{}, Log: fake.Log()})
		if err != nil {
			t.Errorf("%s: %v", want, err)
			continue
		}
		var ids []string
		for _, g := range offered {
			ids = append(ids, g.ID())
		}
		cleanup()
		if got := strings.Join(ids, " "); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestAGeneratorThatIsNotThereIsNamedWithWhatItNeeds(t *testing.T) {
	t.Parallel()
	bad := mcpFile(t, `{"mcpServers": {"painter": {"command": "x", "args": "sk-12345"}, "far": {}}}`)
	for _, c := range []struct {
		roles       Roles
		environment map[string]string
		want        []string
	}{
		{AllRoles(), map[string]string{"GENERATOR": "gemini"}, []string{`GENERATOR: "gemini" needs GEMINI_API_KEY`}},
		{AllRoles(), map[string]string{"GENERATOR_FALLBACK": "openai"}, []string{`GENERATOR_FALLBACK: "openai" needs OPENAI_API_KEY or OPENAI_BASE_URL`}},
		{AllRoles(), map[string]string{"GENERATOR": "mcp:x"}, []string{`GENERATOR: "mcp:x" is no entry of MCP_SERVERS`}},
		{AllRoles(), map[string]string{"GENERATOR_FALLBACK": "noop"}, []string{`GENERATOR_FALLBACK: "noop" is there only if`}},
		{Roles{RoleAPI}, map[string]string{"GENERATOR": "crayons"}, []string{`GENERATOR: "crayons" is none of`}},
		{AllRoles(), map[string]string{"GEMINI_BASE_URL": "sk-1", "OPENAI_BASE_URL": "sk-1"}, []string{"GEMINI_BASE_URL: must look like", "OPENAI_BASE_URL: must look like"}},
		{AllRoles(), map[string]string{"MCP_SERVERS": "/no/such/file"}, []string{"MCP_SERVERS: the file can not be read"}},
		{AllRoles(), map[string]string{"MCP_SERVERS": bad}, []string{`- MCP_SERVERS: entry "painter": "args" must not be of type string`, `- MCP_SERVERS: entry "far": needs "command" or "url"`}},
	} {
		_, err := ParseConfig(c.roles, c.environment)
		if err == nil {
			t.Errorf("%v passes", c.environment)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "sk-1") {
				t.Errorf("%v: %v", c.environment, err)
			}
		}
	}
	api := map[string]string{"GENERATOR": "gemini", "NATS_URL": "nats://127.0.0.1", "MCP_SERVERS": "/on/the/workers"}
	if _, err := ParseConfig(Roles{RoleAPI}, api); err != nil {
		t.Errorf("an api needs no key of a worker: %v", err)
	}
}

func TestKeysOfGeneratorsAreMasked(t *testing.T) {
	t.Parallel()
	c, err := ParseConfig(AllRoles(), map[string]string{
		"GEMINI_API_KEY": "sk-12345", "OPENAI_API_KEY": "sk-12345", "OPENAI_BASE_URL": "https://user:sk-12345@gateway.example/v1",
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range c.Settings() {
		if strings.Contains(s.Value, "12345") {
			t.Errorf("%+v", s)
		}
	}
}
