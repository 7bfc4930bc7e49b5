package topics

import (
	"fmt"
	"strings"
)

// Messages come from everywhere, and a small one can be large once it is indented: a list in a list in a list.
const (
	maxText  = 2000 // bytes of a text that are shown: drawings are not read here
	maxDepth = 32   // lists and objects within each other
	maxPath  = 200  // bytes of what names a place
	maxNamed = 100  // places that are named

	maxPayload  = 64 << 10
	maxRevealed = 1 << 20
	forMarks    = 4 << 10 // where the room ends, each level has a mark
)

// ellipsis stands where something was cut.
const ellipsis = "…"

// shortening cuts long texts wherever they are, what lies too deep, and all that there is no room for.
type shortening struct {
	room  int // bytes of the indented payload that are left
	paths []string
}

// shorten gives what there is room for in a payload, and names what was cut.
func shorten(tree any, reveal bool) (any, []string) {
	s := shortening{room: maxPayload - forMarks}
	if reveal {
		s.room = maxRevealed - forMarks
	}
	tree = s.value("", tree, 0)
	return tree, s.paths
}

func (s *shortening) value(path string, value any, depth int) any {
	switch v := value.(type) {
	case string:
		text, long := cut(v)
		if long {
			s.paths = named(s.paths, path)
		}
		if s.take(quoted(text)) {
			return text
		}
	case []any:
		if depth < maxDepth && s.take(line(depth)) {
			return s.list(path, v, depth+1)
		}
	case map[string]any:
		if depth < maxDepth && s.take(line(depth)) {
			return s.fields(path, v, depth+1)
		}
	default: // a number, a truth or nothing
		if s.take(len(fmt.Sprint(v))) {
			return v
		}
	}
	return s.mark(path)
}

func (s *shortening) list(path string, values []any, depth int) []any {
	for i := range values {
		place := join(path, fmt.Sprint(i))
		if !s.take(line(depth)) {
			values[i] = s.mark(place)
			return values[:i+1]
		}
		values[i] = s.value(place, values[i], depth)
	}
	return values
}

func (s *shortening) fields(path string, fields map[string]any, depth int) map[string]any {
	names := sorted(fields)
	for i, name := range names {
		place := join(path, name)
		if !s.take(line(depth) + quoted(name) + len(": ")) {
			for _, rest := range names[i:] {
				delete(fields, rest)
			}
			fields[ellipsis] = s.mark(place)
			return fields
		}
		fields[name] = s.value(place, fields[name], depth)
	}
	return fields
}

// take reports whether there is room for so many bytes. Once there was not, there is none for what follows.
func (s *shortening) take(n int) bool {
	if n > s.room {
		s.room = 0
		return false
	}
	s.room -= n
	return true
}

func (s *shortening) mark(path string) string {
	s.paths = named(s.paths, path)
	return ellipsis
}

// cut shortens a text that is long.
func cut(text string) (shown string, long bool) {
	if len(text) <= maxText {
		return text, false
	}
	return fmt.Sprintf("%s… (%d bytes)", strings.ToValidUTF8(text[:maxText], ""), len(text)), true
}

// line is how many bytes an indented line needs that holds only a mark.
func line(depth int) int { return 2*depth + len(`"…",`) + len("\n") }

// quoted is how many bytes a text needs as JSON.
func quoted(text string) int {
	n := len(text) + len(`""`)
	for _, c := range text {
		switch c {
		case '"', '\\':
			n++
		case '\u2028', '\u2029':
			n += len(`\u2028`) - len("\u2028")
		default:
			if c < ' ' {
				n += len(`\u0000`) - 1
			}
		}
	}
	return n
}

// named adds a place to a list, which says no more than that there are others once it is long.
func named(paths []string, path string) []string {
	switch {
	case len(paths) < maxNamed:
		return append(paths, path)
	case len(paths) == maxNamed:
		return append(paths, ellipsis)
	}
	return paths
}

// join names a place below another; a name is as long as whoever wrote the message likes.
func join(path, name string) string {
	if path != "" {
		name = path + "." + name
	}
	if len(name) > maxPath {
		name = strings.ToValidUTF8(name[:maxPath], "") + ellipsis
	}
	return name
}
