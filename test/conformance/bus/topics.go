package bus

import (
	"errors"
	"slices"
	"time"

	"convoke/application/port"
)

func topics() []test {
	return []test{
		{"topics/provisioning twice changes nothing", provisionTwice},
		{"topics/a check names what is missing", checkNamesMissing},
	}
}

func provisionTwice(k *kit) {
	first, second := k.broker.Connect(k.T), k.broker.Connect(k.T)
	topic := k.topic(first.Bus, "in")
	sent := numbered(topic, "key", 5)
	k.publish(first.Bus, sent...)

	k.topic(second.Bus, "in")
	k.provision(second.Bus, port.Topic{Name: topic, Partitions: k.features.Partitions, Retention: 2 * time.Hour, MaxBytes: 2 << 20})

	k.wantStored(second.Bus, topic, sent)
}

func checkNamesMissing(k *kit) {
	conn := k.broker.Connect(k.T)
	topic := k.topic(conn.Bus, "in")
	if err := conn.Bus.Check(k.Context(), []string{topic}); err != nil {
		k.Errorf("check of an existing topic: %v", err)
	}

	err := conn.Bus.Check(k.Context(), []string{topic, k.name + ".missing"})

	var missing *port.MissingTopicsError
	if !errors.As(err, &missing) || !slices.Equal(missing.Topics, []string{k.name + ".missing"}) {
		k.Errorf("check of a missing topic: %v, want its name", err)
	}
}
