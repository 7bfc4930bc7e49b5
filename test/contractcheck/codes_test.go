package contractcheck

import (
	"go/ast"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"

	"convoke/application/contract"
)

// elsewhere are codes that no answer of the API carries, and why.
var elsewhere = map[string]string{
	"not-found":            "what watches says more precisely what there is not",
	"unsafe-svg":           "of a failed job",
	"asset-too-large":      "of a failed job",
	"asset-type":           "of a failed job",
	"asset-empty":          "of a failed job",
	"missing-topics":       "a check's, of readiness",
	"worker-not-announced": "a check's, of readiness",
	"occasion-deleted":     "a page's",
	"foreign-site":         "a page's",
	"skipped-time":         "a page's",
	"unknown":              "the console's",
	"topic-not-found":      "the console's",
	"operation-not-found":  "the console's",
	"too-many-operations":  "the console's",
	"more-match":           "the console's",
	"not-shown":            "the console's",
}

// statuses of the kinds, as httpapi has them.
var statuses = map[string]int{
	"Invalid": 422, "NotFound": 404, "Conflict": 409, "Gone": 410, "Forbidden": 403, "Unauthenticated": 401, "Exhausted": 429, "Unavailable": 503,
}

func TestEveryFaultOfTheSourcesIsDocumentedForItsStatus(t *testing.T) {
	t.Parallel()
	documented := documentedCodes(t)
	faults := faultsOfTheSources(t)
	if len(faults) < 35 {
		t.Fatalf("only %d faults were found", len(faults))
	}
	for code, kind := range faults {
		if _, ok := elsewhere[code]; !ok && !slices.Contains(documented[statuses[kind]], code) {
			t.Errorf("%s (%s) is not documented for %d", code, kind, statuses[kind])
		}
	}
}

// documentedCodes reads them from the descriptions of the responses.
func documentedCodes(t *testing.T) map[int][]string {
	t.Helper()
	d := document(read(t, contract.OpenAPI()).(map[string]any))
	codes := map[int][]string{}
	listed := d.at("components", "schemas", "ProblemCode").value["enum"].([]any)
	for _, r := range load(t).routes {
		for _, op := range r.operations {
			for status, answer := range op.responses {
				n, err := strconv.Atoi(status)
				if err != nil {
					t.Fatal(err)
				}
				for name := range answer.codes {
					if slices.Contains(listed, any(name)) && !slices.Contains(codes[n], name) {
						codes[n] = append(codes[n], name)
					}
				}
			}
		}
	}
	codes[404], codes[405] = append(codes[404], "no-such-path"), []string{"method-not-allowed"} // no operation's
	return codes
}

// faultsOfTheSources finds calls of fault.New: code and kind.
func faultsOfTheSources(t *testing.T) map[string]string {
	t.Helper()
	loaded, err := packages.Load(&packages.Config{Mode: packages.NeedName | packages.NeedSyntax | packages.NeedFiles, Dir: "../.."},
		"./domain/...", "./application/...", "./adapters/...", "./bootstrap/...")
	if err != nil {
		t.Fatal(err)
	}
	faults := map[string]string{}
	for _, p := range loaded {
		for _, file := range p.Syntax {
			ast.Inspect(file, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok || len(call.Args) != 3 {
					return true
				}
				made, ok := call.Fun.(*ast.SelectorExpr)
				kind, ok2 := call.Args[0].(*ast.SelectorExpr)
				code, ok3 := call.Args[1].(*ast.BasicLit)
				if ok && ok2 && ok3 && made.Sel.Name == "New" && code.Kind == token.STRING && statuses[kind.Sel.Name] != 0 {
					faults[strings.Trim(code.Value, `"`)] = kind.Sel.Name
				}
				return true
			})
		}
	}
	return faults
}

// TestTheTourHasTheCodesOfTheDocument compares the table of docs/API.md.
func TestTheTourHasTheCodesOfTheDocument(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/API.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "| Status | `code` |")
	row := regexp.MustCompile(`(?m)^\| ([0-9, ]+) \| (.+) \|$`)
	told := map[int][]string{}
	for _, cells := range row.FindAllStringSubmatch(table, -1) {
		groups := strings.Split(cells[2], ";")
		for i, status := range strings.Split(cells[1], ", ") {
			n, err := strconv.Atoi(status)
			if err != nil {
				t.Fatal(err)
			}
			for _, found := range code.FindAllStringSubmatch(groups[i], -1) {
				told[n] = append(told[n], found[1])
			}
		}
	}
	documented := documentedCodes(t)
	for status, codes := range documented {
		slices.Sort(codes)
		slices.Sort(told[status])
		if !slices.Equal(codes, told[status]) {
			t.Errorf("%d: the document has %v, docs/API.md %v", status, codes, told[status])
		}
	}
	if len(told) != len(documented) {
		t.Errorf("docs/API.md has %d statuses, the document %d", len(told), len(documented))
	}
}

func TestEveryCodeIsOneOfSomeStatus(t *testing.T) {
	t.Parallel()
	d := document(read(t, contract.OpenAPI()).(map[string]any))
	var used []string
	for _, codes := range documentedCodes(t) {
		used = append(used, codes...)
	}
	for _, name := range d.at("components", "schemas", "ProblemCode").value["enum"].([]any) {
		if !slices.Contains(used, name.(string)) {
			t.Errorf("no status has %s", name)
		}
	}
}
