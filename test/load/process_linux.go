package main

import "syscall"

// attributes keep the terminal's signals from the process, so that it is stopped in order, and make the kernel end it
// when this program dies without a word.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
