package realkafka

import (
	"os"
	"testing"
	"time"

	"convoke/test/leak"
)

func TestMain(m *testing.M) { os.Exit(leak.Check(m.Run())) }

func TestASecureBrokerStartsAndComesBackAfterAKill(t *testing.T) {
	c := Start(t, Options{Secure: true})
	if len(c.Addrs) != 1 || len(c.Security.SASLAddrs) != 1 || len(c.Security.TLSAddrs) != 1 {
		t.Fatalf("addresses are missing: %+v", c)
	}
	if err := c.Kill(0); err != nil {
		t.Fatal(err)
	}
	if err := c.WaitReady(time.Second); err == nil {
		t.Fatal("a killed broker still answers")
	}
	if err := c.Restart(0); err != nil {
		t.Fatal(err)
	}
	if err := c.WaitReady(3 * time.Minute); err != nil {
		t.Fatal(err)
	}
}

func TestAClusterIDIsNoOption(t *testing.T) {
	for range 1000 {
		if id := clusterID(); len(id) != 22 || id[0] == '-' {
			t.Fatal(id)
		}
	}
}
