package mcp

import (
	"fmt"
	"slices"
	"strings"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// drawing are parts of the names of tools that draw, the surest first.
var drawing = []string{"generate", "design", "svg", "create", "draw", "image"}

// choose finds the tool that draws: the one that the entry names, generate_image, or the first whose name sounds like it and
// that takes a text.
func choose(tools []*sdk.Tool, wanted string) (*sdk.Tool, error) {
	named := func(name string) int {
		return slices.IndexFunc(tools, func(t *sdk.Tool) bool { return t.Name == name })
	}
	if wanted != "" {
		if at := named(wanted); at >= 0 {
			return tools[at], nil
		}
		return nil, fmt.Errorf("%w: it has no tool %q", errUnfit, wanted)
	}
	if at := named("generate_image"); at >= 0 {
		return tools[at], nil
	}
	for _, part := range drawing {
		for _, t := range tools {
			if strings.Contains(strings.ToLower(t.Name), part) && takesText(t) {
				return t, nil
			}
		}
	}
	return nil, fmt.Errorf("%w: none of its %d tools sounds like one that draws; name one with \"tool\"", errUnfit, len(tools))
}

func takesText(t *sdk.Tool) bool { return schemaOf(t).text() != "" }

// texts are the names of arguments that may hold the brief, the best first.
var texts = []string{"prompt", "description", "text", "brief", "request", "query", "input", "message", "instructions", "instruction"}

// schema is as much of a tool's input schema as matters here.
type schema struct {
	properties map[string]any
	required   []string
}

func schemaOf(t *sdk.Tool) schema {
	var s schema
	object, _ := t.InputSchema.(map[string]any)
	s.properties, _ = object["properties"].(map[string]any)
	list, _ := object["required"].([]any)
	for _, item := range list {
		if name, ok := item.(string); ok {
			s.required = append(s.required, name)
		}
	}
	return s
}

// text is the argument that takes the brief, or nothing.
func (s schema) text() string {
	for _, wanted := range texts {
		for _, name := range s.names() {
			if plain(name) == wanted && kindOf(s.properties[name]) == "string" {
				return name
			}
		}
	}
	return ""
}

func (s schema) names() []string {
	names := make([]string, 0, len(s.properties))
	for name := range s.properties {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// options are the texts that a property may have, of its own or as one of its alternatives.
func options(property any) []string {
	p, _ := property.(map[string]any)
	var all []string
	list, _ := p["enum"].([]any)
	for _, item := range list {
		if s, ok := item.(string); ok {
			all = append(all, s)
		}
	}
	for _, alternative := range alternatives(p) {
		all = append(all, options(alternative)...)
	}
	return all
}

// kindOf is the type of a property: of several, and of alternatives, the first that is not null. Without one it is a text.
func kindOf(property any) string {
	p, _ := property.(map[string]any)
	kinds := []any{p["type"]}
	if list, ok := p["type"].([]any); ok {
		kinds = list
	}
	for _, kind := range kinds {
		if k, ok := kind.(string); ok && k != "null" {
			return k
		}
	}
	for _, alternative := range alternatives(p) {
		if k := kindOf(alternative); k != "" {
			return k
		}
	}
	if p["type"] != nil {
		return "" // nothing but null
	}
	return "string"
}

func alternatives(p map[string]any) []any {
	all, _ := p["anyOf"].([]any)
	more, _ := p["oneOf"].([]any)
	return append(slices.Clone(all), more...)
}

// plain makes colorPalette, color_palette and Color-Palette one name.
func plain(name string) string {
	return strings.Map(func(c rune) rune {
		if c == '_' || c == '-' || c == '.' || c == ' ' {
			return -1
		}
		return c
	}, strings.ToLower(name))
}
