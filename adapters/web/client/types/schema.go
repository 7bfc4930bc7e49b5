package main

import (
	"fmt"
	"path"
	"slices"

	"go.yaml.in/yaml/v3"
)

// schema is as much of a JSON schema as the contract uses.
type schema struct {
	Ref         string     `yaml:"$ref"`
	Type        names      `yaml:"type"`
	Description string     `yaml:"description"`
	Const       string     `yaml:"const"`
	Enum        []string   `yaml:"enum"`
	OneOf       []*schema  `yaml:"oneOf"`
	AnyOf       []*schema  `yaml:"anyOf"`
	AllOf       []*schema  `yaml:"allOf"`
	Items       *schema    `yaml:"items"`
	Required    []string   `yaml:"required"`
	Properties  properties `yaml:"properties"`
	Additional  *schema    `yaml:"additionalProperties"`

	isBool bool // a schema that allows anything: true
}

// UnmarshalYAML reads a schema, or true.
func (s *schema) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		s.isBool = true
		return nil
	}
	type plain schema
	return node.Decode((*plain)(s))
}

// target is the name that a reference leads to, in whichever document.
func (s *schema) target() string { return path.Base(s.Ref) }

// names are one name, or several.
type names []string

// UnmarshalYAML reads them.
func (n *names) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		*n = names{node.Value}
		return nil
	}
	return node.Decode((*[]string)(n))
}

// property is one of an object's, which keep their order.
type property struct {
	name   string
	schema *schema
}

type properties []property

// UnmarshalYAML reads them, and those of another object that are merged into them.
func (p *properties) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	if node.Kind != yaml.MappingNode {
		return fmt.Errorf("line %d: properties must be a mapping", node.Line)
	}
	for i := 0; i < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if key.Tag == "!!merge" {
			if err := p.UnmarshalYAML(value); err != nil {
				return err
			}
			continue
		}
		s := &schema{}
		if err := value.Decode(s); err != nil {
			return err
		}
		*p = append(slices.DeleteFunc(*p, func(o property) bool { return o.name == key.Value }), property{key.Value, s})
	}
	return nil
}

// schemas are those of all documents, in their order.
type schemas struct {
	order  []string
	byName map[string]*schema
}

// read adds a document's. One that is known is kept.
func (s *schemas) read(document []byte) error {
	var d struct {
		Components struct {
			Schemas properties `yaml:"schemas"`
		} `yaml:"components"`
	}
	if err := yaml.Unmarshal(document, &d); err != nil {
		return err
	}
	if len(d.Components.Schemas) == 0 {
		return fmt.Errorf("it has no schemas")
	}
	for _, p := range d.Components.Schemas {
		if s.byName[p.name] == nil {
			s.order, s.byName[p.name] = append(s.order, p.name), p.schema
		}
	}
	return nil
}
