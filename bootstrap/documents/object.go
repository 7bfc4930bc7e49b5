package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"go.yaml.in/yaml/v4"
)

// object is a mapping that keeps the order of its fields. Values are objects, lists ([]any) and scalars.
type object struct {
	keys   []string
	values map[string]any
}

func load(file string) (*object, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	value, err := valueOf(root.Content[0])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	o, ok := value.(*object)
	if !ok {
		return nil, fmt.Errorf("%s: the document is no mapping", file)
	}
	return o, nil
}

func valueOf(n *yaml.Node) (any, error) {
	switch n.Kind {
	case yaml.AliasNode:
		return valueOf(n.Alias)
	case yaml.MappingNode:
		return objectOf(n)
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, item := range n.Content {
			var err error
			if list[i], err = valueOf(item); err != nil {
				return nil, err
			}
		}
		return list, nil
	default:
		var scalar any
		if n.ShortTag() == "!!timestamp" { // JSON has none
			return n.Value, nil
		}
		err := n.Decode(&scalar)
		return scalar, err
	}
}

// objectOf reads a mapping. What is merged in comes first, and gives way to what the mapping says itself.
func objectOf(n *yaml.Node) (*object, error) {
	o := &object{values: map[string]any{}}
	own := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		value, err := valueOf(n.Content[i+1])
		if err != nil {
			return nil, err
		}
		if key.ShortTag() == "!!merge" {
			merged, ok := value.(*object)
			if !ok {
				return nil, fmt.Errorf("line %d: only a mapping can be merged", key.Line)
			}
			for _, k := range merged.keys {
				if !own[k] {
					o.set(k, merged.values[k])
				}
			}
			continue
		}
		if own[key.Value] {
			return nil, fmt.Errorf("line %d: %q is there twice", key.Line, key.Value)
		}
		own[key.Value] = true
		o.set(key.Value, value)
	}
	return o, nil
}

func (o *object) set(key string, value any) {
	if _, ok := o.values[key]; !ok {
		o.keys = append(o.keys, key)
	}
	o.values[key] = value
}

func (o *object) drop(key string) {
	delete(o.values, key)
	for i, k := range o.keys {
		if k == key {
			o.keys = append(o.keys[:i], o.keys[i+1:]...)
			return
		}
	}
}

// in returns the object at a path of keys, or nil.
func (o *object) in(path ...string) *object {
	for _, key := range path {
		if o == nil {
			return nil
		}
		o, _ = o.values[key].(*object)
	}
	return o
}

const (
	local   = "#/components/schemas/"
	foreign = "./openapi.yaml" + local
)

// adopt copies the schemas that the document takes from another, and those that they refer to.
func (o *object) adopt(from *object) error {
	schemas, theirs := o.in("components", "schemas"), from.in("components", "schemas")
	if schemas == nil || theirs == nil {
		return fmt.Errorf("a document has no components.schemas")
	}
	var wanted []string
	walk(o, func(holder *object, ref string) {
		if name, ok := strings.CutPrefix(ref, foreign); ok {
			holder.values["$ref"] = local + name
			wanted = append(wanted, name)
		}
	})
	adopted := map[string]bool{}
	for len(wanted) > 0 {
		name := wanted[0]
		wanted = wanted[1:]
		if adopted[name] {
			continue
		}
		schema, ok := theirs.values[name]
		if _, taken := schemas.values[name]; taken || !ok {
			return fmt.Errorf("schema %s: it must be in openapi.yaml, and in asyncapi.yaml not", name)
		}
		adopted[name] = true
		schemas.set(name, schema)
		walk(schema, func(_ *object, ref string) { wanted = append(wanted, strings.TrimPrefix(ref, local)) })
	}
	return nil
}

// walk calls visit for each reference.
func walk(value any, visit func(holder *object, ref string)) {
	switch v := value.(type) {
	case *object:
		for _, key := range v.keys {
			if ref, ok := v.values[key].(string); ok && key == "$ref" {
				visit(v, ref)
			}
			walk(v.values[key], visit)
		}
	case []any:
		for _, item := range v {
			walk(item, visit)
		}
	}
}

// MarshalJSON writes the fields in their order.
func (o *object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	for i, key := range o.keys {
		b.WriteString(map[bool]string{true: "{", false: ","}[i == 0])
		for j, part := range []any{key, o.values[key]} {
			if j == 1 {
				b.WriteByte(':')
			}
			text, err := marshal(part)
			if err != nil {
				return nil, err
			}
			b.Write(text)
		}
	}
	if len(o.keys) == 0 {
		b.WriteByte('{')
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// json is the document as it is served.
func (o *object) json() ([]byte, error) {
	text, err := marshal(o)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := json.Indent(&b, text, "", " "); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

// marshal is json.Marshal without HTML escaping, which would make the texts hard to read.
func marshal(value any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSpace(b.Bytes()), err
}
