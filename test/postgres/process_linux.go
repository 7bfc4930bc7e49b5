package postgres

import "syscall"

// attributes also make the kernel stop the server when the tests die without a word.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: credential(), Pdeathsig: syscall.SIGQUIT}
}
