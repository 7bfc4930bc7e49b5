// Package contractcheck holds every answer, message and event of a test to the contract's documents. What they do not say
// must not happen: an unknown route, status, header value or field is an error, as is a missing one.
package contractcheck

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"convoke/application/contract"
)

const (
	httpDocument = "openapi.json"
	liveDocument = "asyncapi.json"
)

// Contract is both documents, ready to be compared with. Safe for concurrent use.
type Contract struct {
	routes   []*route
	channels map[string]channel // by their keys
	topics   map[string]channel // by their addresses
	live     map[string]any

	mu       sync.Mutex
	compiler *jsonschema.Compiler
	schemas  map[string]*jsonschema.Schema // by their places
}

var loaded = sync.OnceValues(func() (*Contract, error) { return parse(contract.OpenAPI(), contract.AsyncAPI()) })

// load returns the contract of this version.
func load(t testing.TB) *Contract {
	t.Helper()
	c, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// parse reads the documents. Objects are closed first: clients are to ignore fields that they do not know, but the server
// must not send any.
func parse(openapi, asyncapi []byte) (*Contract, error) {
	c := &Contract{compiler: jsonschema.NewCompiler(), schemas: map[string]*jsonschema.Schema{}}
	c.compiler.DefaultDraft(jsonschema.Draft2020)
	c.compiler.AssertFormat()
	documents := map[string]map[string]any{}
	for name, text := range map[string][]byte{httpDocument: openapi, liveDocument: asyncapi} {
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		closeObjects(document, false)
		if err := c.compiler.AddResource(name, document); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		documents[name], _ = document.(map[string]any)
	}
	c.live = documents[liveDocument]
	c.channels, c.topics = channelsOf(c.live)
	var err error
	c.routes, err = routesOf(documents[httpDocument])
	return c, err
}

// closeObjects refuses fields that an object's schema does not name. The inline parts of an allOf stay as they are: they
// only narrow what another part closes.
func closeObjects(node any, part bool) {
	switch n := node.(type) {
	case map[string]any:
		if _, open := n["additionalProperties"]; n["properties"] != nil && !open && !part {
			n["additionalProperties"] = false
		}
		for key, value := range n {
			switch key {
			case "example", "examples", "default", "const", "enum":
			case "allOf":
				parts, _ := value.([]any)
				for _, p := range parts {
					closeObjects(p, true)
				}
			default:
				closeObjects(value, false)
			}
		}
	case []any:
		for _, item := range n {
			closeObjects(item, false)
		}
	}
}

// valid compares a value with the schema at a place, such as "openapi.json#/components/schemas/Job".
func (c *Contract) valid(place string, value any) error {
	schema, err := c.schema(place)
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

// schema returns the schema at a place, ready to be used by anybody.
func (c *Contract) schema(place string) (*jsonschema.Schema, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if schema, ok := c.schemas[place]; ok {
		return schema, nil
	}
	schema, err := c.compiler.Compile(place)
	if err == nil {
		c.schemas[place] = schema
	}
	return schema, err
}

// validJSON is valid for a text.
func (c *Contract) validJSON(place string, text []byte) error {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("no JSON: %w", err)
	}
	return c.valid(place, value)
}

// place writes a JSON pointer into a document.
func place(document string, path ...string) string {
	escape := strings.NewReplacer("~", "~0", "/", "~1", "%", "%25", "{", "%7B", "}", "%7D")
	var b strings.Builder
	b.WriteString(document + "#")
	for _, key := range path {
		b.WriteString("/" + escape.Replace(key))
	}
	return b.String()
}

// clip keeps a text in a message short.
func clip(text []byte) string {
	const most = 2000
	if len(text) > most {
		return string(text[:most]) + "…"
	}
	return string(text)
}

func marshal(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
