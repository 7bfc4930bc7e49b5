package contractcheck

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"convoke/application/contract"
)

func TestTheDocumentsAreWhatTheirSpecificationsAskFor(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		official string
		text     []byte
	}{{"openapi-3.1.json", contract.OpenAPI()}, {"asyncapi-3.0.0.json", contract.AsyncAPI()}} {
		schema := official(t, test.official)
		if err := schema.Validate(read(t, test.text)); err != nil {
			t.Errorf("%s: %v", test.official, err)
		}
		broken := bytes.Replace(test.text, []byte(`"title":`), []byte(`"titel":`), 1)
		if schema.Validate(read(t, broken)) == nil {
			t.Errorf("%s lets a document without a title pass", test.official)
		}
	}
}

func official(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	packed, err := os.Open("testdata/" + name + ".gz")
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	text, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(name, document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func read(t *testing.T, text []byte) any {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func TestEverySchemaCanBeUsedAndEveryReferenceLeadsSomewhere(t *testing.T) {
	t.Parallel()
	c := load(t)
	for name, text := range map[string][]byte{httpDocument: contract.OpenAPI(), liveDocument: contract.AsyncAPI()} {
		d := document(read(t, text).(map[string]any))
		for schema := range d.children(spot{[]string{"components"}, nil}, "schemas") {
			if _, err := c.schema(place(name, "components", "schemas", schema)); err != nil {
				t.Errorf("%s: %v", schema, err)
			}
		}
		each(d, func(at []string, node map[string]any) {
			ref, ok := node["$ref"].(string)
			if ok && d.at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...).value == nil {
				t.Errorf("%s: %s leads nowhere", strings.Join(at, "/"), ref)
			}
		})
	}
}

func TestEveryComponentIsUsed(t *testing.T) {
	t.Parallel()
	entrances := []string{"ClientMessage", "ServerMessage", "JobMessage"} // for those who generate types
	for _, text := range [][]byte{contract.OpenAPI(), contract.AsyncAPI()} {
		d := document(read(t, text).(map[string]any))
		used := string(text)
		for kind := range d.children(spot{nil, d}, "components") {
			for name := range d.children(spot{[]string{"components"}, nil}, kind) {
				if kind != "securitySchemes" && !slices.Contains(entrances, name) && !strings.Contains(used, `"#/components/`+kind+`/`+name+`"`) {
					t.Errorf("nothing refers to %s %s", kind, name)
				}
			}
		}
	}
}

func TestEveryExampleIsOneOfWhatItStandsFor(t *testing.T) {
	t.Parallel()
	c := load(t)
	examples := 0
	d := document(read(t, contract.OpenAPI()).(map[string]any))
	each(d, func(at []string, node map[string]any) {
		if example, ok := node["example"]; ok && node["schema"] != nil {
			examples++
			if err := c.valid(place(httpDocument, append(at, "schema")...), example); err != nil {
				t.Errorf("%s: %v", strings.Join(at, "/"), err)
			}
		}
	})
	for name, message := range c.live["components"].(map[string]any)["messages"].(map[string]any) {
		list, _ := message.(map[string]any)["examples"].([]any)
		for _, example := range list {
			examples++
			if err := c.valid(place(liveDocument, "components", "messages", name, "payload"), example.(map[string]any)["payload"]); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if examples < 20 {
		t.Errorf("only %d examples were found", examples)
	}
}

// TestEveryObjectSaysWhichOfItsFieldsAreAlwaysThere keeps the schemas useful to who generates types from them: required
// names fields that exist.
func TestEveryObjectSaysWhichOfItsFieldsAreAlwaysThere(t *testing.T) {
	t.Parallel()
	for _, text := range [][]byte{contract.OpenAPI(), contract.AsyncAPI()} {
		each(read(t, text).(map[string]any), func(at []string, node map[string]any) {
			fields, ok := node["properties"].(map[string]any)
			if !ok {
				return
			}
			required, _ := node["required"].([]any)
			for _, name := range required {
				if fields[name.(string)] == nil {
					t.Errorf("%s requires %s, which it does not have", strings.Join(at, "/"), name)
				}
			}
		})
	}
}

func TestBothDocumentsHaveOneVersion(t *testing.T) {
	t.Parallel()
	var http, live struct{ Info struct{ Version string } }
	if err := json.Unmarshal(contract.OpenAPI(), &http); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(contract.AsyncAPI(), &live); err != nil {
		t.Fatal(err)
	}
	if http.Info.Version == "" || http != live {
		t.Errorf("%q and %q", http.Info.Version, live.Info.Version)
	}
}

// each visits every object of a document.
func each(node any, visit func(at []string, node map[string]any)) { eachBelow(nil, node, visit) }

func eachBelow(at []string, node any, visit func(at []string, node map[string]any)) {
	switch n := node.(type) {
	case document:
		eachBelow(at, map[string]any(n), visit)
	case map[string]any:
		visit(at, n)
		for key, value := range n {
			eachBelow(append(slices.Clone(at), key), value, visit)
		}
	case []any:
		for _, value := range n {
			eachBelow(append(slices.Clone(at), "?"), value, visit)
		}
	}
}
