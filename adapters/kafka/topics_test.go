package kafka

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"convoke/application/port"
	"convoke/test/fakekafka"
)

func TestATopicIsMadeAsWanted(t *testing.T) {
	t.Parallel()
	fake := fakekafka.Start(t)
	b := connect(t, fake.ListenAddrs())
	err := b.Provision(t.Context(), []port.Topic{
		{Name: "week", Partitions: 12, Retention: 7 * 24 * time.Hour, MaxBytes: 8 << 20},
		{Name: "ever", Partitions: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]map[string]string{
		"week": {"retention.ms": "604800000", "max.message.bytes": "8388608", "cleanup.policy": "delete"},
		"ever": {"retention.ms": "-1"},
	} {
		info := fake.TopicInfo(name)
		for key, value := range want {
			if got := info.Configs[key]; got == nil || *got != value {
				t.Errorf("%s of %s is %v, want %s", key, name, got, value)
			}
		}
	}
	if n := len(fake.PartitionInfos("week")); n != 12 {
		t.Errorf("%d partitions, want 12", n)
	}
}

func TestATopicThatIsThereIsLeftAsItIs(t *testing.T) {
	t.Parallel()
	fake := fakekafka.Start(t, kfake.SeedTopics(3, "in"))
	b := connect(t, fake.ListenAddrs())
	if err := b.Provision(t.Context(), []port.Topic{{Name: "in", Partitions: 12, MaxBytes: 1 << 20}}); err != nil {
		t.Fatal(err)
	}
	if n := len(fake.PartitionInfos("in")); n != 3 {
		t.Errorf("%d partitions, want 3", n)
	}
}

// Where the operator creates the topics, those that are there suffice, and those that are not are named.
func TestWhereCreationIsForbiddenTopicsAreVerified(t *testing.T) {
	t.Parallel()
	fake := fakekafka.Start(t, kfake.SeedTopics(3, "in"))
	fake.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.CreateTopics}, Err: kerr.TopicAuthorizationFailed, Count: -1})
	b := connect(t, fake.ListenAddrs())
	if err := b.Provision(t.Context(), []port.Topic{{Name: "in", Partitions: 3}}); err != nil {
		t.Errorf("an existing topic: %v", err)
	}

	err := b.Provision(t.Context(), []port.Topic{{Name: "in", Partitions: 3}, {Name: "absent", Partitions: 3}})

	if err == nil || !strings.Contains(err.Error(), "absent") || strings.Contains(err.Error(), "topic in") {
		t.Errorf("a missing topic: %v, want its name", err)
	}
}

func TestProvisioningWaitsForTheCluster(t *testing.T) {
	t.Parallel()
	fake := fakekafka.Start(t)
	b := connectWith(t, Config{Brokers: fake.ListenAddrs()}, impatient)
	failing := fake.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.CreateTopics}, Err: kerr.NotController, Count: 3})

	if err := b.Provision(t.Context(), []port.Topic{{Name: "in", Partitions: 3}}); err != nil {
		t.Fatal(err)
	}

	if failing.Hits() != 3 {
		t.Errorf("%d refusals, want 3", failing.Hits())
	}
}

func TestACheckNoticesThatNobodyAnswers(t *testing.T) {
	t.Parallel()
	fake := fakekafka.Start(t, kfake.SeedTopics(3, "in"))
	b := connect(t, fake.ListenAddrs())
	if err := b.Check(t.Context(), []string{"in"}); err != nil {
		t.Fatal(err)
	}
	resume := silence(fake)

	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := b.Check(ctx, []string{"in"}); err == nil {
		t.Error("a silent cluster passes the check")
	}

	resume()
	eventually(t, 20*time.Second, func() string {
		if err := b.Check(t.Context(), []string{"in"}); err != nil {
			return err.Error()
		}
		return ""
	})
}

// Managed services cap max.message.bytes at 8 MiB.
func TestATopicIsMadeWithTheLargestSizeThatIsAllowed(t *testing.T) {
	t.Parallel()
	fake := fakekafka.Start(t)
	fake.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.CreateTopics}, Topic: "in.dlq", Err: kerr.PolicyViolation, Count: 1})
	b := connect(t, fake.ListenAddrs())

	err := b.Provision(t.Context(), []port.Topic{{Name: "in", Partitions: 1, MaxBytes: 8 << 20}, {Name: "in.dlq", Partitions: 1, MaxBytes: 9 << 20}})

	if err != nil {
		t.Fatal(err)
	}
	if got := fake.TopicInfo("in.dlq").Configs["max.message.bytes"]; got == nil || *got != "8388608" {
		t.Errorf("max.message.bytes is %v, want 8388608", got)
	}
}
