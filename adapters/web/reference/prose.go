package reference

import (
	"regexp"
	"strings"
)

// marks are those that the documents' texts use: `code`, **strong** and [link](address).
var marks = regexp.MustCompile("`([^`]+)`|\\*\\*([^*]+)\\*\\*|\\[([^\\]]+)\\]\\(([^)]+)\\)|\\*([^*]+)\\*")

// prose reads a text of a document; an empty line ends a paragraph.
func prose(text string) []Paragraph {
	var all []Paragraph
	for block := range strings.SplitSeq(text, "\n\n") {
		if block = strings.Join(strings.Fields(block), " "); block != "" {
			all = append(all, paragraph(block))
		}
	}
	return all
}

func paragraph(text string) Paragraph {
	var p Paragraph
	plain := func(piece string) {
		if piece != "" {
			p = append(p, Span{Text: piece})
		}
	}
	from := 0
	for _, m := range marks.FindAllStringSubmatchIndex(text, -1) {
		plain(text[from:m[0]])
		group := func(i int) string {
			if m[2*i] < 0 {
				return ""
			}
			return text[m[2*i]:m[2*i+1]]
		}
		switch {
		case group(1) != "":
			p = append(p, Span{Text: group(1), Code: true})
		case group(2) != "":
			p = append(p, Span{Text: group(2), Strong: true})
		case group(3) != "":
			p = append(p, Span{Text: group(3), Link: group(4)})
		default:
			p = append(p, Span{Text: group(5), Strong: true})
		}
		from = m[1]
	}
	plain(text[from:])
	return p
}
