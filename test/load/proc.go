package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of processor times in /proc: USER_HZ is 100 on every Linux that Go runs on.
const tick = 10 * time.Millisecond

// stat is what the kernel says about a process.
type stat struct {
	pid, parent int
	own         time.Duration // processor time of its threads
	waited      time.Duration // of its children that have ended, and theirs
}

// parseStat reads a line of /proc/<pid>/stat. The second field is a name in parentheses that may hold anything.
func parseStat(line string) (stat, error) {
	open, shut := strings.IndexByte(line, '('), strings.LastIndexByte(line, ')')
	if open < 0 || shut < open {
		return stat{}, fmt.Errorf("no name in %q", line)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line[:open]))
	fields := strings.Fields(line[shut+1:])
	if err != nil || len(fields) < 15 {
		return stat{}, fmt.Errorf("not a process: %q", line)
	}
	number := func(field int) int { // counted from 1, as in proc(5); the state is the third
		n, e := strconv.Atoi(fields[field-3])
		err = errors.Join(err, e)
		return n
	}
	s := stat{pid: pid, parent: number(4)}
	s.own = time.Duration(number(14)+number(15)) * tick
	s.waited = time.Duration(number(16)+number(17)) * tick
	return s, err
}

// processes lists all that run; none where there is no /proc.
func processes() map[int]stat {
	all := map[int]stat{}
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range files {
		line, err := os.ReadFile(file)
		if err != nil {
			continue // it has just ended
		}
		if s, err := parseStat(string(line)); err == nil {
			all[s.pid] = s
		}
	}
	return all
}

// tree is the processor time of a process and of all that came from it, those that have ended included.
func tree(all map[int]stat, root int) time.Duration {
	sum := all[root].own + all[root].waited
	for _, s := range all {
		if s.parent == root {
			sum += tree(all, s.pid)
		}
	}
	return sum
}

// resident is a process' memory in bytes.
func resident(pid int) int {
	content, _ := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	fields := strings.Fields(string(content))
	if len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.Atoi(fields[1])
	return pages * os.Getpagesize()
}
