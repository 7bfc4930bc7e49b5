package postgres

import (
	"errors"
	"net"
	"os/exec"
	"path/filepath"
)

// find looks where distributions put the binaries.
func find() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	candidates, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(candidates) == 0 {
		return "", errors.New("there is no Postgres on this machine: initdb is neither in PATH nor in /usr/lib/postgresql")
	}
	return filepath.Dir(candidates[len(candidates)-1]), nil
}

func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}
