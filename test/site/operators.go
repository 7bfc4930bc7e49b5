package site

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"sync/atomic"

	"convoke/adapters/system"
	"convoke/adapters/web/console"
	"convoke/application/replay"
	"convoke/domain/event"
	"convoke/test/fake"
)

// AdminToken opens the console of a site.
const AdminToken = "an-admin-token-for-tests"

// operators gives the console all that there is, and one group that can be replayed.
func (s *Site) operators(config Config) console.Parts {
	token := AdminToken
	if config.NoConsole {
		token = ""
	}
	s.Replayed = &Projection{}
	return console.Parts{
		AdminToken: token, Overview: s.Overview, Jobs: s.Jobs, Bulk: s.Bulk, Letters: s.Letters, Viewer: s.Viewer, Checks: config.Checks,
		Replay: &replay.Service{
			Projections: map[string]replay.Projection{s.Names.Workers: s.Replayed}, Groups: []string{s.Names.Workers, s.Names.Mail},
			Control: nobody{}, Log: fake.Log(),
		},
		Clock: system.Clock{}, IDs: system.NewIDs(), Log: slog.New(slog.NewTextHandler(s.Log, nil)),
	}
}

// Projection counts how often it was emptied. Safe for concurrent use.
type Projection struct{ times atomic.Uint64 }

// Reset empties it.
func (p *Projection) Reset(context.Context) (uint64, error) { return p.times.Add(1), nil }

// Times is how often that was.
func (p *Projection) Times() uint64 { return p.times.Load() }

type nobody struct{}

func (nobody) Send(context.Context, ...event.Data) error { return nil }

// Log remembers what the console writes into its log. Safe for concurrent use.
type Log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write adds a line.
func (l *Log) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
