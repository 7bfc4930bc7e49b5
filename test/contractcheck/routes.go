package contractcheck

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// Pages are what the server answers for people, in HTML, and what belongs to that. They are not a part of the contract.
var Pages = []string{"/assets/", "/console", "/docs", "/favicon.ico", "/o/", "/studio", "/theme"}

func isPage(path string) bool {
	return slices.ContainsFunc(Pages, func(p string) bool {
		return path == p || strings.HasPrefix(path, strings.TrimSuffix(p, "/")+"/")
	})
}

// route is one path of the document.
type route struct {
	template   string
	pattern    *regexp.Regexp
	operations map[string]operation // by method, in capitals
}

// operation is what may be asked, and what may be answered.
type operation struct {
	place     []string
	queries   map[string][]string // places of the parameters' schemas
	body      []string            // place of the body's schema; nil: there is none
	responses map[string]response // by status
}

type response struct {
	codes   map[string]bool // of problems, as the description names them
	headers map[string]header
	media   map[string][]string // places of the schemas by media type; nil: any content
}

type header struct {
	required bool
	place    []string
}

// document reads an OpenAPI document with its references resolved, and keeps where things really stand.
type document map[string]any

type spot struct {
	path  []string
	value map[string]any
}

func (d document) at(path ...string) spot {
	var value any = map[string]any(d)
	for _, key := range path {
		m, _ := value.(map[string]any)
		value = m[key]
	}
	m, _ := value.(map[string]any)
	if ref, ok := m["$ref"].(string); ok && len(m) == 1 {
		return d.at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
	}
	return spot{path, m}
}

// children are the fields of an object, references resolved.
func (d document) children(s spot, key string) map[string]spot {
	all := map[string]spot{}
	fields := d.at(append(slices.Clone(s.path), key)...)
	for name := range fields.value {
		all[name] = d.at(append(slices.Clone(fields.path), name)...)
	}
	return all
}

var methods = []string{"get", "post", "put", "patch", "delete"}

func routesOf(openapi map[string]any) ([]*route, error) {
	d := document(openapi)
	var routes []*route
	for template, item := range d.children(spot{nil, d}, "paths") {
		r := &route{template: template, operations: map[string]operation{}}
		quoted := regexp.MustCompile(`\\\{\w+\\\}`).ReplaceAllString(regexp.QuoteMeta(template), `[^/]+`)
		r.pattern = regexp.MustCompile("^" + quoted + "$")
		for _, method := range methods {
			if op := d.at("paths", template, method); op.value != nil {
				r.operations[strings.ToUpper(method)] = d.operation(item, op)
			}
		}
		routes = append(routes, r)
	}
	if len(routes) == 0 {
		return nil, fmt.Errorf("%s has no paths", httpDocument)
	}
	// A path that is written out goes before one with parameters.
	slices.SortFunc(routes, func(a, b *route) int {
		return strings.Compare(strings.ReplaceAll(a.template, "{", "~"), strings.ReplaceAll(b.template, "{", "~"))
	})
	return routes, nil
}

func (d document) operation(item, op spot) operation {
	o := operation{place: op.path, queries: map[string][]string{}, responses: map[string]response{}}
	for _, holder := range []spot{item, op} {
		list, _ := holder.value["parameters"].([]any)
		for i := range list {
			p := d.parameter(holder, i)
			if p.value["in"] == "query" {
				o.queries[p.value["name"].(string)] = append(slices.Clone(p.path), "schema")
			}
		}
	}
	if op.value["requestBody"] != nil {
		o.body = append(slices.Clone(op.path), "requestBody", "content", "application/json", "schema")
	}
	for status, r := range d.children(op, "responses") {
		o.responses[status] = d.response(r)
	}
	return o
}

// parameter is the i-th of a list.
func (d document) parameter(holder spot, i int) spot {
	list := holder.value["parameters"].([]any)
	p := list[i].(map[string]any)
	if ref, ok := p["$ref"].(string); ok {
		return d.at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
	}
	return spot{append(slices.Clone(holder.path), "parameters", fmt.Sprint(i)), p}
}

var code = regexp.MustCompile("`([a-z-]+)`")

func (d document) response(s spot) response {
	r := response{codes: map[string]bool{}, headers: map[string]header{}, media: map[string][]string{}}
	text, _ := s.value["description"].(string)
	for _, match := range code.FindAllStringSubmatch(text, -1) {
		r.codes[match[1]] = true
	}
	for name, h := range d.children(s, "headers") {
		required, _ := h.value["required"].(bool)
		r.headers[name] = header{required, append(slices.Clone(h.path), "schema")}
	}
	for media, content := range d.children(s, "content") {
		r.media[media] = nil
		if content.value["schema"] != nil {
			r.media[media] = append(slices.Clone(content.path), "schema")
		}
	}
	return r
}

// find returns the operation of a request, and whether there is any at its path.
func (c *Contract) find(method, path string) (op operation, found, known bool) {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	for _, r := range c.routes {
		if r.pattern.MatchString(path) {
			known = true
			if op, found = r.operations[method]; found {
				return op, true, true
			}
		}
	}
	return operation{}, false, known
}

// Routes lists what the document has, as "GET /api/occasions/{id}", sorted.
func (c *Contract) Routes() []string {
	var all []string
	for _, r := range c.routes {
		for _, method := range slices.Sorted(maps.Keys(r.operations)) {
			all = append(all, method+" "+r.template)
		}
	}
	slices.Sort(all)
	return all
}
