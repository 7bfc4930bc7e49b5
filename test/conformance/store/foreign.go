package store

import (
	"context"
	"encoding/base64"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"convoke/application/deadletter"
	"convoke/application/envelope"
	"convoke/application/port"
	"convoke/test/fake"
)

// Names of foreign letters are of any length; an index that could not hold one would stop the collection for good.
func collectForeign(t *testing.T, k *kit) {
	noise := rand.NewChaCha8([32]byte{})
	long := func() string {
		random := make([]byte, 6000)
		_, _ = noise.Read(random) // never fails
		return base64.StdEncoding.EncodeToString(random)
	}
	topic, group, reason := long(), long()[:247]+"ééé", long()
	var batch []port.Message
	for _, tail := range []string{"one", "another"} { // two letters, though what is kept of their names is the same
		batch = append(batch, port.Message{Value: []byte("foreign"), Headers: map[string]string{
			envelope.HeaderTopic: topic, envelope.HeaderGroup: group + tail, envelope.HeaderReason: reason,
		}})
	}
	consumer := &fake.Consumer{Batch: batch}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	c := deadletter.Collector{Consumer: consumer, Store: k.store, IDs: k.ids, Clock: fake.NewClock(), Log: fake.Log()}
	if err := c.Run(ctx, "design-ready"); err != nil || consumer.Done != len(batch) {
		t.Fatalf("%d were collected, %v", consumer.Done, err)
	}
	kept, _, err := k.store.Letters(t.Context(), noFilter, "", 10)
	if err != nil || len(kept) != len(batch) {
		t.Fatalf("%d letters, %v", len(kept), err)
	}
	for _, pair := range [][2]string{{kept[0].Topic, topic}, {kept[0].Group, group}, {kept[0].Reason, reason}} {
		if got := pair[0]; len(got) < 200 || len(got) >= 250 || !strings.HasPrefix(pair[1], got) || !utf8.ValidString(got) {
			t.Errorf("%d bytes are kept: %.80q", len(got), got)
		}
	}
	if found, _, err := k.store.Letters(t.Context(), deadletter.Filter{Reason: kept[0].Reason}, "", 10); err != nil || len(found) != 2 {
		t.Errorf("%d letters are found by what is kept of the reason, %v", len(found), err)
	}
}
