package arch

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"convoke/domain/job"
)

const (
	architecture = "docs/ARCHITECTURE.md"
	outside      = "[*]" // where a diagram's life begins and ends
)

// arrow is one line of a Mermaid state diagram.
var arrow = regexp.MustCompile(`^(\S+) --> (\S+)(?: : .+)?$`)

func TestTheDrawnStatesOfAJobAreTheRealOnes(t *testing.T) {
	t.Parallel()
	drawn := drawnTransitions(t)
	var actual []string
	for _, from := range job.Statuses() {
		final := true
		for _, to := range job.Statuses() {
			if from.CanBecome(to) {
				actual, final = append(actual, string(from)+" --> "+string(to)), false
			}
		}
		if final {
			actual = append(actual, string(from)+" --> "+outside)
		}
	}
	actual = append(actual, outside+" --> "+string(job.Pending))
	sameNames(t, architecture, drawn, actual)
}

// drawnTransitions reads the one state diagram; a transition drawn twice fails the test.
func drawnTransitions(t *testing.T) []string {
	t.Helper()
	var drawn []string
	for _, diagram := range blocks(t, architecture, "mermaid") {
		body, ok := strings.CutPrefix(diagram, "stateDiagram-v2\n")
		if !ok {
			continue
		}
		for line := range strings.Lines(body) {
			match := arrow.FindStringSubmatch(strings.TrimSpace(line))
			if match == nil {
				t.Fatalf("%s: this line of the state diagram is no transition: %q", architecture, line)
			}
			transition := match[1] + " --> " + match[2]
			if slices.Contains(drawn, transition) {
				t.Errorf("%s draws %s twice", architecture, transition)
			}
			drawn = append(drawn, transition)
		}
	}
	return drawn
}
