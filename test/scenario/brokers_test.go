package scenario

import (
	"strings"
	"testing"

	"convoke/test/fakekafka"
	"convoke/test/realkafka"
)

// brokersUnderTest are the brokers that roles can share, each started when a test wants it, as a setting.
var brokersUnderTest = map[string]func(t *testing.T) (setting string){
	"nats": func(t *testing.T) string { return "NATS_URL=" + broker(t) },
	"kfake": func(t *testing.T) string {
		return "KAFKA_BROKERS=" + strings.Join(fakekafka.Start(t).ListenAddrs(), ",")
	},
	"kafka": func(t *testing.T) string {
		realkafka.RequireWanted(t)
		return "KAFKA_BROKERS=" + strings.Join(realkafka.Start(t, realkafka.Options{}).Addrs, ",")
	},
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
			api.await(waitForOne, "the groups are known", func() bool {
				out, err := api.run("groups")
				return err == nil && strings.Contains(out, "mcp-registry-workers") && !strings.Contains(out, "–")
			})
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
