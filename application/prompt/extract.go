package prompt

import (
	"encoding/xml"
	"html"
	"regexp"
	"strings"
)

// maxStarts bounds how often an answer is read for a complete drawing.
const maxStarts = 8

// Extract takes the drawing out of a model's answer: out of prose, code fences, an XML prolog, after a model's thinking
// aloud. Of several it takes the longest complete one. Bare ampersands and HTML's names for characters, which models like
// to write, are mended. The markup still has to be made safe.
func Extract(answer string) (markup string, ok bool) {
	if _, said, thought := strings.Cut(answer, "</think>"); thought {
		answer = said
	}
	answer = mend(answer)
	best := ""
	for range maxStarts {
		at := start(answer)
		if at < 0 {
			break
		}
		answer = answer[at:]
		length := complete(answer)
		if length > len(best) {
			best = answer[:length]
		}
		answer = answer[max(length, len("<svg")):]
	}
	return best, best != ""
}

// start finds where an <svg> element may begin.
func start(text string) int {
	from := 0
	for {
		at := strings.Index(text[from:], "<svg")
		if at < 0 {
			return -1
		}
		at += from
		if rest := text[at+len("<svg"):]; rest != "" && strings.ContainsRune(" \t\r\n>/", rune(rest[0])) {
			return at
		}
		from = at + len("<svg")
	}
}

// complete returns the length of the element that text begins with, 0 when it is not well-formed or has no end.
func complete(text string) int {
	decoder := xml.NewDecoder(strings.NewReader(text))
	for depth := 0; ; {
		token, err := decoder.Token()
		if err != nil {
			return 0
		}
		switch token.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			if depth--; depth == 0 {
				return int(decoder.InputOffset())
			}
		}
	}
}

var reference = regexp.MustCompile(`&(#[0-9]{1,7};|#x[0-9A-Fa-f]{1,6};|[A-Za-z][A-Za-z0-9]{0,31};)?`)

// mend makes every ampersand one that XML knows.
func mend(text string) string {
	if !strings.Contains(text, "&") {
		return text
	}
	return reference.ReplaceAllStringFunc(text, func(found string) string {
		switch found {
		case "&":
			return "&amp;"
		case "&amp;", "&lt;", "&gt;", "&quot;", "&apos;":
			return found
		}
		if found[1] == '#' {
			return found
		}
		if character := html.UnescapeString(found); character != found {
			return character
		}
		return "&amp;" + found[1:]
	})
}
