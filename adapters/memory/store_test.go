package memory_test

import (
	"testing"

	"convoke/adapters/memory"
	"convoke/application/relay"
	"convoke/test/conformance/store"
)

func TestStoreConformance(t *testing.T) {
	t.Parallel()
	store.Run(t, store.Harness{New: func(_ *testing.T, e store.Encoders, feed *relay.Feed) store.Place {
		return store.Place{Store: memory.NewStore(e.Jobs, e.Replies, feed)}
	}})
}
