package jobs_test

import (
	"strings"
	"testing"

	"convoke/domain/design"
)

// The worker knows what it has left out; the api sees only what is left. But a worker is not trusted.
func TestADesignKeepsTheReportOfWhatWasLeftOut(t *testing.T) {
	t.Parallel()
	const clean = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>Ada</title></svg>`
	safe, err := design.ParseSVG([]byte(clean))
	if err != nil {
		t.Fatal(err)
	}
	workers := map[string]any{"removed": []string{"element script"}}
	for what, test := range map[string]struct {
		markup   string
		metadata map[string]any
		want     string
	}{
		"the worker's, of clean markup": {string(safe.Bytes()), map[string]any{design.ReportKey: workers, "palette": "sage"}, "element script"},
		"its own, where there is none":  {string(safe.Bytes()), map[string]any{"palette": "sage"}, ""},
		"its own, where more was to do": {strings.Replace(clean, "<title>", `<a href="https://evil.example">x</a><title>`, 1), map[string]any{design.ReportKey: workers, "palette": "sage"}, "element a"},
	} {
		t.Run(what, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				r := newRig(t)
				id := r.generate().ID
				answer := ready(id, 1)
				answer.Asset.Data, answer.Metadata = []byte(test.markup), test.metadata
				for _, err := range r.answer(answer) {
					if err != nil {
						t.Fatal(err)
					}
				}
				kept := r.view(id).Design
				report, _ := kept.Metadata[design.ReportKey].(map[string]any)
				if kept.Metadata["palette"] != "sage" || report == nil {
					t.Fatalf("metadata %v", kept.Metadata)
				}
				if removed := strings.Join(report["removed"].([]string), ", "); removed != test.want {
					t.Errorf("removed %q, want %q", removed, test.want)
				}
			})
		})
	}
}
