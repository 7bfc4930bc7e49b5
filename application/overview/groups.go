package overview

import (
	"context"
	"sync"

	"convoke/application/port"
)

// GroupTopic is one group's reading of one topic.
type GroupTopic struct{ Group, Topic string }

// Group is where a group stands in a topic.
type Group struct {
	GroupTopic
	Lag        *int64 // messages that it has not done; nil: not known
	Partitions []Partition
	Members    []port.Member
	Err        error // then nothing else is known
}

// Partition is a group's place in one partition.
type Partition struct {
	port.Position       // Committed is never before the first message that the topic still holds
	Lag           int64 // never negative
}

// Groups returns where each group stands, in their fixed order. One that can not be looked at does not hide the others.
func (s *Service) Groups(ctx context.Context) []Group {
	groups := make([]Group, len(s.groups))
	var all sync.WaitGroup
	for i, memo := range s.groups {
		all.Go(func() {
			part := memo.get(ctx)
			groups[i] = part.Value
			groups[i].GroupTopic, groups[i].Err = s.names[i], part.Err
		})
	}
	all.Wait()
	return groups
}

func lookAtGroup(ctx context.Context, inspector port.Inspector, of GroupTopic) (g Group, err error) {
	positions, err := inspector.Positions(ctx, of.Group, of.Topic)
	if err != nil {
		return g, err
	}
	members, err := inspector.Members(ctx, of.Group, of.Topic)
	if err != nil {
		return g, err
	}
	var lag int64
	for _, at := range positions {
		behind := max(0, at.End-at.Committed)
		lag += behind
		g.Partitions = append(g.Partitions, Partition{at, behind})
	}
	g.Lag, g.Members = &lag, members
	return g, nil
}
