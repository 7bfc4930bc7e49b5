//go:build unix

package main

import "syscall"

// allowFiles raises the number of files that this program, and each that it starts, may have open, and returns it: as
// many as are wanted, or as the hard limit allows.
func allowFiles(wanted int) (int, error) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 0, err
	}
	raised := limit
	raised.Cur, raised.Max = max(limit.Max, uint64(wanted)), max(limit.Max, uint64(wanted))
	if syscall.Setrlimit(syscall.RLIMIT_NOFILE, &raised) == nil {
		return wanted, nil
	}
	// Also when it is as high already: Go raised it for itself at the start, and passes on only what a program sets.
	limit.Cur = limit.Max
	return int(min(limit.Max, uint64(wanted))), syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)
}
