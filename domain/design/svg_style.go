package design

import "strings"

// cleanDeclarations keeps the allowed properties of `name: value; …` and returns the ids that they paint with.
func (r *rebuilder) cleanDeclarations(style string) (kept string, targets []string) {
	var b strings.Builder
	for declaration := range strings.SplitSeq(stripComments(style), ";") {
		name, value, _ := strings.Cut(declaration, ":")
		name, value = strings.ToLower(strings.TrimSpace(name)), strings.Join(strings.Fields(value), " ")
		if name == "" {
			continue
		}
		target, ok := safeValue(value)
		if !ok || value == "" || !properties[name] {
			r.remove("style " + name)
			continue
		}
		if target != "" {
			targets = append(targets, target)
		}
		if b.Len() > 0 {
			b.WriteByte(';')
		}
		b.WriteString(name + ":" + value)
	}
	return b.String(), targets
}

// cleanSheet keeps the plain rules of a style sheet. Its selectors are bound to drawings, so that a drawing inside a
// page leaves the page alone; a rule may paint with gradients and filters only, as it can apply any number of times.
func (r *rebuilder) cleanSheet(sheet string) string {
	var b strings.Builder
	rest := stripComments(sheet)
	for {
		selector, after, found := strings.Cut(rest, "{")
		if !found {
			return b.String()
		}
		selector = strings.TrimSpace(selector)
		body, next := block(after)
		rest = next
		if at := strings.IndexByte(selector, '@'); at >= 0 || strings.Contains(body, "{") {
			r.remove("style rule")
			if semicolon := strings.LastIndexByte(selector, ';'); semicolon > at && !strings.Contains(body, "{") {
				selector = strings.TrimSpace(selector[semicolon+1:]) // an @import before an ordinary rule
			} else {
				continue
			}
		}
		bound, ok := bindSelectors(selector)
		if !ok {
			r.remove("style rule")
			continue
		}
		declarations, targets := r.cleanDeclarations(body)
		if declarations == "" {
			continue
		}
		r.refs.sheet = append(r.refs.sheet, targets...)
		b.WriteString(bound + "{" + declarations + "}")
	}
}

// block returns what stands between a brace already read and its partner, and what follows.
func block(s string) (body, rest string) {
	depth := 1
	for i := range len(s) {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return s[:i], s[i+1:]
			}
		}
	}
	return s, ""
}

// bindSelectors writes each selector of a list as `svg selector`.
func bindSelectors(list string) (string, bool) {
	var bound []string
	for selector := range strings.SplitSeq(list, ",") {
		parts := strings.Fields(selector)
		if len(parts) > 0 && parts[0] == "svg" {
			parts = parts[1:]
		}
		if len(parts) == 0 {
			return "", false
		}
		for _, part := range parts {
			if !isSimpleSelector(part) {
				return "", false
			}
		}
		bound = append(bound, "svg "+strings.Join(parts, " "))
	}
	return strings.Join(bound, ","), true
}

// isSimpleSelector accepts an element of ours, classes and ids, such as `rect.sky` or `#sun`.
func isSimpleSelector(s string) bool {
	name := s
	if i := strings.IndexAny(s, ".#"); i >= 0 {
		name = s[:i]
		if strings.Trim(s[i:], ".#-_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
			return false
		}
	}
	return name == "" || elements[name]
}

func stripComments(css string) string {
	before, after, found := strings.Cut(css, "/*")
	if !found {
		return css
	}
	var b strings.Builder
	for found {
		b.WriteString(before + " ")
		_, after, _ = strings.Cut(after, "*/")
		before, after, found = strings.Cut(after, "/*")
	}
	b.WriteString(before)
	return b.String()
}
