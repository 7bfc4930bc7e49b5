//go:build unix

package mcp

import (
	"os/exec"
	"syscall"
)

// ownGroup makes a child the head of a process group, so that it can be ended together with its own children, and is
// not ended by the terminal before the worker has drained.
func ownGroup(command *exec.Cmd) { command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func endGroup(pid int) { _ = syscall.Kill(-pid, syscall.SIGKILL) }
