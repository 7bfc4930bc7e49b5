package httpapi

import (
	"bytes"
	"context"
	"net"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/valyala/fasthttp"

	"convoke/application/contract"
	"convoke/application/rsvps"
	"convoke/domain/rsvp"
	"convoke/test/backend"
)

// BenchmarkReply measures one reply of a new guest without the network: decoding, limits, domain, answer, and the memory
// store with its events.
func BenchmarkReply(b *testing.B) { benchmarkReply(b, func(s rsvps.Store) rsvps.Store { return s }) }

// BenchmarkReplyStoringNothing leaves the store out: what is left is the edge and the use case.
func BenchmarkReplyStoringNothing(b *testing.B) {
	benchmarkReply(b, func(s rsvps.Store) rsvps.Store { return nowhereToReply{s} })
}

// nowhereToReply decides about an empty occasion each time and keeps nothing.
type nowhereToReply struct{ rsvps.Store }

func (nowhereToReply) CommitReplies(_ context.Context, changes ...*rsvps.Change) error {
	for _, c := range changes {
		desk := &rsvps.Desk{Occasion: rsvp.Rehydrate(rsvp.State{ID: c.OccasionID, Details: rsvp.Details{MaxPartySize: 10}})}
		c.Err = c.Decide(desk)
		c.Occasion, c.Reply = desk.Occasion.State(), desk.Result
	}
	return nil
}

func benchmarkReply(b *testing.B, wrap func(rsvps.Store) rsvps.Store) {
	back := backend.New(b)
	service := *back.RSVPs
	service.Store = wrap(back.Store)
	server := New(Config{RateLimit: 1e9}, deaf{}, openLog())
	server.Mount(API{Jobs: back.Jobs, Fleet: back.Fleet, RSVPs: &service, Reads: back.Reads, Signer: back.Signer})
	handle := server.App().Handler()
	var guests atomic.Int64
	b.ReportAllocs()
	b.RunParallel(func(p *testing.PB) {
		var ctx fasthttp.RequestCtx
		var body []byte
		for p.Next() {
			ctx.Request.Reset()
			ctx.Response.Reset()
			ctx.Init2(nopConn{}, nil, false)
			ctx.Request.Header.SetMethod("POST")
			ctx.Request.SetRequestURI("/api/rsvps")
			ctx.Request.Header.SetContentType("application/json")
			body = append(body[:0], `{"name":"Ada Lovelace","email":"guest`...)
			body = strconv.AppendInt(body, guests.Add(1), 10)
			body = append(body, `@example.org","status":"yes","partySize":2}`...)
			ctx.Request.SetBodyRaw(body)
			handle(&ctx)
			if ctx.Response.StatusCode() != fasthttp.StatusCreated {
				b.Fatalf("status %d: %s", ctx.Response.StatusCode(), ctx.Response.Body())
			}
		}
	})
}

// nopConn is a connection of nobody, for its address.
type nopConn struct{ net.Conn }

func (nopConn) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

// BenchmarkReadReply compares the two readers of a reply.
func BenchmarkReadReply(b *testing.B) {
	body := []byte(`{"name":"Ada Lovelace","email":"guest1@example.org","status":"yes","partySize":2}`)
	b.Run("quick", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, ok := quickReply(string(body)); !ok {
				b.Fatal("it was not read")
			}
		}
	})
	b.Run("general", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var into replyBody
			if err := decode(bytes.Clone(body), &into); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkWriteReply compares the two ways to write the answer.
func BenchmarkWriteReply(b *testing.B) {
	r := rsvp.Reply{ID: noSuchID, OccasionID: noSuchID, Name: "Ada Lovelace", Email: "guest1@example.org", Status: rsvp.Yes, PartySize: 2, Version: 1, Revision: 7}
	b.Run("by hand", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = appendReplied(make([]byte, 0, 512), r, "gAYkAAAAAcACAAAAAAAAAAAAAAAA")
		}
	})
	b.Run("encoder", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := marshal(repliedAnswer{contract.RSVPOf(r), "gAYkAAAAAcACAAAAAAAAAAAAAAAA"}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkCountsKept measures the answer that most readers get.
func BenchmarkCountsKept(b *testing.B) {
	back := backend.New(b)
	server := New(Config{}, deaf{}, openLog())
	server.Mount(API{Jobs: back.Jobs, Fleet: back.Fleet, RSVPs: back.RSVPs, Reads: back.Reads, Signer: back.Signer})
	handle := server.App().Handler()
	b.ReportAllocs()
	b.RunParallel(func(p *testing.PB) {
		var ctx fasthttp.RequestCtx
		for p.Next() {
			ctx.Request.Reset()
			ctx.Response.Reset()
			ctx.Init2(nopConn{}, nil, false)
			ctx.Request.SetRequestURI("/api/occasions/default/counts")
			handle(&ctx)
			if ctx.Response.StatusCode() != fasthttp.StatusOK {
				b.Fatalf("status %d: %s", ctx.Response.StatusCode(), ctx.Response.Body())
			}
		}
	})
}
