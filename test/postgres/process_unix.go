//go:build unix && !linux

package postgres

import "syscall"

func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Credential: credential()} }
