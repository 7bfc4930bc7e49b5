package redis

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"convoke/application/port"
	"convoke/test/realredis"
)

// BenchmarkGet reads a page of 4 KB, as many requests at a time would.
func BenchmarkGet(b *testing.B) {
	cache := open(b, Config{URL: realredis.Start(b).URL(), Timeout: generous}).Cache()
	if err := cache.Set(b.Context(), "space", "page", bytes.Repeat([]byte("x"), 4<<10), time.Hour); err != nil {
		b.Fatal(err)
	}
	b.SetParallelism(8)
	b.ReportAllocs()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			if got, _, err := cache.Get(b.Context(), "space", "page"); err != nil || len(got) == 0 {
				b.Fatal(len(got), err)
			}
		}
	})
}

// BenchmarkNotify tells of 256 jobs, as a group commit might, with one other process listening.
func BenchmarkNotify(b *testing.B) {
	server := realredis.Start(b)
	teller := open(b, Config{URL: server.URL(), Timeout: generous}).Notifier()
	listen(b, open(b, Config{URL: server.URL(), Timeout: generous}).Notifier())
	hints := make([]port.Hint, 256)
	for i := range hints {
		hints[i] = port.Hint{Kind: port.JobHint, ID: fmt.Sprintf("01890000-0000-7000-8000-%012d", i), Number: 3}
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := teller.Notify(b.Context(), hints); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkIll is what a call costs while the circuit is open.
func BenchmarkIll(b *testing.B) {
	cache := open(b, Config{URL: realredis.Prepare(b).URL()}).Cache()
	for b.Loop() {
		if _, _, err := cache.Get(b.Context(), "space", "page"); err == nil {
			b.Fatal("a server that is down answers")
		}
	}
}
