package httpapi

import (
	"bufio"
	"context"
	"io"
	"net"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
	"github.com/valyala/fasthttp/fasthttputil"

	"convoke/application/jobs"
	"convoke/test/backend"
)

// nowhere is a store that takes every order and keeps none, so that only what is above it is measured.
type nowhere struct{ jobs.Store }

func (nowhere) Commit(_ context.Context, changes ...*jobs.Change) error {
	for _, c := range changes {
		c.Job = c.New
	}
	return nil
}

// deaf is a meter that takes no time.
type deaf struct{}

func (deaf) Add(string, float64, ...string)     {}
func (deaf) Set(string, float64, ...string)     {}
func (deaf) Observe(string, float64, ...string) {}

// BenchmarkGenerate measures taking an order over 64 connections, with limits and a traceparent: validation, job
// and answer included, storing and measuring not. cpu-µs/op is the whole process's, client included; BenchmarkFiberAlone is what
// of it is Fiber and the client.
func BenchmarkGenerate(b *testing.B) {
	back := backend.NewOver(b, func(jobs.Store) jobs.Store { return nowhere{} })
	server := New(Config{RateLimit: 1e9, GenerateRateLimit: 1e9, PublicURL: "https://party.example"}, deaf{}, openLog())
	server.Mount(API{Jobs: back.Jobs, Fleet: back.Fleet})
	hammer(b, server.App(), "Traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n")
}

// BenchmarkGenerateOnce is BenchmarkGenerate with an idempotency key.
func BenchmarkGenerateOnce(b *testing.B) {
	back := backend.NewOver(b, func(jobs.Store) jobs.Store { return nowhere{} })
	server := New(Config{}, deaf{}, openLog())
	server.Mount(API{Jobs: back.Jobs, Fleet: back.Fleet})
	hammer(b, server.App(), "Idempotency-Key: 5f1c2e1a-8a53-4d0e-a2b4-d5c1a3c9e7f0\r\n")
}

func BenchmarkFiberAlone(b *testing.B) {
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Post("/api/mcp/tools/generate", func(c *fiber.Ctx) error { return c.Status(202).SendString(`{"success":true}`) })
	hammer(b, app, "")
}

const benchBody = `{"description":"A garden party for Ada's 36th birthday, 12 June at 4 pm, Kew Gardens, sage and cream","style":"elegant","colorPalette":["#9CAF88","#FFFDD0"],"size":{"width":800,"height":1200}}`

// hammer posts b.N orders over an in-memory network.
func hammer(b *testing.B, app *fiber.App, headers string) {
	network := fasthttputil.NewInmemoryListener()
	served := make(chan error, 1)
	go func() { served <- app.Listener(network) }()
	request := []byte("POST /api/mcp/tools/generate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + headers +
		"Content-Length: " + strconv.Itoa(len(benchBody)) + "\r\n\r\n" + benchBody)
	var left atomic.Int64
	left.Store(int64(b.N))
	const connections = 64
	finished := make(chan error, connections)
	b.ReportAllocs()
	b.ResetTimer()
	before := cpu()
	for range connections {
		c, err := network.Dial()
		if err != nil {
			b.Fatal(err)
		}
		go func() { finished <- post(c, request, &left) }()
	}
	for range connections {
		if err := <-finished; err != nil {
			b.Error(err)
		}
	}
	b.ReportMetric(float64((cpu()-before).Nanoseconds())/1000/float64(b.N), "cpu-µs/op")
	b.StopTimer()
	_ = app.Shutdown()
	<-served
}

func post(c net.Conn, request []byte, left *atomic.Int64) error {
	defer c.Close()
	in := bufio.NewReader(c)
	var response fasthttp.Response
	for left.Add(-1) >= 0 {
		if _, err := c.Write(request); err != nil {
			return err
		}
		if err := response.Read(in); err != nil {
			return err
		}
		if response.StatusCode() != fasthttp.StatusAccepted {
			return io.ErrUnexpectedEOF
		}
	}
	return nil
}

func cpu() time.Duration {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
