package memory

import (
	"context"
	"slices"

	"convoke/application/port"
)

// group is everybody who reads a topic under one name.
type group struct {
	mode    port.Mode
	topic   *topic
	members []*member
	cursors []*cursor // one for each partition
}

// member is one Consume.
type member struct {
	id         string
	connection *Bus
}

func (t *topic) group(name string, mode port.Mode) *group {
	if g := t.groups[name]; g != nil {
		return g
	}
	g := &group{mode: mode, topic: t}
	for _, p := range t.partitions {
		g.cursors = append(g.cursors, &cursor{partition: p, done: map[int64]bool{}, claims: map[*claim]bool{}})
	}
	t.groups[name] = g
	return g
}

func (g *group) join(m *member) {
	g.members = append(g.members, m)
	g.assign()
}

func (g *group) leave(m *member) {
	if i := slices.Index(g.members, m); i >= 0 {
		g.members = slices.Delete(g.members, i, i+1)
		g.assign()
	}
}

// assign deals the partitions of an Ordered group out. Who loses one is told to give way; who gets one waits for that.
func (g *group) assign() {
	if g.mode != port.Ordered {
		return
	}
	for i, c := range g.cursors {
		was := c.owner
		c.owner = nil
		if len(g.members) > 0 {
			c.owner = g.members[i%len(g.members)]
		}
		if c.owner != was {
			c.term++
		}
		for claimed := range c.claims {
			if claimed.member != c.owner {
				claimed.giveWay()
			}
		}
		c.partition.changed.ring()
	}
}

// cursor is a group's place in one partition.
type cursor struct {
	partition *partition
	owner     *member // of an Ordered group: who may claim
	term      int     // counts the owners
	committed int64   // everything below is done
	next      int64   // everything from here on has not been claimed yet
	returned  []int64 // claimed and given back, ascending
	done      map[int64]bool
	claims    map[*claim]bool
}

// claim is a batch in a member's hands. It is void once its cursor does not know it any more.
type claim struct {
	member  *member
	offsets []int64
	giveWay context.CancelFunc
}

// claimable reports whether the member may take something from the cursor.
func (c *cursor) claimable(m *member, mode port.Mode) bool {
	if mode == port.Ordered && (c.owner != m || len(c.claims) > 0) {
		return false
	}
	c.skip()
	return len(c.returned) > 0 || c.next < c.partition.end()
}

// claim takes up to n messages, returned ones first.
func (c *cursor) claim(m *member, n int, giveWay context.CancelFunc) (*claim, []port.Message) {
	taken := &claim{member: m, giveWay: giveWay}
	k := min(n, len(c.returned))
	taken.offsets = append(taken.offsets, c.returned[:k]...)
	c.returned = c.returned[k:]
	for ; len(taken.offsets) < n && c.next < c.partition.end(); c.next++ {
		taken.offsets = append(taken.offsets, c.next)
	}
	batch := make([]port.Message, len(taken.offsets))
	for i, offset := range taken.offsets {
		batch[i] = c.partition.at(offset)
	}
	c.claims[taken] = true
	return taken, batch
}

// settle commits what is done from the front of a claim and gives the rest back.
func (c *cursor) settle(settled *claim, done int) {
	if !c.claims[settled] {
		return
	}
	delete(c.claims, settled)
	for _, offset := range settled.offsets[:done] {
		if offset >= c.committed {
			c.done[offset] = true
		}
	}
	c.returned = append(c.returned, settled.offsets[done:]...)
	slices.Sort(c.returned)
	c.advance()
	c.partition.changed.ring()
}

// restart goes back to the first message. What is claimed meanwhile no longer counts.
func (c *cursor) restart() {
	c.committed, c.next, c.returned = c.partition.first, c.partition.first, nil
	clear(c.done)
	clear(c.claims)
	c.partition.changed.ring()
}

// abandon takes back at once what a crashed member holds.
func (c *cursor) abandon(m *member) {
	for held := range c.claims {
		if held.member == m {
			held.giveWay()
			c.settle(held, 0)
		}
	}
}

func (c *cursor) advance() {
	for c.done[c.committed] {
		delete(c.done, c.committed)
		c.committed++
	}
}

// skip passes over what retention has removed.
func (c *cursor) skip() {
	first := c.partition.first
	c.next = max(c.next, first)
	for len(c.returned) > 0 && c.returned[0] < first {
		c.returned = c.returned[1:]
	}
	for ; c.committed < first; c.committed++ {
		delete(c.done, c.committed)
	}
	c.advance()
}

// drop removes a crashed connection's members from all groups.
func (b *broker) drop(connection *Bus) {
	for _, t := range b.topics {
		for _, g := range t.groups {
			for _, m := range slices.Clone(g.members) {
				if m.connection != connection {
					continue
				}
				for _, c := range g.cursors {
					c.abandon(m)
				}
				g.leave(m)
			}
		}
	}
}
