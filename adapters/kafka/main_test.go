package kafka

import (
	"flag"
	"os"
	"sync"
	"testing"

	"convoke/test/leak"
	"convoke/test/realkafka"
)

// TestMain ends the shared broker and then looks for goroutines that nobody waited for. The tests mostly wait for
// timeouts, so more of them run at the same time than there are processors.
func TestMain(m *testing.M) {
	flag.Parse()
	if f := flag.Lookup("test.parallel"); f.Value.String() == f.DefValue {
		_ = flag.Set("test.parallel", "8")
	}
	code := m.Run()
	if broker.cluster != nil {
		broker.cluster.Close()
	}
	os.Exit(leak.Check(code))
}

// broker is the real Kafka that tests share: one plain broker, started by the first that needs it.
var broker struct {
	sync.Mutex
	cluster *realkafka.Cluster
}

// realBroker returns the shared broker's addresses.
func realBroker(tb testing.TB) []string {
	tb.Helper()
	realkafka.Require(tb)
	broker.Lock()
	defer broker.Unlock()
	if broker.cluster == nil {
		cluster, err := realkafka.Run(realkafka.Options{})
		if err != nil {
			tb.Fatal(err)
		}
		broker.cluster = cluster
	}
	return broker.cluster.Addrs
}
