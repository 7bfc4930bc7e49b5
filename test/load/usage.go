package main

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// part is a process whose processor time is told under a name; several may share one.
type part struct {
	name string
	pid  int
}

// usage is the processor time of each part, by name in the order of the parts, and that of this program.
type usage struct {
	names []string
	spent map[string]time.Duration
	load  time.Duration
}

func measure(parts []part) usage {
	all := processes()
	u := usage{spent: map[string]time.Duration{}, load: all[os.Getpid()].own}
	for _, p := range parts {
		if _, ok := u.spent[p.name]; !ok {
			u.names = append(u.names, p.name)
		}
		u.spent[p.name] += tree(all, p.pid)
	}
	return u
}

// since is what was spent from before to u.
func (u usage) since(before usage) usage {
	d := usage{names: u.names, spent: map[string]time.Duration{}, load: u.load - before.load}
	for name, spent := range u.spent {
		d.spent[name] = spent - before.spent[name]
	}
	return d
}

func (u usage) total() time.Duration {
	var sum time.Duration
	for _, spent := range u.spent {
		sum += spent
	}
	return sum
}

// each tells the microseconds of each part for one of n things.
func (u usage) each(n int) string {
	told := make([]string, len(u.names))
	for i, name := range u.names {
		told[i] = name + " " + per(u.spent[name], n)
	}
	return fmt.Sprintf("%s = %s µs", strings.Join(told, " + "), per(u.total(), n))
}
