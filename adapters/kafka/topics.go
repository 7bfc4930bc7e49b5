package kafka

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"time"

	"github.com/segmentio/kafka-go"

	"convoke/application/port"
)

// Provision creates the topics that are missing, with the broker's replication factor. It waits for the cluster until
// ctx ends. Where topics may not be created it returns nil if they exist, else an error that names those that do not.
func (b *Bus) Provision(ctx context.Context, topics []port.Topic) error {
	trouble := &outage{log: b.log, what: "provisioning"}
	wait := pause{first: 50 * time.Millisecond, longest: time.Second}
	for {
		err := b.provision(ctx, topics)
		if err == nil || hopeless(err) {
			return explain(err)
		}
		trouble.note(err)
		b.cluster.refresh()
		if !wait.wait(ctx) {
			return gaveUp(ctx, err)
		}
	}
}

func (b *Bus) provision(ctx context.Context, topics []port.Topic) error {
	var absent []port.Topic
	for _, t := range topics {
		leaders, err := b.cluster.leaders(ctx, t.Name)
		switch {
		case missing(err):
			absent = append(absent, t)
		case err != nil:
			return err
		case len(leaders) != t.Partitions && t.Partitions > 0:
			b.log.Warn("the topic has another number of partitions than wanted; it is left as it is",
				"topic", t.Name, "partitions", len(leaders), "wanted", t.Partitions)
		}
	}
	if len(absent) == 0 {
		return nil
	}
	return b.create(ctx, absent)
}

// managedMost is the largest max.message.bytes that the usual managed services allow. It holds the largest message that
// this program sends, even as a dead letter.
const managedMost = 8 << 20

// create makes the topics. One whose messages may not be as large as wanted is made with what managed services allow.
func (b *Bus) create(ctx context.Context, topics []port.Topic) error {
	answers, err := b.request(ctx, topics)
	if err != nil {
		return err
	}
	var smaller []port.Topic
	for _, t := range topics {
		if err := answers[t.Name]; t.MaxBytes > managedMost && (errors.Is(err, kafka.PolicyViolation) || errors.Is(err, kafka.InvalidConfiguration)) {
			b.log.Warn("the broker does not allow messages as large as wanted", "topic", t.Name, "max.message.bytes", managedMost, "error", err)
			t.MaxBytes = managedMost
			smaller = append(smaller, t)
		}
	}
	if len(smaller) > 0 {
		again, err := b.request(ctx, smaller)
		if err != nil {
			return err
		}
		maps.Copy(answers, again)
	}
	return b.judge(topics, answers)
}

// request returns the broker's answer for each topic.
func (b *Bus) request(ctx context.Context, topics []port.Topic) (map[string]error, error) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	configs := make([]kafka.TopicConfig, len(topics))
	for i, t := range topics {
		configs[i] = topicConfig(t)
	}
	answer, err := b.cluster.client.CreateTopics(ctx, &kafka.CreateTopicsRequest{Topics: configs})
	if err != nil {
		return nil, err
	}
	return answer.Errors, nil
}

// judge joins the errors of topics that are not there now.
func (b *Bus) judge(topics []port.Topic, answers map[string]error) error {
	var problems []error
	for _, t := range topics {
		switch err := answers[t.Name]; {
		case err == nil:
			b.log.Info("created a topic", "topic", t.Name, "partitions", t.Partitions)
		case errors.Is(err, kafka.TopicAlreadyExists): // another process was faster
		default:
			problems = append(problems, fmt.Errorf("create topic %s: %w", t.Name, err))
		}
	}
	return errors.Join(problems...)
}

func topicConfig(t port.Topic) kafka.TopicConfig {
	const brokerDefault = -1
	retention := int64(-1)
	if t.Retention > 0 {
		retention = t.Retention.Milliseconds()
	}
	entries := []kafka.ConfigEntry{
		{ConfigName: "cleanup.policy", ConfigValue: "delete"},
		{ConfigName: "retention.ms", ConfigValue: strconv.FormatInt(retention, 10)},
	}
	if t.MaxBytes > 0 {
		entries = append(entries, kafka.ConfigEntry{ConfigName: "max.message.bytes", ConfigValue: strconv.Itoa(t.MaxBytes)})
	}
	return kafka.TopicConfig{
		Topic: t.Name, NumPartitions: max(t.Partitions, 1), ReplicationFactor: brokerDefault, ConfigEntries: entries,
	}
}

// Check returns nil when a broker answers and every topic exists.
func (b *Bus) Check(ctx context.Context, topics []string) error {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	// The list of topics may be a few seconds old, so it does not show that anybody is there.
	if _, err := b.cluster.client.ApiVersions(ctx, &kafka.ApiVersionsRequest{}); err != nil {
		b.cluster.refresh()
		return fmt.Errorf("kafka does not answer: %w", explain(err))
	}
	err := b.absent(ctx, topics)
	if err != nil {
		b.cluster.refresh() // they may have been created just now
		err = b.absent(ctx, topics)
	}
	return err
}

func (b *Bus) absent(ctx context.Context, topics []string) error {
	var missing port.MissingTopicsError
	for _, t := range topics {
		_, err := b.cluster.leaders(ctx, t)
		switch {
		case errors.Is(err, kafka.UnknownTopicOrPartition):
			missing.Topics = append(missing.Topics, t)
		case err != nil:
			return err
		}
	}
	if len(missing.Topics) > 0 {
		return &missing
	}
	return nil
}
