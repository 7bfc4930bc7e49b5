package designs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"convoke/domain/design"
	"convoke/domain/fault"
)

// Change is one value that differs between two versions: JSON, or nil where there was, or is, none.
type Change struct {
	Path          string // dotted, lists by index: "size.width", "palette.tints.2"
	Before, After json.RawMessage
}

// Diff says what changed from one version of a design to another: in what was asked for, and in how the generator
// describes what it drew. The order is that of the fields of a brief, and that of the alphabet.
type Diff struct {
	From, To    int
	Brief, Spec []Change
}

// Compare tells two versions of a design apart. It returns faults that name from and to, ErrNotFound or
// ErrVersionNotFound.
func Compare(ctx context.Context, store Store, designID string, from, to int) (Diff, error) {
	if err := errors.Join(checkNumber("from", from), checkNumber("to", to)); err != nil {
		return Diff{}, err
	}
	before, err := store.DesignVersion(ctx, designID, from)
	if err != nil {
		return Diff{}, err
	}
	after, err := store.DesignVersion(ctx, designID, to)
	if err != nil {
		return Diff{}, err
	}
	d := Diff{From: from, To: to, Brief: compareBriefs(before, after)}
	if d.Spec, err = compareSpecs(before.Spec, after.Spec); err != nil {
		return Diff{}, fmt.Errorf("compare versions %d and %d of design %s: %w", from, to, designID, err)
	}
	return d, nil
}

func checkNumber(field string, number int) error {
	if number < 1 {
		return fault.Field(field, "must be the number of a version")
	}
	return nil
}

// compareBriefs compares what was asked for, the instructions of a refinement included.
func compareBriefs(before, after design.Version) []Change {
	var c comparison
	a, b := before.Brief, after.Brief
	c.texts("description", a.Description, b.Description)
	c.texts("style", string(a.Style), string(b.Style))
	c.values("colorPalette", list(a.Palette), list(b.Palette))
	c.values("size.width", a.Size.Width, b.Size.Width)
	c.values("size.height", a.Size.Height, b.Size.Height)
	c.texts("instructions", before.Instructions, after.Instructions)
	return c.changes
}

func list(palette []string) any {
	all := make([]any, len(palette))
	for i, color := range palette {
		all[i] = color
	}
	return all
}

func compareSpecs(before, after []byte) ([]Change, error) {
	a, err := specOf(before)
	if err != nil {
		return nil, err
	}
	b, err := specOf(after)
	if err != nil {
		return nil, err
	}
	var c comparison
	c.values("", a, b)
	return c.changes, nil
}

// specOf reads a specification; numbers stay as they are written, since a seed has more digits than a float holds.
func specOf(spec []byte) (any, error) {
	if len(spec) == 0 {
		return map[string]any{}, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(spec))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, fmt.Errorf("read the specification: %w", err)
	}
	if value == nil {
		return map[string]any{}, nil
	}
	return value, nil
}

// absent is the value of what is not there.
type absent struct{}

// comparison collects what differs.
type comparison struct{ changes []Change }

// texts compares texts of which an empty one is none.
func (c *comparison) texts(path, before, after string) {
	value := func(text string) any {
		if text == "" {
			return absent{}
		}
		return text
	}
	c.values(path, value(before), value(after))
}

// values compares two decoded JSON values, going into objects and lists that are on both sides.
func (c *comparison) values(path string, before, after any) {
	switch a := before.(type) {
	case map[string]any:
		if b, ok := after.(map[string]any); ok {
			c.objects(path, a, b)
			return
		}
	case []any:
		if b, ok := after.([]any); ok {
			c.lists(path, a, b)
			return
		}
	}
	one, other := encode(before), encode(after)
	if !bytes.Equal(one, other) {
		c.changes = append(c.changes, Change{path, one, other})
	}
}

func (c *comparison) objects(path string, before, after map[string]any) {
	names := maps.Clone(before)
	maps.Copy(names, after)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		c.values(join(path, name), member(before, name), member(after, name))
	}
}

func member(object map[string]any, name string) any {
	if value, ok := object[name]; ok {
		return value
	}
	return absent{}
}

func (c *comparison) lists(path string, before, after []any) {
	at := func(list []any, i int) any {
		if i < len(list) {
			return list[i]
		}
		return absent{}
	}
	for i := range max(len(before), len(after)) {
		c.values(join(path, strconv.Itoa(i)), at(before, i), at(after, i))
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// encode writes a value as JSON, without escapes for HTML; what is not there is nil.
func encode(value any) json.RawMessage {
	if _, none := value.(absent); none {
		return nil
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil { // decoded JSON can always be written
		return nil
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}
