//go:build !unix

package postgres

import (
	"os"
	"syscall"
)

var immediate = os.Kill

func handOver(string) error { return nil }

func attributes() *syscall.SysProcAttr { return nil }
