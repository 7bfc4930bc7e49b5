package arch

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"convoke/application/envelope"
	"convoke/application/port"
	"convoke/domain/event"
)

const eventsText = "docs/EVENTS.md"

func TestEveryExampleOfAnEventIsReadAndWrittenAlike(t *testing.T) {
	t.Parallel()
	for _, example := range blocks(t, eventsText, "json") {
		read, err := envelope.Decode(port.Message{Value: []byte(example)})
		if err != nil {
			t.Errorf("%v:\n%s", err, example)
			continue
		}
		written, err := envelope.Encode("any", read)
		if err != nil {
			t.Errorf("%v:\n%s", err, example)
			continue
		}
		if got, want := tree(t, written.Value), tree(t, []byte(example)); !reflect.DeepEqual(got, want) {
			t.Errorf("the example\n%s\nis written as\n%s", example, written.Value)
		}
	}
}

func tree(t *testing.T, text []byte) any {
	t.Helper()
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestEveryEventHasAnExample(t *testing.T) {
	t.Parallel()
	var shown []string
	for _, example := range blocks(t, eventsText, "json") {
		var wire struct{ Type string }
		if err := json.Unmarshal([]byte(example), &wire); err != nil {
			t.Fatal(err)
		}
		shown = append(shown, wire.Type)
	}
	types := slices.DeleteFunc(eventTypes(t), func(name string) bool { return !travels(name) })
	if !slices.Contains(types, string(event.TypeDesignReady)) {
		t.Fatalf("the types in the code are not found: %v", types)
	}
	sameNames(t, eventsText, shown, types)
}

// travels reports whether events of the type have a form on the wire.
func travels(name string) bool {
	_, err := envelope.Decode(port.Message{Value: fmt.Appendf(nil, `{"specversion":"1.0","id":"1","type":%q,"source":"s","data":{}}`, name)})
	return !errors.Is(err, envelope.ErrUnknownType)
}

// eventTypes reads the closed list of types from the code: constants can not be listed otherwise.
func eventTypes(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, "domain/event/event.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var types []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if named, ok := spec.Type.(*ast.Ident); ok && named.Name == "Type" {
			text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			types = append(types, text)
		}
		return false
	})
	return types
}

func TestTheTableOfTopicsIsTheCodes(t *testing.T) {
	t.Parallel()
	var written, actual []string
	for _, row := range tables(t, eventsText, "Topic") {
		written = append(written, fmt.Sprintf("%s, %s partitions, %s, %s", row[0], row[2], row[3], row[4]))
	}
	for _, topic := range envelope.DefaultNames("").Topics() {
		actual = append(actual, fmt.Sprintf("%s, %d partitions, %s, %d MB", topic.Name, topic.Partitions, age(topic.Retention), topic.MaxBytes>>20))
	}
	sameNames(t, eventsText, written, actual)
}

func age(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d == 0:
		return "for ever"
	case d%day == 0:
		return fmt.Sprintf("%d d", d/day)
	}
	return fmt.Sprintf("%d h", d/time.Hour)
}

func TestTheTableOfGroupsIsTheCodes(t *testing.T) {
	t.Parallel()
	var written []string
	for _, row := range tables(t, eventsText, "Group") {
		written = append(written, row[0])
	}
	sameNames(t, eventsText, written, groups())
}

// groups are the names that are no topic's.
func groups() []string {
	names := envelope.DefaultNames("")
	topics := names.Topics()
	var all []string
	for _, field := range reflect.ValueOf(names).Fields() {
		if name := field.String(); !slices.ContainsFunc(topics, func(t port.Topic) bool { return t.Name == name }) {
			all = append(all, name)
		}
	}
	return all
}
