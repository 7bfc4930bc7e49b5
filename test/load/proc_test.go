package main

import (
	"os"
	"runtime"
	"testing"
	"time"
)

func TestAProcessIsReadWhateverItsName(t *testing.T) {
	t.Parallel()
	for name, line := range map[string]string{
		"plain":       "4211 (postgres) S 4200 4211 4211 0 -1 4194560 900 10 0 0 150 50 30 20 20 0 1 0 5000 0 0",
		"parentheses": "4211 (a) b (c)) S 4200 4211 4211 0 -1 4194560 900 10 0 0 150 50 30 20 20 0 1 0 5000 0 0\n",
	} {
		got, err := parseStat(line)
		want := stat{pid: 4211, parent: 4200, own: 2 * time.Second, waited: 500 * time.Millisecond}
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	for _, line := range []string{"", "4211 postgres S 1", "4211 (postgres) S 1 2", "x (p) S 1 2 3 0 -1 4 9 1 0 0 150 50 30 20 20",
		"4211 (p) S 1 2 3 0 -1 4 9 1 0 0 many 50 30 20 20"} {
		if got, err := parseStat(line); err == nil {
			t.Errorf("%q is read as %+v", line, got)
		}
	}
}

func TestATreeIsAProcessWithAllThatCameFromIt(t *testing.T) {
	t.Parallel()
	all := map[int]stat{
		1: {1, 0, time.Hour, time.Hour},
		2: {2, 1, 1, 10},   // the root
		3: {3, 2, 100, 0},  // its child
		4: {4, 3, 1000, 0}, // its grandchild
		5: {5, 1, time.Hour, 0},
	}
	if got := tree(all, 2); got != 1111 {
		t.Errorf("%d", got)
	}
	if got := tree(all, 99); got != 0 {
		t.Errorf("a process that is not there has used %d", got)
	}
}

func TestThisProcessIsFoundWithTheTimeThatItUses(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("there is no /proc")
	}
	before := measure([]part{{"test", os.Getpid()}, {"test", os.Getppid()}})
	var used usage
	for begun := time.Now(); used.load < 20*time.Millisecond && time.Since(begun) < 30*time.Second; {
		used = measure([]part{{"test", os.Getpid()}}).since(before)
	}
	if used.load < 20*time.Millisecond || resident(os.Getpid()) < 1<<20 || len(before.names) != 1 {
		t.Errorf("%+v, %d bytes", used, resident(os.Getpid()))
	}
}

func TestUsageIsToldForEachPart(t *testing.T) {
	t.Parallel()
	before := usage{names: []string{"api", "kafka"}, spent: map[string]time.Duration{"api": time.Second, "kafka": 0}}
	after := usage{names: []string{"api", "kafka"}, spent: map[string]time.Duration{"api": 2 * time.Second, "kafka": 500 * time.Millisecond}}
	if got := after.since(before).each(100_000); got != "api 10.0 + kafka 5.0 = 15.0 µs" {
		t.Error(got)
	}
	if got := after.since(before).each(0); got != "api – + kafka – = – µs" {
		t.Error(got)
	}
}
