package realredis

import "syscall"

// attributes make the kernel end the server when the tests die without a word.
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
