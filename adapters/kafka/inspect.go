package kafka

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/segmentio/kafka-go"

	"convoke/application/port"
)

// Positions returns where the group stands in each partition.
func (b *Bus) Positions(ctx context.Context, group, topic string) (positions []port.Position, err error) {
	err = b.patiently(ctx, func(ctx context.Context) error {
		leaders, err := b.cluster.leaders(ctx, topic)
		if err != nil {
			return err
		}
		positions, err = b.positions(ctx, group, topic, len(leaders))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("positions of group %s: %w", group, explain(err))
	}
	return positions, nil
}

// positions asks for the ends last, so that no group is ahead of a partition's end.
func (b *Bus) positions(ctx context.Context, group, topic string, partitions int) ([]port.Position, error) {
	committed, err := b.committed(ctx, group, topic, partitions)
	if err != nil {
		return nil, err
	}
	first, err := b.cluster.offsets(ctx, topic, partitions, kafka.FirstOffset)
	if err != nil {
		return nil, err
	}
	ends, err := b.cluster.offsets(ctx, topic, partitions, kafka.LastOffset)
	if err != nil {
		return nil, err
	}
	positions := make([]port.Position, partitions)
	for i := range positions {
		positions[i] = port.Position{Partition: int32(i), Committed: max(committed[i], first[i]), End: ends[i]}
	}
	return positions, nil
}

// errNoGroup is GROUP_ID_NOT_FOUND. A group that nobody has joined yet has no members and no offsets.
const errNoGroup = kafka.Error(69)

// committed returns the group's offset in each partition, −1 where it never committed.
func (b *Bus) committed(ctx context.Context, group, topic string, partitions int) ([]int64, error) {
	all := make([]int, partitions)
	for i := range all {
		all[i] = i
	}
	answer, err := b.cluster.client.OffsetFetch(ctx, &kafka.OffsetFetchRequest{GroupID: group, Topics: map[string][]int{topic: all}})
	if err != nil {
		return nil, err
	}
	if answer.Error != nil && !errors.Is(answer.Error, errNoGroup) {
		return nil, answer.Error
	}
	committed := slices.Repeat([]int64{-1}, partitions)
	for _, p := range answer.Topics[topic] {
		if p.Error != nil && !errors.Is(p.Error, errNoGroup) {
			return nil, p.Error
		}
		committed[p.Partition] = p.CommittedOffset
	}
	return committed, nil
}

// Members returns the group's live members that read the topic.
func (b *Bus) Members(ctx context.Context, group, topic string) (members []port.Member, err error) {
	err = b.patiently(ctx, func(ctx context.Context) error {
		answer, err := b.cluster.client.DescribeGroups(ctx, &kafka.DescribeGroupsRequest{GroupIDs: []string{group}})
		if err != nil {
			return err
		}
		members = nil
		for _, g := range answer.Groups {
			if g.Error != nil && !errors.Is(g.Error, errNoGroup) {
				return g.Error
			}
			members = append(members, readersOf(topic, g.Members)...)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("members of group %s: %w", group, explain(err))
	}
	return members, nil
}

// readersOf returns the members that have subscribed to the topic: a group may read several topics by different members.
func readersOf(topic string, all []kafka.DescribeGroupsResponseMember) []port.Member {
	var members []port.Member
	for _, m := range all {
		if !slices.Contains(m.MemberMetadata.Topics, topic) {
			continue
		}
		member := port.Member{ID: m.MemberID, Host: m.ClientHost}
		for _, t := range m.MemberAssignments.Topics {
			if t.Topic == topic {
				for _, p := range t.Partitions {
					member.Partitions = append(member.Partitions, int32(p))
				}
			}
		}
		members = append(members, member)
	}
	return members
}

// patiently repeats a question while leaders or coordinators are moving or being set up, at most for askTimeout. A topic
// that is not known is looked for once more, because it may have been created just now.
func (b *Bus) patiently(ctx context.Context, question func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	wait := pause{first: 20 * time.Millisecond, longest: time.Second}
	looked := false
	for {
		err := question(ctx)
		if err == nil || !repeatable(err) || missing(err) && looked {
			return err
		}
		looked = looked || missing(err)
		b.cluster.refresh()
		if !wait.wait(ctx) {
			return gaveUp(ctx, err)
		}
	}
}
