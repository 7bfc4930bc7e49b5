package scenario

import (
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"

	"convoke/test/realkafka"
)

// brokersUnderTest are the brokers that roles can share, each started when a test wants it, as a setting.
var brokersUnderTest = map[string]func(t *testing.T) (setting string){
	"nats":  func(t *testing.T) string { return "NATS_URL=" + broker(t) },
	"kfake": func(t *testing.T) string { return "KAFKA_BROKERS=" + kfakeCluster(t) },
	"kafka": func(t *testing.T) string {
		realkafka.RequireWanted(t)
		return "KAFKA_BROKERS=" + strings.Join(realkafka.Start(t, realkafka.Options{}).Addrs, ",")
	},
}

// kfakeCluster starts an in-process broker that speaks Kafka's protocol on loopback.
func kfakeCluster(t *testing.T) (addresses string) {
	t.Helper()
	cluster, err := kfake.NewCluster(kfake.NumBrokers(3))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	return strings.Join(cluster.ListenAddrs(), ",")
}

// TestTheSamePipelineOnEachBroker makes designs with nothing changed but the broker's setting.
func TestTheSamePipelineOnEachBroker(t *testing.T) {
	t.Parallel()
	for name, broker := range brokersUnderTest {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			setting := broker(t)
			api := start(t, "api", setting)
			one, two := start(t, "worker", setting, "DATA_DIR=/nonexistent/folder"), start(t, "worker", setting, "GENERATOR=noop", "NOOP_DELAY=300ms")
			ids := make([]string, 10)
			for i := range ids {
				ids[i] = api.generate(gardenParty)
			}
			for _, id := range ids {
				if last := api.socket(deadline(t, waitForOne), id); last[len(last)-1].Type != "job_complete" {
					t.Errorf("%+v", last)
				}
			}
			for _, worker := range []*process{one, two} {
				if _, code := worker.terminate(); code != 0 {
					t.Errorf("a worker ended with %d", code)
				}
			}
			waits := api.generate(gardenParty)
			start(t, "worker", setting)
			api.awaitStatus(waits, "COMPLETED", waitForOne)
			if out, err := api.run("groups"); err != nil || !strings.Contains(out, "mcp-registry-workers") || strings.Contains(out, "–") {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
	for _, inside := range []string{"embedded", "memory"} {
		t.Run(inside, func(t *testing.T) {
			t.Parallel()
			p := start(t, "all", "BROKER="+inside)
			p.awaitStatus(p.generate(gardenParty), "COMPLETED", waitForOne)
		})
	}
}
