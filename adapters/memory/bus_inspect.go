package memory

import (
	"context"
	"slices"

	"convoke/application/port"
)

// Positions returns the group's place in each partition.
func (b *Bus) Positions(_ context.Context, groupName, topicName string) ([]port.Position, error) {
	t, err := b.broker.topic(topicName)
	if err != nil {
		return nil, err
	}
	b.broker.mu.Lock()
	defer b.broker.mu.Unlock()
	positions := make([]port.Position, len(t.partitions))
	for i, p := range t.partitions {
		committed := p.first
		if g := t.groups[groupName]; g != nil {
			g.cursors[i].skip()
			committed = g.cursors[i].committed
		}
		positions[i] = port.Position{Partition: p.number, Committed: committed, End: p.end()}
	}
	return positions, nil
}

// Members returns who reads the topic in the group. The members of a Shared group read all partitions.
func (b *Bus) Members(_ context.Context, groupName, topicName string) ([]port.Member, error) {
	t, err := b.broker.topic(topicName)
	if err != nil {
		return nil, err
	}
	b.broker.mu.Lock()
	defer b.broker.mu.Unlock()
	g := t.groups[groupName]
	if g == nil {
		return nil, nil
	}
	members := make([]port.Member, len(g.members))
	for i, m := range g.members {
		members[i] = port.Member{ID: m.id, Host: "in-process"}
		for _, c := range g.cursors {
			if g.mode == port.Shared || c.owner == m {
				members[i].Partitions = append(members[i].Partitions, c.partition.number)
			}
		}
	}
	return members, nil
}

// Tail returns the newest n messages of all partitions.
func (b *Bus) Tail(_ context.Context, topicName string, n int) ([]port.Message, error) {
	t, err := b.broker.topic(topicName)
	if err != nil {
		return nil, err
	}
	b.broker.mu.Lock()
	defer b.broker.mu.Unlock()
	var tail []port.Message
	for _, p := range t.partitions {
		for _, m := range p.messages[max(0, len(p.messages)-n):] {
			tail = append(tail, clone(m))
		}
	}
	slices.SortStableFunc(tail, func(a, b port.Message) int { return a.Time.Compare(b.Time) })
	return tail[max(0, len(tail)-n):], nil
}
