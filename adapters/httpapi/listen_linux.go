package httpapi

import (
	"errors"
	"syscall"
)

const tcpUserTimeout = 18 // package syscall has no name for it

// control has the kernel give up connections whose other side is gone without a word. Without it something that was sent
// there is tried again for a quarter of an hour, and an event stream, on which clients never say anything, held as long.
func control(_, _ string, c syscall.RawConn) error {
	var refused error
	err := c.Control(func(fd uintptr) {
		refused = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout, int(goneAfter.Milliseconds()))
	})
	return errors.Join(err, refused)
}
