package kafka

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"convoke/application/port"
	"convoke/test/realkafka"
)

// What docs/KAFKA_SETUP.md tells operators to type works on what this adapter writes.
func TestOtherClientsReadAndWriteTheTopics(t *testing.T) {
	t.Parallel()
	addrs := realBroker(t)
	b, book := connect(t, addrs), newLedger()
	topic := provision(t, b, 12)
	send(t, b, topic, "key", 1, 3, book)
	consume(t, b, port.Subscription{Topic: topic, Group: topic}, book.handle)
	book.settle(t, 40*time.Second)

	t.Run("Kafka's console consumer", func(t *testing.T) {
		out := tool(t, "", "org.apache.kafka.tools.consumer.ConsoleConsumer", "--bootstrap-server", addrs[0], "--topic", topic,
			"--from-beginning", "--max-messages", "3", "--timeout-ms", "20000", "--formatter-property", "print.key=true")
		want(t, out, "key\t1", "key\t2", "key\t3")
	})
	t.Run("Kafka's group tool", func(t *testing.T) {
		out := tool(t, "", "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand", "--bootstrap-server", addrs[0],
			"--describe", "--group", topic)
		want(t, out, "CURRENT-OFFSET", "convoke-")
	})
	t.Run("kcat", func(t *testing.T) {
		kcat, err := exec.LookPath("kcat")
		if err != nil && realkafka.Wanted() {
			t.Fatal(err)
		}
		if err != nil {
			t.Skip("kcat is not installed")
		}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		out, err := exec.CommandContext(ctx, kcat, "-b", addrs[0], "-t", topic, "-C", "-e", "-q", "-o", "beginning", "-f", "%k\t%s\n").Output()
		if err != nil {
			t.Fatal(err)
		}
		want(t, string(out), "key\t1", "key\t2", "key\t3")
	})
	t.Run("Kafka's console producer", func(t *testing.T) {
		var input strings.Builder
		for i := range 40 {
			fmt.Fprintf(&input, "java-%d\t1\n", i)
			book.acknowledge(fmt.Sprintf("java-%d", i), 1)
		}
		tool(t, input.String(), "org.apache.kafka.tools.ConsoleProducer", "--bootstrap-server", addrs[0], "--topic", topic,
			"--reader-property", "parse.key=true")
		book.settle(t, 20*time.Second)
		tail, err := b.Tail(t.Context(), topic, 40)
		if err != nil || len(tail) != 40 {
			t.Fatalf("%d messages, %v", len(tail), err)
		}
		for _, m := range tail {
			if p := partitionOf(m.Key, 12); m.Partition != p {
				t.Errorf("Java sent %s to partition %d, this adapter would to %d", m.Key, m.Partition, p)
			}
		}
	})
}

func tool(t *testing.T, input, class string, arguments ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	out, err := broker.cluster.Tool(ctx, input, class, arguments...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func want(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is missing in %q", part, text)
		}
	}
}
