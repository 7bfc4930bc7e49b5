package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"convoke/application/contract"
)

func TestTheServedDocumentsAreThoseOfTheSources(t *testing.T) {
	t.Parallel()
	openapi, asyncapi, err := convert("../../application/contract")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(openapi, contract.OpenAPI()) || !bytes.Equal(asyncapi, contract.AsyncAPI()) {
		t.Error("the JSON is stale: make generate")
	}
}

// from converts two small sources.
func from(t *testing.T, openapi, asyncapi string) (string, string, error) {
	t.Helper()
	folder := t.TempDir()
	for name, text := range map[string]string{"openapi.yaml": openapi, "asyncapi.yaml": asyncapi} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	a, b, err := convert(folder)
	squeeze := strings.NewReplacer("\n", "", " ", "")
	return squeeze.Replace(string(a)), squeeze.Replace(string(b)), err
}

const noSchemas = "components: {schemas: {}}\n"

func TestAnchorsAndMergeKeysAreResolvedInOrder(t *testing.T) {
	t.Parallel()
	got, _, err := from(t, noSchemas+`
x-shared: &shared {b: 1, a: no}
z: {<<: *shared, a: "<yes>", c: [*shared, null, 1.5]}
`, noSchemas)
	want := `{"components":{"schemas":{}},"z":{"b":1,"a":"<yes>","c":[{"b":1,"a":"no"},null,1.5]}}`
	if err != nil || got != want {
		t.Errorf("%v: %s", err, got)
	}
}

func TestWhatOneDocumentTakesFromTheOtherIsCopiedWithAllThatBelongsToIt(t *testing.T) {
	t.Parallel()
	openapi := `components: {schemas: {A: {$ref: "#/components/schemas/B"}, B: {const: 1}, C: {const: 2}}}`
	_, got, err := from(t, openapi, `components: {schemas: {X: {$ref: "./openapi.yaml#/components/schemas/A"}}}`)
	want := `{"components":{"schemas":{"X":{"$ref":"#/components/schemas/A"},"A":{"$ref":"#/components/schemas/B"},"B":{"const":1}}}}`
	if err != nil || got != want {
		t.Errorf("%v: %s", err, got)
	}
}

func TestAMistakeInTheSourcesIsSaid(t *testing.T) {
	t.Parallel()
	taken := `components: {schemas: {A: {}, X: {$ref: "./openapi.yaml#/components/schemas/A"}}}`
	for name, source := range map[string][2]string{
		"a field twice":           {noSchemas + "a: 1\na: 2", noSchemas},
		"no mapping":              {"[]", noSchemas},
		"a schema that is not":    {noSchemas, strings.Replace(taken, "A: {}, ", "", 1)},
		"a schema of both":        {`components: {schemas: {A: {}}}`, taken},
		"no YAML":                 {"a: {", noSchemas},
		"something else is mixed": {noSchemas + "a: &a [1]\nb: {<<: *a}", noSchemas},
	} {
		if _, _, err := from(t, source[0], source[1]); err == nil {
			t.Errorf("%s passes", name)
		}
	}
}
