// Package reference reads the contract's documents for the page that shows them to people.
package reference

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// object is a JSON object that keeps the order of its fields: that of the page. Values are objects, lists ([]any) and
// scalars. The zero value is empty.
type object struct {
	keys   []string
	values map[string]any
}

func read(text []byte) (object, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	value, err := readValue(decoder)
	if err != nil {
		return object{}, err
	}
	o, ok := value.(object)
	if !ok {
		return object{}, fmt.Errorf("the document is no object")
	}
	return o, nil
}

func readValue(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		return readObject(d)
	case json.Delim('['):
		list := []any{}
		for d.More() {
			item, err := readValue(d)
			if err != nil {
				return nil, err
			}
			list = append(list, item)
		}
		_, err := d.Token()
		return list, err
	}
	return token, nil
}

func readObject(d *json.Decoder) (object, error) {
	o := object{values: map[string]any{}}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return o, err
		}
		value, err := readValue(d)
		if err != nil {
			return o, err
		}
		name, _ := key.(string)
		o.keys = append(o.keys, name)
		o.values[name] = value
	}
	_, err := d.Token()
	return o, err
}

// in returns the object at a path of keys; what is not there is empty.
func (o object) in(path ...string) object {
	for _, key := range path {
		o, _ = o.values[key].(object)
	}
	return o
}

func (o object) has(key string) bool { _, ok := o.values[key]; return ok }

// text is a string, or a scalar as JSON writes it.
func (o object) text(key string) string {
	if text, ok := o.values[key].(string); ok {
		return text
	}
	if !o.has(key) {
		return ""
	}
	return inline(o.values[key])
}

func (o object) list(key string) []any { list, _ := o.values[key].([]any); return list }

func (o object) flag(key string) bool { flag, _ := o.values[key].(bool); return flag }

// MarshalJSON writes the fields in their order.
func (o object) MarshalJSON() ([]byte, error) {
	var b strings.Builder
	for i, key := range o.keys {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(inline(key) + ":" + inline(o.values[key]))
	}
	return []byte("{" + b.String() + "}"), nil
}

// inline writes a value on one line.
func inline(value any) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value) // what was JSON can be JSON again
	return strings.TrimSpace(b.String())
}

// pretty writes a value for people.
func pretty(value any) string {
	var b bytes.Buffer
	_ = json.Indent(&b, []byte(inline(value)), "", "  ") // as above
	return b.String()
}

// resolve follows a reference within the document.
func (o object) resolve(value any) (found object, name string) {
	found, _ = value.(object)
	for found.has("$ref") && len(found.keys) == 1 {
		path := strings.Split(strings.TrimPrefix(found.text("$ref"), "#/"), "/")
		name = path[len(path)-1]
		found = o.in(path...)
	}
	return found, name
}
