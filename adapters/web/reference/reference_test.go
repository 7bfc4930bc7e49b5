package reference

import (
	"reflect"
	"strings"
	"testing"
)

func TestTextsKeepTheirMarksAndNothingElse(t *testing.T) {
	t.Parallel()
	got := prose("**Who.** Ask `GET /x` of [us](/docs) <b>\nnow.\n\n\n*Then* wait")
	want := []Paragraph{
		{{Text: "Who.", Strong: true}, {Text: " Ask "}, {Text: "GET /x", Code: true}, {Text: " of "}, {Text: "us", Link: "/docs"}, {Text: " <b> now."}},
		{{Text: "Then", Strong: true}, {Text: " wait"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
}

func TestATypeIsSaidInWords(t *testing.T) {
	t.Parallel()
	for schema, want := range map[string]Type{
		`{"type":"string"}`: {Before: "string"},
		`{"type":["string","null"],"format":"date-time"}`:                {Before: "date-time", After: " or null"},
		`{"$ref":"#/components/schemas/Job"}`:                            {Schema: "Job"},
		`{"oneOf":[{"$ref":"#/x/Job"},{"type":"null"}]}`:                 {Schema: "Job", After: " or null"},
		`{"oneOf":[{"$ref":"#/x/A"},{"$ref":"#/x/B"},{"$ref":"#/x/C"}]}`: {Before: "A | B | C"},
		`{"type":"array","items":{"$ref":"#/x/Job"},"maxItems":8}`:       {Before: "list of ", Schema: "Job", Limits: "up to 8 items"},
		`{"enum":["minute","hour"],"default":"hour"}`:                    {Before: `"minute" | "hour"`, Limits: `else "hour"`},
		`{"const":true}`: {Before: "true"},
		`{"type":"integer","minimum":1,"maximum":100}`: {Before: "integer", Limits: "1 to 100"},
		`{"description":"x"}`:                          {Before: "any JSON"},
	} {
		o, err := read([]byte(schema))
		if err != nil {
			t.Fatal(err)
		}
		if got := typeOf(o); got != want {
			t.Errorf("%s: %+v", schema, got)
		}
	}
}

func TestDocumentsKeepTheirOrder(t *testing.T) {
	t.Parallel()
	const text = `{"z":1,"a":{"y":[{"q":null},"<"],"b":1.50}}`
	o, err := read([]byte(text))
	if err != nil || inline(o) != text {
		t.Errorf("%v: %s", err, inline(o))
	}
	for _, broken := range []string{"", "[]", `{"a":`, `{"a":[`, `{"a":{`} {
		if _, err := read([]byte(broken)); err == nil {
			t.Errorf("%q is read", broken)
		}
		if _, err := Read([]byte(broken), []byte("{}"), ""); err == nil {
			t.Errorf("%q is shown", broken)
		}
		if _, err := Read([]byte("{}"), []byte(broken), ""); err == nil {
			t.Errorf("%q is shown", broken)
		}
	}
}

func TestAnExampleForAShellCanBeRunAsItStands(t *testing.T) {
	t.Parallel()
	v, err := Read([]byte(`{"tags":[{"name":"T"}],"paths":{"/a/{id}":{"put":{"operationId":"x","tags":["T"],"security":[{"host":[]},{"admin":[]}],
		"parameters":[{"name":"from","in":"query","required":true}],
		"requestBody":{"content":{"application/json":{"schema":{"type":"object"},"example":{"name":"Ada's"}}}},"responses":{}}}}}`), []byte("{}"), "http://x")
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		`curl -X PUT "http://x/a/$id?from=1"`, `-H "Authorization: Bearer $HOST_TOKEN"`, `-H "Content-Type: application/json"`, `-d '{"name":"Ada'\''s"}'`,
	}, " \\\n  ")
	if got := v.Groups[0].Operations[0].Try; got != want {
		t.Errorf("%s", got)
	}
}
