package postgres

import (
	"errors"
	"os/exec"
	"path/filepath"
)

// ErrMissing means that this machine has no Postgres.
var ErrMissing = errors.New("there is no Postgres on this machine: initdb is neither in PATH nor in /usr/lib/postgresql")

// find looks where distributions put the binaries.
func find() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	candidates, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(candidates) == 0 {
		return "", ErrMissing
	}
	return filepath.Dir(candidates[len(candidates)-1]), nil
}

// Tool finds another of Postgres' programs: beside the server's own where there is one, else in PATH. A link to the
// server's program is followed, because distributions link a few of them only.
func (s *Server) Tool(name string) (string, error) {
	if server, err := filepath.EvalSymlinks(filepath.Join(s.binaries, "initdb")); err == nil {
		if path, err := exec.LookPath(filepath.Join(filepath.Dir(server), name)); err == nil {
			return path, nil
		}
	}
	return exec.LookPath(name)
}
