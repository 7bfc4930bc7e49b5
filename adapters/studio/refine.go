package studio

import (
	"regexp"
	"strings"

	"convoke/adapters/studio/ornament"
	"convoke/application/port"
)

// changes tells which instructions of a refinement were followed.
type changes struct {
	understood []string
	ignored    []string
}

// refined returns the parent's specification with the instructions followed. A parent that another generator made is
// read anew from its brief.
func refined(r port.Request) (Spec, changes) {
	spec, err := parseSpec(r.Parent.Spec)
	if err != nil {
		brief := r.Parent.Brief
		if brief.Description == "" {
			brief = r.Brief
		}
		spec = plan(brief, r.Seed)
	}
	var done changes
	for _, sentence := range instructionEnd.Split(strings.TrimSpace(r.Parent.Instructions), -1) {
		done.follow(&spec, sentence)
	}
	spec.reconcile()
	return spec, done
}

var (
	instructionEnd = regexp.MustCompile(`[;\n!]+\s*|\.(?:\s+|$)`)
	joint          = regexp.MustCompile(`(?i),\s*(?:and\s+|then\s+|also\s+)?|\s+(?:and|then|but)\s+(?:also\s+|then\s+)?`)
	politeness     = regexp.MustCompile(`(?i)^(?:please|pls|kindly|now|also|and|but|then|just|can you|could you|would you|i['’]d like (?:you to|it)|i want (?:you to|it)|i would like (?:you to|it)|let['’]s)[,\s]+`)
)

// follow tries a sentence as one instruction, and if it is none, each of its parts.
func (c *changes) follow(spec *Spec, sentence string) {
	sentence = polished(sentence)
	if sentence == "" {
		return
	}
	if obey(spec, sentence) {
		c.understood = append(c.understood, sentence)
		return
	}
	parts := wholeLists(joint.Split(sentence, -1))
	if len(parts) == 1 {
		c.ignored = append(c.ignored, sentence)
		return
	}
	for _, part := range parts {
		if part = polished(part); part == "" {
			continue
		}
		if obey(spec, part) {
			c.understood = append(c.understood, part)
		} else {
			c.ignored = append(c.ignored, part)
		}
	}
}

// wholeLists puts lists of colours together again: "navy and gold" is one wish, not two of which the last wins.
func wholeLists(parts []string) []string {
	whole := parts[:1]
	for _, part := range parts[1:] {
		last := whole[len(whole)-1]
		words := strings.Fields(last)
		_, isColor := colorOf(part)
		if isColor && len(words) > 0 {
			if _, follows := colorOf(words[len(words)-1]); follows {
				whole[len(whole)-1] = last + " and " + part
				continue
			}
		}
		whole = append(whole, part)
	}
	return whole
}

func polished(s string) string {
	for {
		shorter := strings.Trim(politeness.ReplaceAllString(s, ""), " \t.,")
		shorter = strings.TrimSuffix(shorter, " please")
		if shorter == s {
			return s
		}
		s = shorter
	}
}

// obey follows one instruction if it is understood.
func obey(spec *Spec, instruction string) bool {
	for _, rule := range rules {
		if m := rule.pattern.FindStringSubmatch(instruction); m != nil && rule.apply(spec, m) {
			return true
		}
	}
	return false
}

// reconcile finds another composition when the wanted ornament does not suit the present one.
func (s *Spec) reconcile() {
	c := s.composition()
	uses := s.family().Uses
	if c.needs != 0 && c.needs&uses == 0 || c.name == "frame" && s.Amount > 1 && uses&ornament.Corners != 0 {
		s.Composition = s.chooseComposition()
	}
}
