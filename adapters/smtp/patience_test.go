package smtp

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"convoke/test/mailserver"
)

func TestAServerThatHangsIsGivenUp(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	released := make(chan struct{})
	slow := mailserver.Start(t, mailserver.Config{Data: func(string, int) error { <-released; return nil }})
	defer close(released)
	for name, url := range map[string]string{"at the greeting": "smtp://" + silent.Addr().String() + "?from=a@b.example", "after DATA": slow.URL("")} {
		m := open(t, url)
		m.timeout = 50 * time.Millisecond
		if err := sendOne(t, m, mailTo("ada@example.org")); !ill(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAMailerGivesWay(t *testing.T) {
	t.Parallel()
	begun, released := make(chan struct{}, 8), make(chan struct{})
	server := mailserver.Start(t, mailserver.Config{Data: func(string, int) error { begun <- struct{}{}; <-released; return nil }})
	defer close(released)
	m := open(t, server.URL(""))
	m.grace = 50 * time.Millisecond
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-begun; cancel() }()
	errs := m.Send(ctx, mailsTo(3))
	if len(errs) != 3 || !ill(errs[0]) || len(server.Taken()) != 0 {
		t.Errorf("%v", errs)
	}
}

func TestAMailInTransitMayFinish(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	server := mailserver.Start(t, mailserver.Config{Data: func(string, int) error { cancel(); return nil }})
	m := open(t, server.URL(""))
	m.grace = time.Minute
	errs := m.Send(ctx, mailsTo(2))
	if len(errs) != 2 || errs[0] != nil || !errors.Is(errs[1], context.Canceled) || len(server.Taken()) != 1 {
		t.Errorf("%v, %d mails", errs, len(server.Taken()))
	}
}
