package httpapi

import (
	"log/slog"
	"net"
	"syscall"
	"testing"

	"convoke/test/fake"
)

func TestTheKernelGivesUpWhoIsGoneWithoutAWord(t *testing.T) {
	t.Parallel()
	l, err := New(Config{}, &fake.Meter{}, slog.New(slog.DiscardHandler)).Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	client, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	accepted, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer accepted.Close()
	raw, err := accepted.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var after int
	if e := raw.Control(func(fd uintptr) { after, err = syscall.GetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout) }); e != nil || err != nil {
		t.Fatal(e, err)
	}
	if after <= int(writeTimeout.Milliseconds()) || after > 120_000 {
		t.Errorf("after %d ms", after)
	}
}
