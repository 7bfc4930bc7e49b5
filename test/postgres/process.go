//go:build unix

package postgres

import (
	"errors"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// immediate is the signal of the immediate shutdown, which cleans nothing up but leaves no child behind.
const immediate = syscall.SIGQUIT

// handOver gives the folder to the user that the server runs as.
func handOver(folder string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	other, err := unprivileged()
	if err != nil {
		return err
	}
	return os.Chown(folder, int(other.Uid), int(other.Gid))
}

// unprivileged is whom Postgres runs as when the tests run as root, which it refuses to.
func unprivileged() (*syscall.Credential, error) {
	for _, name := range []string{"postgres", "nobody"} {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(found.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(found.Gid, 10, 32)
		if err := errors.Join(err1, err2); err != nil {
			return nil, err
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("the tests run as root, and there is neither a user postgres nor nobody")
}

func credential() *syscall.Credential {
	if os.Geteuid() != 0 {
		return nil
	}
	other, _ := unprivileged() // handOver has reported it
	return other
}
