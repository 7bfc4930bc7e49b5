package reference

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"convoke/adapters/web/words"
)

var methods = []string{"get", "post", "put", "patch", "delete"}

// groupsOf lists the operations by their tags, in the order of the document.
func (r reader) groupsOf() []Group {
	var groups []Group
	for _, tag := range r.http.list("tags") {
		t, _ := tag.(object)
		g := Group{ID: anchor(t.text("name")), Name: t.text("name"), Prose: prose(t.text("description"))}
		paths := r.http.in("paths")
		for _, path := range paths.keys {
			for _, method := range methods {
				if op := paths.in(path, method); op.keys != nil && op.list("tags")[0] == g.Name {
					g.Operations = append(g.Operations, r.operation(path, method, op))
				}
			}
		}
		groups = append(groups, g)
	}
	return groups
}

func anchor(name string) string { return strings.ToLower(strings.ReplaceAll(name, " ", "-")) }

func (r reader) operation(path, method string, op object) Operation {
	o := Operation{
		ID: op.text("operationId"), Method: strings.ToUpper(method), Path: path, Summary: op.text("summary"), Prose: prose(op.text("description")),
		Who: who(op.list("security")),
	}
	for _, holder := range []object{r.http.in("paths", path), op} {
		for _, value := range holder.list("parameters") {
			p, _ := r.http.resolve(value)
			o.Parameters = append(o.Parameters, Field{
				Name: p.text("name"), In: p.text("in"), Type: typeOf(p.in("schema")), Required: p.flag("required"), Prose: prose(p.text("description")),
			})
		}
	}
	body := op.in("requestBody", "content", "application/json")
	if schema := body.in("schema"); schema.keys != nil {
		t := typeOf(schema)
		named, _ := r.http.resolve(schema)
		o.Body, o.BodyFields = &t, fieldsOf(named)
	}
	responses := op.in("responses")
	for _, status := range slices.Sorted(slices.Values(responses.keys)) {
		response, name := r.http.resolve(responses.values[status])
		if status >= "400" && name != "" {
			o.Errors = append(o.Errors, Error{Status: status, Name: name})
			continue
		}
		o.Answers = append(o.Answers, r.answer(status, response))
	}
	if !responses.has("101") {
		o.Try = r.try(o, body, responses.in("200", "content").has("text/event-stream"))
	}
	return o
}

func (r reader) answer(status string, response object) Answer {
	a := Answer{Status: status, Prose: prose(response.text("description"))}
	content := response.in("content")
	a.Media = strings.Join(content.keys, ", ")
	if schema := content.in("application/json", "schema"); schema.keys != nil {
		t := typeOf(schema)
		a.Type = &t
	}
	if example, ok := content.in("application/json").values["example"]; ok {
		a.Example = pretty(example)
	}
	headers := response.in("headers")
	for _, name := range headers.keys {
		h, _ := r.http.resolve(headers.values[name])
		a.Headers = append(a.Headers, Field{Name: name, Required: h.flag("required"), Type: typeOf(h.in("schema")), Prose: prose(h.text("description"))})
	}
	return a
}

// who names those whose token opens an operation.
func who(security []any) string {
	var names []string
	optional := false
	for _, value := range security {
		s, _ := value.(object)
		optional = optional || len(s.keys) == 0
		names = append(names, s.keys...)
	}
	return words.DocsWho(names, optional)
}

var placeholder = regexp.MustCompile(`\{(\w+)\}`)

// try is the operation for a shell.
func (r reader) try(o Operation, body object, stream bool) string {
	var b strings.Builder
	b.WriteString("curl ")
	if stream {
		b.WriteString("-N ")
	}
	if o.Method != http.MethodGet && (o.Method != http.MethodPost || o.Body == nil) {
		b.WriteString("-X " + o.Method + " ")
	}
	path := placeholder.ReplaceAllString(o.Path, "$$$1")
	query := "?"
	for _, p := range o.Parameters {
		if p.In == "query" && p.Required {
			path += query + p.Name + "=1"
			query = "&"
		}
	}
	b.WriteString(`"` + r.base + path + `"`)
	if first, _, _ := strings.Cut(o.Who, " "); first != "" && !strings.HasPrefix(o.Who, words.DocsOptional) {
		b.WriteString(" \\\n  -H \"Authorization: Bearer $" + strings.ToUpper(first) + "_TOKEN\"")
	}
	if o.Body != nil {
		b.WriteString(" \\\n  -H \"Content-Type: application/json\"")
		if o.Parameters != nil && o.Parameters[0].Name == "Idempotency-Key" {
			b.WriteString(" \\\n  -H \"Idempotency-Key: $(uuidgen)\"")
		}
		b.WriteString(" \\\n  -d '" + strings.ReplaceAll(inline(body.values["example"]), "'", `'\''`) + "'")
	}
	return b.String()
}
