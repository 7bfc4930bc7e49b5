package topics_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"convoke/application/topics"
)

// seen is a message of a type whose data are shown whole.
func seen(data string) []byte {
	return []byte(`{"specversion":"1.0","id":"1","type":"WORKER_SEEN","data":` + data + `}`)
}

func TestASmallMessageIsNoLargePayload(t *testing.T) {
	t.Parallel()
	nested := func(depth int, inner string) string {
		return strings.Repeat("[", depth) + inner + strings.Repeat("]", depth)
	}
	many := func(what string) string { return strings.TrimSuffix(strings.Repeat(what+",", 200_000), ",") }
	for name, data := range map[string]string{
		"deep":             nested(9990, ""),
		"deep with names":  strings.Repeat(`{"a":`, 9990) + "1" + strings.Repeat("}", 9990),
		"wide":             nested(1, many("1")),
		"wide below":       nested(30, many("1")),
		"many lists":       nested(30, many("[]")),
		"many deep lists":  nested(31, many("[1]")),
		"escapes":          nested(1, many(`"\u0001\u2028\""`)),
		"a long number":    strings.Repeat("9", 2_000_000),
		"a long name":      `{"` + strings.Repeat("n", 2_000_000) + `":[1,2,3]}`,
		"below long names": `{"` + strings.Repeat("n", 60_000) + `":[` + many("[]") + `]}`,
		"many names":       "{" + strings.TrimSuffix(strings.Repeat(`"%d":{},`, 50_000), ",") + "}",
		"many long texts":  nested(1, strings.TrimSuffix(strings.Repeat(`"`+strings.Repeat("é", 1100)+`",`, 1000), ",")),
	} {
		if name == "many names" {
			data = numbered(data)
		}
		for reveal, most := range map[bool]int{false: 64 << 10, true: 1 << 20} {
			r := topics.Read(seen(data), reveal)
			if len(r.Payload) > most || r.Encoding != "json" || !json.Valid([]byte(r.Payload)) {
				t.Errorf("%s, reveal %v: %d bytes of %s", name, reveal, len(r.Payload), r.Encoding)
			}
			if places := strings.Join(r.Shortened, ""); len(r.Shortened) > 101 || len(places) > 101*210 || !strings.Contains(r.Payload, "…") || places == "" {
				t.Errorf("%s, reveal %v: %d places in %d bytes", name, reveal, len(r.Shortened), len(places))
			}
		}
	}
}

// numbered puts numbers where a pattern asks for them.
func numbered(pattern string) string {
	n := strings.Count(pattern, "%d")
	numbers := make([]any, n)
	for i := range numbers {
		numbers[i] = i
	}
	return fmt.Sprintf(pattern, numbers...)
}

func TestThePlacesThatWereFoldedAreFew(t *testing.T) {
	t.Parallel()
	fields := numbered("{" + strings.TrimSuffix(strings.Repeat(`"%d":"ada@example.org",`, 20_000), ",") + "}")
	r := topics.Read([]byte(`{"id":"1","type":"RSVP_CREATED","data":`+fields+`}`), false)
	if len(r.Folded) != 101 || r.Folded[100] != "…" || strings.Contains(r.Payload, "ada@") || len(r.Payload) > 64<<10 {
		t.Errorf("%d places, %d bytes", len(r.Folded), len(r.Payload))
	}
}

func TestWhatLiesTooDeepIsNamed(t *testing.T) {
	t.Parallel()
	r := topics.Read(seen(`{"near":[1],"far":`+strings.Repeat("[", 31)+strings.Repeat("]", 31)+`}`), false)
	want := "data.far" + strings.Repeat(".0", 30)
	if !slices.Equal(r.Shortened, []string{want}) || strings.Count(r.Payload, "…") != 1 || !strings.Contains(r.Payload, `"near"`) {
		t.Errorf("%v\n%s", r.Shortened, r.Payload)
	}
	if r := topics.Read(seen(`{"far":`+strings.Repeat("[", 30)+strings.Repeat("]", 30)+`}`), false); r.Shortened != nil {
		t.Errorf("%v", r.Shortened)
	}
}
