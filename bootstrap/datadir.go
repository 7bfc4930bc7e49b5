package bootstrap

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"
)

// dataDir is the folder of everything that an embedded deployment keeps. It belongs to one process at a time.
type dataDir struct {
	path string
	lock *flock.Flock
}

// openDataDir makes the folder and takes hold of it. The operating system lets go when the process dies, however it does.
func openDataDir(path string) (*dataDir, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("DATA_DIR: %w", err)
	}
	lock := flock.New(filepath.Join(path, "lock"))
	held, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("DATA_DIR: %w", err)
	}
	if !held {
		return nil, fmt.Errorf("DATA_DIR: another convoke is using %s; stop it, or give this one its own folder", path)
	}
	return &dataDir{path, lock}, nil
}

func (d *dataDir) file(name string) string { return filepath.Join(d.path, name) }

func (d *dataDir) close() error { return d.lock.Unlock() }

// secret reads a secret from the folder, and makes it at the first start.
func (d *dataDir) secret(name string) (string, error) {
	file := d.file(name)
	content, err := os.ReadFile(file)
	if err == nil {
		return strings.TrimSpace(string(content)), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	var random [24]byte
	_, _ = rand.Read(random[:]) // never fails
	value := hex.EncodeToString(random[:])
	return value, writeDurably(file, value+"\n")
}

// writeDurably writes a file that is whole or not there at all.
func writeDurably(file, content string) error {
	temporary, err := os.CreateTemp(filepath.Dir(file), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name())
	_, err = temporary.WriteString(content)
	err = errors.Join(err, temporary.Sync(), temporary.Close())
	if err != nil {
		return err
	}
	return os.Rename(temporary.Name(), file)
}
