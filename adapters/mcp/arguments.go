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
	if look := prompt.Look(r.Brief); look != "" && (!said["style"] || !said["palette"]) {
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
