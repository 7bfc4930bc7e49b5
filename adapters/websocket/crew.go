package websocket

import (
	"runtime"
	"sync"
	"time"
)

// stallAfter is how long no socket in line may be served before more writers are hired.
const stallAfter = 5 * time.Millisecond

// crew writes for the sockets that have something to be written. One change may concern ten thousand of them at once, and
// that many goroutines would take more memory than the sockets: so a few writers serve one socket after the other. A client
// that does not take what it is sent keeps its writer; when all are kept, others are hired. A crew that has nothing to do
// has no goroutine. The zero value works. Safe for concurrent use.
type crew struct {
	running sync.WaitGroup

	mu      sync.Mutex
	line    []*socket // that wait for a writer, each at most once
	writers int
	busy    int    // writers that are serving a socket
	served  uint64 // sockets that a writer was found for
	stalls  uint64 // times that all writers were kept
	kept    int    // writers that were at work at the last stall, and still are
	looking bool   // for a stall
}

// serve has a writer call the socket's write.
func (c *crew) serve(s *socket) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.line = append(c.line, s)
	if !c.hire() {
		c.look(c.served)
	}
}

// hire starts one more writer, unless there are enough that are not kept; c.mu is held.
func (c *crew) hire() bool {
	if c.writers-c.kept >= c.enough() {
		return false
	}
	c.writers++
	c.running.Go(c.work)
	return true
}

// enough is how many writers are to be free to serve. It grows with those that are kept: where many clients stand still,
// many may follow.
func (c *crew) enough() int { return 2*runtime.GOMAXPROCS(0) + c.kept }

func (c *crew) work() {
	for {
		s, stalls := c.next()
		if s == nil {
			return
		}
		s.write()
		s.writer.Done()
		c.back(stalls)
	}
}

// next takes the first socket out of the line; nil sends the writer home.
func (c *crew) next() (s *socket, stalls uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.line) == 0 || c.writers-c.kept > c.enough() {
		c.writers--
		return nil, 0
	}
	s = c.line[0]
	c.line[0] = nil
	if c.line = c.line[1:]; len(c.line) == 0 {
		c.line = nil
	}
	c.served++
	c.busy++
	return s, c.stalls
}

// back notes that a writer has served a socket that it took when there had been so many stalls.
func (c *crew) back(stalls uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy--
	if stalls != c.stalls {
		c.kept--
	}
}

// look finds out whether anybody has been served since, as long as there is a line; c.mu is held.
func (c *crew) look(served uint64) {
	if c.looking {
		return
	}
	c.looking = true
	time.AfterFunc(stallAfter, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.looking = false
		if len(c.line) == 0 {
			return
		}
		if c.served == served {
			c.stalls++
			c.kept = c.busy // the others have only just been hired, or are about to take a socket
			for range c.line {
				if !c.hire() {
					break
				}
			}
		}
		c.look(c.served)
	})
}
