package kafka

import "time"

const (
	dialTimeout  = 5 * time.Second  // of connecting, with TLS and SASL
	askTimeout   = 10 * time.Second // of one request that is answered at once
	metadataTTL  = 5 * time.Second  // how old the picture of the cluster may be while nothing fails
	refreshEvery = time.Second      // how often, at most, an error makes the picture be taken anew
)

// timing holds the periods that tests shorten.
type timing struct {
	session   time.Duration // without a heartbeat for so long a member is taken for dead
	heartbeat time.Duration // also how long a member may take to notice a rebalance
	rebalance time.Duration // how long the coordinator waits for a member that must give way
	ask       time.Duration // the coordinator answers within that time, or the connection is given up
	backoff   time.Duration // between attempts to join
	join      time.Duration // without a generation for so long the membership is built anew
	watch     time.Duration // between looks for new partitions
	stall     time.Duration // without progress for so long a reader is built anew
	gone      time.Duration // a topic that its readers can not find for so long has been deleted
	fetch     time.Duration // a fetch of nothing is answered after so long
	produce   time.Duration // of one produce request, in-sync replicas included
	unknown   time.Duration // a topic that nobody knows for so long does not exist
}

func productionTiming() timing {
	return timing{
		session:   10 * time.Second,
		heartbeat: 500 * time.Millisecond,
		rebalance: 6 * time.Second,
		ask:       3 * time.Second,
		backoff:   250 * time.Millisecond,
		join:      time.Minute,
		watch:     5 * time.Second,
		stall:     30 * time.Second,
		gone:      time.Second,
		fetch:     time.Second,
		produce:   10 * time.Second,
		unknown:   3 * time.Second,
	}
}
