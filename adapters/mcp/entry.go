package mcp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"os"
	"regexp"
	"slices"
)

// maxFile bounds a file of servers.
const maxFile = 1 << 20

// Entry is one server of a file of MCP servers. Keys that other clients use are ignored.
type Entry struct {
	Name string `json:"-"`
	Type string `json:"type"` // may be left out: command means stdio, url means HTTP

	Command string            `json:"command"`
	Args    []string          `json:"args"`
	Env     map[string]string `json:"env"`
	Cwd     string            `json:"cwd"`

	URL     string            `json:"url"`
	Headers map[string]string `json:"headers"`

	Disabled bool `json:"disabled"`

	// Keys of Convoke's own.
	Tool      string         `json:"tool"`      // the tool that draws; empty: chosen by its name
	Arguments map[string]any `json:"arguments"` // given to the tool with every call, before what follows from the brief
}

// ID is the name by which requests ask for the server.
func (e Entry) ID() string { return "mcp:" + e.Name }

// Load reads a file in the {"mcpServers": {name: {command, args, env} | {url, headers}}} format of MCP clients and returns
// its servers by name, without those that are disabled. The error names every problem with its entry, and no value.
func Load(path string) ([]Entry, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("the file can not be read: %w", err)
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("the file can not be read: %w", err)
	case len(content) > maxFile:
		return nil, errors.New("the file is larger than 1 MB")
	}
	return parse(content)
}

func parse(content []byte) ([]Entry, error) {
	var file struct {
		Servers map[string]json.RawMessage `json:"mcpServers"`
	}
	if err := json.Unmarshal(content, &file); err != nil {
		return nil, fmt.Errorf("the file is not JSON as MCP clients write it: %s", misfit(content, err))
	}
	if file.Servers == nil {
		return nil, errors.New(`the file has no "mcpServers"`)
	}
	var entries []Entry
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(file.Servers)) {
		e := Entry{Name: name}
		if err := json.Unmarshal(file.Servers[name], &e); err != nil {
			problems = append(problems, fmt.Errorf("entry %q: %s", name, misfit(file.Servers[name], err)))
			continue
		}
		problems = append(problems, e.check())
		if !e.Disabled {
			entries = append(entries, e)
		}
	}
	return entries, errors.Join(problems...)
}

// misfit says where JSON goes wrong, without its values.
func misfit(content []byte, err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Sprintf("line %d is no JSON", 1+bytes.Count(content[:min(int(syntax.Offset), len(content))], []byte("\n")))
	case errors.As(err, &kind) && kind.Field != "":
		return fmt.Sprintf("%q must not be of type %s", kind.Field, kind.Value)
	}
	return "it must be an object"
}

var validName = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// check returns everything that is wrong with an entry.
func (e Entry) check() error {
	var problems []error
	wrong := func(is bool, format string, args ...any) {
		if is {
			problems = append(problems, fmt.Errorf("entry %q: "+format, append([]any{e.Name}, args...)...))
		}
	}
	wrong(!validName.MatchString(e.Name), "its name must be 1 to 64 letters, digits, dots, dashes or underscores")
	wrong(e.Command == "" && e.URL == "", `needs "command" or "url"`)
	wrong(e.Command != "" && e.URL != "", `has both "command" and "url"`)
	wrong(e.Command == "" && (len(e.Args) > 0 || len(e.Env) > 0 || e.Cwd != ""), `"args", "env" and "cwd" go with "command"`)
	wrong(e.URL == "" && len(e.Headers) > 0, `"headers" goes with "url"`)
	switch e.Type {
	case "", "stdio", "http", "streamable-http", "streamableHttp":
		wrong(e.Type == "stdio" && e.URL != "" || e.Type != "" && e.Type != "stdio" && e.Command != "", `"type" does not go with the rest`)
	case "sse":
		wrong(true, `"type" is "sse", which MCP has given up: use the server's streamable HTTP address`)
	default:
		wrong(true, `"type" must be "stdio" or "http"`)
	}
	if e.URL != "" {
		u, err := url.Parse(e.URL)
		wrong(err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https", `"url" must look like https://host/path`)
	}
	return errors.Join(problems...)
}
