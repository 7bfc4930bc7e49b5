package bootstrap

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"convoke/adapters/gemini"
	"convoke/adapters/mcp"
	"convoke/adapters/noop"
	"convoke/adapters/openai"
	"convoke/adapters/studio"
	"convoke/application/port"
)

// provideGenerators is the one place that lists what a worker offers. The cleanup ends the servers that generators run.
func provideGenerators(b *Base) ([]port.Generator, func(), error) {
	c := b.Config
	drawing, err := studio.New(studio.Config{})
	if err != nil {
		return nil, nil, fmt.Errorf("studio: %w", err)
	}
	offered := []port.Generator{drawing}
	if c.Generator == "noop" {
		offered = append(offered, noop.New(c.NoopDelay))
	}
	if c.Gemini.APIKey != "" {
		g, err := gemini.New(gemini.Config{APIKey: c.Gemini.APIKey, Model: c.Gemini.Model, BaseURL: c.Gemini.BaseURL}, b.Clock, b.Log)
		if err != nil {
			return nil, nil, fmt.Errorf("gemini: %w", err)
		}
		offered = append(offered, g)
	}
	if c.OpenAI.offered() {
		offered = append(offered, openai.New(openai.Config{APIKey: c.OpenAI.APIKey, Model: c.OpenAI.Model, BaseURL: c.OpenAI.BaseURL}, b.Clock, b.Log))
	}
	entries, err := c.mcpEntries()
	if err != nil {
		return nil, nil, err
	}
	servers := make([]*mcp.Generator, len(entries))
	for i, e := range entries {
		servers[i] = mcp.New(e, b.Clock, b.Log)
		offered = append(offered, servers[i])
	}
	return offered, func() { closeServers(servers) }, nil
}

func closeServers(servers []*mcp.Generator) {
	var ending sync.WaitGroup
	for _, s := range servers {
		ending.Go(s.Close)
	}
	ending.Wait()
}

// offered reports whether the generator is there. A server of one's own may ask for no key.
func (o *OpenAI) offered() bool { return o.APIKey != "" || o.BaseURL != "" }

func (c *Config) mcpEntries() ([]mcp.Entry, error) {
	if c.MCPServers == "" {
		return nil, nil
	}
	entries, err := mcp.Load(c.MCPServers)
	if err != nil {
		return nil, fmt.Errorf("MCP_SERVERS: %s", strings.ReplaceAll(err.Error(), "\n", "\nMCP_SERVERS: "))
	}
	return entries, nil
}

// validateGenerators checks that what is named is there. Only a worker knows what there is: an api knows what may be.
func (c *Config) validateGenerators() error {
	problems := []error{
		checkURL("GEMINI_BASE_URL", c.Gemini.BaseURL, "http", "https"),
		checkURL("OPENAI_BASE_URL", c.OpenAI.BaseURL, "http", "https"),
	}
	var entries []mcp.Entry
	worker := c.Roles.Has(RoleWorker)
	if worker {
		var err error
		entries, err = c.mcpEntries()
		if err != nil {
			return errors.Join(append(problems, err)...)
		}
	}
	for i, id := range append([]string{c.Generator}, c.GeneratorFallback...) {
		name := "GENERATOR"
		if i > 0 {
			name = "GENERATOR_FALLBACK"
		}
		if problem := c.checkGenerator(id, worker, entries); problem != "" {
			problems = append(problems, fmt.Errorf("%s: %q %s", name, id, problem))
		}
	}
	return errors.Join(problems...)
}

// checkGenerator returns what is wrong with naming a generator, or nothing.
func (c *Config) checkGenerator(id string, worker bool, entries []mcp.Entry) string {
	server := strings.HasPrefix(id, "mcp:")
	switch {
	case !server && !slices.Contains([]string{studio.ID, "noop", gemini.ID, openai.ID}, id):
		return "is none of studio, gemini, openai, mcp:<name>, noop"
	case !worker:
	case id == "noop" && c.Generator != "noop":
		return "is there only if GENERATOR names it"
	case id == gemini.ID && c.Gemini.APIKey == "":
		return "needs GEMINI_API_KEY"
	case id == openai.ID && !c.OpenAI.offered():
		return "needs OPENAI_API_KEY or OPENAI_BASE_URL"
	case server && !slices.ContainsFunc(entries, func(e mcp.Entry) bool { return e.ID() == id }):
		return "is no entry of MCP_SERVERS"
	}
	return ""
}
