package main

import (
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestEachCommandMeasuresTheEmbeddedProduct keeps them working: they fail when anything does not add up.
func TestEachCommandMeasuresTheEmbeddedProduct(t *testing.T) {
	r := &rig{Binary: built}
	const moment = 300 * time.Millisecond
	for name, run := range map[string]func() error{
		"jobs": func() error {
			return designs{Backends: embedded, Jobs: 100, Warm: 10, Clients: 8, Rate: 50, Steady: moment}.Run(t.Context(), r)
		},
		"replies": func() error {
			return replies{Backends: embedded, Apis: 1, Connections: 16, Length: moment, Warm: moment, Rounds: 2}.Run(t.Context(), r)
		},
		"reads": func() error {
			return reads{Backends: embedded, Apis: 1, Connections: 16, Writes: 100, Length: moment, Warm: moment}.Run(t.Context(), r)
		},
		"scale": func() error {
			return scale{Engines: []string{"sqlite"}, Few: 100, Many: 2000, Reads: 50, Target: 1000}.Run(t.Context())
		},
		"watchers": func() error {
			return watching{Sockets: 60, Crowd: 30, Changes: 3, Hold: moment, Leave: time.Minute, Memory: 2000, Target: 10 * time.Second}.Run(t.Context(), r)
		},
	} {
		t.Run(name, func(t *testing.T) {
			if err := run(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAServerThatDiesFailsTheRun(t *testing.T) {
	d, err := (&rig{Binary: built}).deploy(t.Context(), embedded, shape{})
	if err != nil {
		t.Fatal(err)
	}
	o, err := openOccasion(t.Context(), d.apis()[0])
	if err != nil {
		t.Fatal(err)
	}
	wires, err := dialWires(t.Context(), d.addresses(), 8)
	if err != nil {
		t.Fatal(err)
	}
	defer closeWires(wires)
	victim := time.AfterFunc(200*time.Millisecond, func() { _ = syscall.Kill(d.processes[0].pid(), syscall.SIGKILL) })
	defer victim.Stop()
	seen := flood(t.Context(), wires, 30*time.Second, nil, o.writers(len(wires)))
	if seen.err() == nil || seen.took > 20*time.Second {
		t.Errorf("after %s: %v", seen.took, seen.err())
	}
	if err := d.close(); err == nil || !strings.Contains(err.Error(), "all ") {
		t.Error(err)
	}
}

func TestASettingThatIsWrongFailsTheStartWithTheReason(t *testing.T) {
	r := &rig{Binary: built, Set: []string{"RATE_LIMIT=fast"}}
	if _, err := r.deploy(t.Context(), embedded, shape{}); err == nil || !strings.Contains(err.Error(), "RATE_LIMIT") {
		t.Error(err)
	}
}
