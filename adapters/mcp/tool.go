package mcp

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"convoke/application/port"
	"convoke/application/prompt"
	"convoke/domain/design"
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

// arguments maps a request onto a tool's schema. fixed comes first; what the tool has no argument for is said in words.
func arguments(t *sdk.Tool, r port.Request, fixed map[string]any) (map[string]any, error) {
	s := schemaOf(t)
	given := map[string]any{}
	for name, value := range fixed {
		given[name] = value
	}
	said := map[string]bool{} // what an argument of its own says
	for _, name := range s.names() {
		if _, ok := given[name]; ok {
			continue
		}
		if meaning, value := meant(plain(name), s.properties[name], r); value != nil {
			given[name] = value
			said[meaning] = true
		}
	}
	words := prompt.Words(r)
	if look := prompt.Look(r.Brief); look != "" && !(said["style"] && said["palette"]) {
		words += "\n\n" + look
	}
	if !said["size"] {
		words += fmt.Sprintf("\n\n%d × %d pixels", r.Brief.Size.Width, r.Brief.Size.Height)
	}
	main := s.text()
	for _, name := range s.names() {
		_, ok := given[name]
		asked := slices.Contains(s.required, name)
		if name == main && !ok || asked && !ok && slices.Contains(texts, plain(name)) {
			given[name] = words
		} else if asked && !ok {
			value, ok := otherwise(s.properties[name])
			if !ok {
				return nil, fmt.Errorf("%w: its tool %q requires %q; give it with \"arguments\"", errUnfit, t.Name, name)
			}
			given[name] = value
		}
	}
	return given, nil
}

// meant returns the value of an argument whose name says what it is for, or nil.
func meant(name string, property any, r port.Request) (meaning string, value any) {
	b := r.Brief
	switch name {
	case "style", "imagestyle", "artstyle":
		return "style", text(string(b.Style), property)
	case "width", "imagewidth":
		return "size", number(b.Size.Width, property)
	case "height", "imageheight":
		return "size", number(b.Size.Height, property)
	case "size", "imagesize", "dimensions", "resolution":
		return "size", size(b.Size, property)
	case "aspectratio", "ratio":
		return "aspect", aspect(b.Size, property)
	case "palette", "colors", "colours", "colorpalette", "colourpalette", "color", "colour":
		return "palette", palette(b.Palette, property)
	case "format", "outputformat", "imageformat", "filetype", "outputtype":
		return "format", pick(options(property), "svg", "image/svg+xml", "png", "image/png")
	case "instructions", "changes", "edit":
		if r.Parent != nil {
			return "changes", text(r.Parent.Instructions, property)
		}
	}
	return "", nil
}

func text(value string, property any) any {
	choices := options(property)
	switch {
	case value == "" || kindOf(property) != "string":
		return nil
	case len(choices) == 0:
		return value
	}
	return pick(choices, value)
}

func number(value int, property any) any {
	switch kindOf(property) {
	case "integer", "number":
		return value
	case "string":
		return text(strconv.Itoa(value), property)
	}
	return nil
}

func size(s design.Size, property any) any {
	switch kindOf(property) {
	case "object":
		return map[string]any{"width": s.Width, "height": s.Height}
	case "array":
		return []int{s.Width, s.Height}
	case "string":
		if choices := options(property); len(choices) > 0 {
			return nearest(choices, s)
		}
		return fmt.Sprintf("%dx%d", s.Width, s.Height)
	}
	return nil
}

func aspect(s design.Size, property any) any {
	if choices := options(property); len(choices) > 0 {
		return nearest(choices, s)
	}
	if kindOf(property) != "string" {
		return nil
	}
	a, b := s.Width, s.Height
	for b != 0 {
		a, b = b, a%b
	}
	return fmt.Sprintf("%d:%d", s.Width/a, s.Height/a)
}

var pair = regexp.MustCompile(`^\s*(\d{1,5})\s*[xX×*:/]\s*(\d{1,5})\s*$`)

// nearest picks the choice of the form 1024x1024 or 16:9 whose shape, then whose area, is nearest; nil if there is none.
func nearest(choices []string, s design.Size) any {
	var best any
	least := math.Inf(1)
	for _, c := range choices {
		m := pair.FindStringSubmatch(c)
		if m == nil {
			continue
		}
		w, _ := strconv.ParseFloat(m[1], 64)
		h, _ := strconv.ParseFloat(m[2], 64)
		if w == 0 || h == 0 {
			continue
		}
		width, height := float64(s.Width), float64(s.Height)
		far := 100*math.Abs(math.Log(w/h)-math.Log(width/height)) + math.Abs(math.Log(w*h)-math.Log(width*height))
		if far < least {
			best, least = c, far
		}
	}
	return best
}

func palette(colors []string, property any) any {
	switch {
	case len(colors) == 0:
		return nil
	case kindOf(property) == "array":
		return colors
	case kindOf(property) == "string" && len(options(property)) == 0:
		return strings.Join(colors, ", ")
	}
	return nil
}

// pick returns the first wanted choice that there is, in the spelling of the choices; nil if there is none.
func pick(choices []string, wanted ...string) any {
	for _, w := range wanted {
		for _, c := range choices {
			if strings.EqualFold(c, w) {
				return c
			}
		}
	}
	return nil
}

// otherwise is a value for a required argument that nothing is known about: its default or its first choice.
func otherwise(property any) (any, bool) {
	p, _ := property.(map[string]any)
	if value, ok := p["default"]; ok {
		return value, true
	}
	if value, ok := p["const"]; ok {
		return value, true
	}
	if choices, ok := p["enum"].([]any); ok && len(choices) > 0 {
		return choices[0], true
	}
	return nil, false
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
