//go:build !linux

package realredis

import "syscall"

func attributes() *syscall.SysProcAttr { return nil }
