package loopback_test

import (
	"errors"
	"net"
	"runtime"
	"syscall"
	"testing"

	"convoke/test/loopback"
)

func TestServersListenOnAPortOneAfterTheOther(t *testing.T) {
	t.Parallel()
	port, err := loopback.Port()
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if c, err := net.Dial("tcp", loopback.Address(port)); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Fatalf("nobody listens, and dialling says %v, %v", c, err)
		}
		l, err := net.Listen("tcp", loopback.Address(port))
		if err != nil {
			t.Fatal(err)
		}
		c, err := net.Dial("tcp", loopback.Address(port))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = c.Close(), l.Close()
	}
}

func TestNobodyElseIsGivenAPort(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux can reserve a port")
	}
	t.Parallel()
	mine := map[int]bool{}
	for range 500 {
		port, err := loopback.Port()
		if err != nil {
			t.Fatal(err)
		}
		if mine[port] {
			t.Fatalf("%d was given twice", port)
		}
		mine[port] = true
	}
	for range 20_000 { // of about 28,000 there are
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if port := l.Addr().(*net.TCPAddr).Port; mine[port] {
			t.Fatalf("%d was given to somebody else", port)
		}
		_ = l.Close()
	}
}
