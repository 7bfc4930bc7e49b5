package reference

import (
	"slices"
	"strings"

	"convoke/adapters/web/words"
)

// typeOf says what values of a schema are.
func typeOf(schema object) Type {
	if ref := schema.text("$ref"); ref != "" {
		return Type{Schema: ref[strings.LastIndex(ref, "/")+1:]}
	}
	for _, key := range []string{"oneOf", "allOf"} {
		if len(schema.list(key)) > 0 {
			return oneOf(schema.list(key))
		}
	}
	t := Type{Limits: limits(schema)}
	switch {
	case schema.has("const"):
		t.Before = inline(schema.values["const"])
	case len(schema.list("enum")) > 0:
		var values []string
		for _, value := range schema.list("enum") {
			values = append(values, inline(value))
		}
		t.Before = strings.Join(values, " | ")
	default:
		t.Before = kindOf(schema, schema.text("type"))
		if types := schema.list("type"); len(types) > 0 {
			t.Before = kindOf(schema, types[0])
			t.After = words.DocsOrNull
		}
	}
	if items := schema.in("items"); items.keys != nil {
		of := typeOf(items)
		return Type{Before: words.DocsListOf + of.Before, Schema: of.Schema, After: of.After + t.After, Limits: t.Limits}
	}
	return t
}

// kindOf is a type, or its format where that says more.
func kindOf(schema object, kind any) string {
	name, _ := kind.(string)
	if format := schema.text("format"); format != "" {
		return format
	}
	if name == "" {
		return words.DocsAnything
	}
	return name
}

// oneOf says what a choice is: of names, or of one and null.
func oneOf(choices []any) Type {
	var t Type
	var names []string
	for _, choice := range choices {
		c, _ := choice.(object)
		switch of := typeOf(c); {
		case c.text("type") == "null":
			t.After = words.DocsOrNull
		case of.Schema != "" && t.Schema == "" && len(choices) <= 2:
			t.Schema = of.Schema
		case of.Schema != "":
			names = append(names, of.Schema)
		}
	}
	t.Before = strings.Join(names, " | ")
	return t
}

// limits says how small and how large a value may be.
func limits(schema object) string {
	var all []string
	for _, bound := range []struct{ low, high, unit string }{
		{"minimum", "maximum", ""}, {"minLength", "maxLength", words.DocsCharacters}, {"minItems", "maxItems", words.DocsItems},
	} {
		if text := words.DocsRange(schema.text(bound.low), schema.text(bound.high), bound.unit); text != "" {
			all = append(all, text)
		}
	}
	if schema.has("default") {
		all = append(all, words.DocsElse(inline(schema.values["default"])))
	}
	return strings.Join(all, ", ")
}

// fieldsOf lists the fields of an object.
func fieldsOf(schema object) []Field {
	var fields []Field
	properties := schema.in("properties")
	for _, name := range properties.keys {
		field := properties.in(name)
		t := typeOf(field)
		if t.Limits == "" {
			t.Limits = limits(field)
		}
		fields = append(fields, Field{
			Name: name, Type: t, Required: slices.Contains(schema.list("required"), any(name)), Prose: prose(field.text("description")),
		})
	}
	return fields
}

// schemasOf lists the named schemas of both documents, each once.
func schemasOf(documents ...object) []Schema {
	var all []Schema
	seen := map[string]bool{}
	for _, d := range documents {
		schemas := d.in("components", "schemas")
		for _, name := range schemas.keys {
			if seen[name] {
				continue
			}
			seen[name] = true
			schema := schemas.in(name)
			all = append(all, Schema{Name: name, Prose: prose(schema.text("description")), Type: typeOf(schema), Fields: fieldsOf(schema)})
		}
	}
	slices.SortFunc(all, func(a, b Schema) int { return strings.Compare(a.Name, b.Name) })
	return all
}
