package studio

import (
	"slices"
	"strings"

	"convoke/adapters/studio/reading"
)

func remove(s *Spec, m []string) bool {
	what := strings.ToLower(strings.Trim(m[1], ` "'“”.`))
	if _, ok := familyNames[what]; ok {
		s.Amount = 0
		return true
	}
	t := &s.Text
	switch what {
	case "time":
		t.Time = ""
	case "date":
		t.Date = ""
	case "place", "venue", "location", "address":
		t.Place = ""
	case "dress code", "dress":
		t.Dress = ""
	case "rsvp", "reply", "rsvp line":
		t.Reply = ""
	case "note", "notes":
		t.Notes, s.Added = nil, nil
	default:
		return s.removeWords(what)
	}
	return true
}

// removeWords takes out the line that holds the words.
func (s *Spec) removeWords(what string) bool {
	t := &s.Text
	holds := func(line string) bool { return strings.Contains(strings.ToLower(line), what) }
	if i := slices.IndexFunc(t.Notes, holds); i >= 0 {
		t.Notes = slices.Delete(slices.Clone(t.Notes), i, i+1)
		return true
	}
	if i := slices.IndexFunc(s.Added, holds); i >= 0 {
		s.Added = slices.Delete(slices.Clone(s.Added), i, i+1)
		return true
	}
	for _, line := range []*string{&t.Reply, &t.Dress, &t.Tail, &t.Lead, &t.Place} {
		if *line != "" && holds(*line) {
			*line = ""
			return true
		}
	}
	return false
}

func changeField(s *Spec, m []string) bool {
	field := s.field(strings.Join(strings.Fields(strings.ToLower(m[1])), " "))
	s.rewrite(field, strings.Trim(m[2], ` "“”`))
	return true
}

func (s *Spec) field(name string) *string {
	switch name {
	case "time", "start":
		return &s.Text.Time
	case "date", "day":
		return &s.Text.Date
	case "place", "venue", "location", "address":
		return &s.Text.Place
	case "dress code":
		return &s.Text.Dress
	case "rsvp", "reply":
		return &s.Text.Reply
	}
	return &s.Text.Title
}

// rewrite changes a field, and the same words in the description, so that both say the same.
func (s *Spec) rewrite(field *string, words string) {
	if *field != "" && strings.Contains(s.Description, *field) {
		s.Description = strings.Replace(s.Description, *field, words, 1)
	} else {
		s.Description = strings.TrimRight(s.Description, ". ") + ". " + words
	}
	*field = words
}

func replaceWords(s *Spec, m []string) bool {
	t, found := &s.Text, false
	lines := []*string{&t.Title, &t.Lead, &t.Tail, &t.Date, &t.Time, &t.Place, &t.Dress, &t.Reply}
	t.Notes = slices.Clone(t.Notes)
	for i := range t.Notes {
		lines = append(lines, &t.Notes[i])
	}
	s.Added = slices.Clone(s.Added)
	for i := range s.Added {
		lines = append(lines, &s.Added[i])
	}
	for _, line := range lines {
		if at := strings.Index(strings.ToLower(*line), strings.ToLower(m[1])); at >= 0 && at+len(m[1]) <= len(*line) {
			*line = (*line)[:at] + m[2] + (*line)[at+len(m[1]):]
			found = true
		}
	}
	if found {
		s.Description = strings.ReplaceAll(s.Description, m[1], m[2])
	}
	return found
}

func moveTo(s *Spec, m []string) bool {
	facts := reading.Read("Party, " + m[1])
	moved := false
	for _, f := range []struct {
		field *string
		words string
	}{{&s.Text.Date, facts.Date}, {&s.Text.Time, facts.Time}, {&s.Text.Place, facts.Place}} {
		if f.words != "" {
			s.rewrite(f.field, f.words)
			moved = true
		}
	}
	return moved
}

func addLine(s *Spec, m []string) bool {
	words := strings.Trim(m[1], ` "“”`)
	lower := strings.ToLower(words)
	switch {
	case words == "":
		return false
	case strings.HasPrefix(lower, "rsvp"):
		s.rewrite(&s.Text.Reply, words)
	case strings.HasPrefix(lower, "dress code"):
		s.rewrite(&s.Text.Dress, words)
	default:
		s.Added = append(slices.Clone(s.Added), words)
		s.Description = strings.TrimRight(s.Description, ". ") + ". " + words
	}
	return true
}
