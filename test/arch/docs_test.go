package arch

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

// document reads one of the repository's texts.
func document(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// tables returns the rows of every Markdown table whose first heading is the given one. Cells come without blanks and
// code marks.
func tables(t *testing.T, name, heading string) [][]string {
	t.Helper()
	var rows [][]string
	inside := false
	for line := range strings.Lines(document(t, name)) {
		line, isRow := strings.CutPrefix(strings.TrimSpace(line), "|")
		cells := strings.Split(strings.TrimSuffix(line, "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(strings.ReplaceAll(cells[i], "`", ""))
		}
		switch {
		case !isRow:
			inside = false
		case cells[0] == heading:
			inside = true
		case inside && strings.Trim(cells[0], "-:") != "":
			rows = append(rows, cells)
		}
	}
	if len(rows) == 0 {
		t.Fatalf("%s has no table that begins with %q", name, heading)
	}
	return rows
}

// blocks returns the contents of the fenced blocks of one language.
func blocks(t *testing.T, name, language string) []string {
	t.Helper()
	var found []string
	for _, match := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(document(t, name), -1) {
		found = append(found, match[1])
	}
	return found
}

// sameNames reports which names are only in the code and which only in a text.
func sameNames(t *testing.T, text string, written, actual []string) {
	t.Helper()
	for _, name := range actual {
		if !slices.Contains(written, name) {
			t.Errorf("%s does not name %s", text, name)
		}
	}
	for _, name := range written {
		if !slices.Contains(actual, name) {
			t.Errorf("%s names %s, which does not exist", text, name)
		}
	}
}

var (
	namedPath = regexp.MustCompile("`((?:domain|application|adapters|bootstrap|test|docs)/[\\w./-]*)`")
	link      = regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)
)

func TestTextsNameOnlyFilesThatExist(t *testing.T) {
	t.Parallel()
	texts, err := filepath.Glob(root + "/docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	records, _ := filepath.Glob(root + "/docs/adr/*.md")
	for _, text := range append(append(texts, records...), root+"/README.md") {
		content := document(t, strings.TrimPrefix(text, root))
		for _, match := range namedPath.FindAllStringSubmatch(content, -1) {
			if match[1] != "application/json" { // a media type
				exists(t, text, filepath.Join(root, match[1]))
			}
		}
		for _, match := range link.FindAllStringSubmatch(content, -1) {
			exists(t, text, filepath.Join(filepath.Dir(text), match[1]))
		}
	}
}

func exists(t *testing.T, text, path string) {
	t.Helper()
	if _, err := os.Stat(path); err != nil {
		t.Errorf("%s: %v", text, err)
	}
}
