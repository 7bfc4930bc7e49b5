package loopback

import (
	"errors"
	"syscall"
)

// reserve binds a socket that never listens and is never closed. Linux lets a server bind the same port, because both say
// SO_REUSEADDR and only one of them listens, but does not choose it for anybody (inet_csk_get_port).
func reserve() (int, error) {
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	bound, err := bind(socket)
	if err != nil {
		return 0, errors.Join(err, syscall.Close(socket))
	}
	return bound, nil
}

func bind(socket int) (int, error) {
	if err := syscall.SetsockoptInt(socket, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1); err != nil {
		return 0, err
	}
	if err := syscall.Bind(socket, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return 0, err
	}
	address, err := syscall.Getsockname(socket)
	if err != nil {
		return 0, err
	}
	return address.(*syscall.SockaddrInet4).Port, nil //nolint:forcetypeassert // it was bound to one
}
