// Package loopback has ports for servers that are started later than their addresses are needed, or more than once.
package loopback

import (
	"net"
	"strconv"
)

// Port returns a port of 127.0.0.1 that belongs to the caller until this process ends. Where the system allows it
// (Linux), nobody is given it meanwhile who asks for any port or dials from any; elsewhere it is only free now. Servers
// can listen on it, one after the other; while none does, connections are refused.
func Port() (int, error) { return reserve() }

// Address is the host and port of a server on this machine.
func Address(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
