package realkafka

import (
	"fmt"
	"path/filepath"
	"strings"

	"convoke/test/loopback"
)

// node is one broker's place: its id and ports.
type node struct {
	id                           int
	plain, controller, sasl, tls int
}

func newNodes(n int, secure bool) ([]node, error) {
	nodes := make([]node, n)
	for i := range nodes {
		nodes[i].id = i + 1
		wanted := []*int{&nodes[i].plain, &nodes[i].controller}
		if secure {
			wanted = append(wanted, &nodes[i].sasl, &nodes[i].tls)
		}
		for _, port := range wanted {
			var err error
			if *port, err = loopback.Port(); err != nil {
				return nil, err
			}
		}
	}
	return nodes, nil
}

// properties is the configuration of the node at index i.
func properties(nodes []node, i int, dir string, s *Security) string {
	n := nodes[i]
	listeners := "PLAINTEXT://" + loopback.Address(n.plain)
	advertised := listeners
	if s != nil {
		secure := ",SASL_SSL://" + loopback.Address(n.sasl) + ",SSL://" + loopback.Address(n.tls)
		listeners, advertised = listeners+secure, advertised+secure
	}
	replicas, insync := min(len(nodes), 3), min(len(nodes), 2)
	lines := []string{
		"process.roles=broker,controller",
		fmt.Sprintf("node.id=%d", n.id),
		"controller.quorum.voters=" + voters(nodes),
		"listeners=" + listeners + ",CONTROLLER://" + loopback.Address(n.controller),
		"advertised.listeners=" + advertised,
		"listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL",
		"controller.listener.names=CONTROLLER",
		"inter.broker.listener.name=PLAINTEXT",
		"log.dirs=" + filepath.Join(dir, "data"),
		fmt.Sprintf("default.replication.factor=%d", replicas),
		fmt.Sprintf("min.insync.replicas=%d", insync),
		fmt.Sprintf("offsets.topic.replication.factor=%d", replicas),
		"offsets.topic.num.partitions=5",
		fmt.Sprintf("transaction.state.log.replication.factor=%d", replicas),
		fmt.Sprintf("transaction.state.log.min.isr=%d", insync),
		fmt.Sprintf("share.coordinator.state.topic.replication.factor=%d", replicas),
		fmt.Sprintf("share.coordinator.state.topic.min.isr=%d", insync),
		"group.initial.rebalance.delay.ms=0",
		"auto.create.topics.enable=false",
	}
	if s != nil {
		lines = append(lines, s.properties()...)
	}
	return strings.Join(lines, "\n") + "\n"
}

func voters(nodes []node) string {
	all := make([]string, len(nodes))
	for i, n := range nodes {
		all[i] = fmt.Sprintf("%d@%s", n.id, loopback.Address(n.controller))
	}
	return strings.Join(all, ",")
}
