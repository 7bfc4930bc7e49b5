package memory_test

import (
	"testing"

	"convoke/adapters/memory"
	"convoke/application/jobs"
	"convoke/application/relay"
	"convoke/test/conformance/store"
)

func TestStoreConformance(t *testing.T) {
	t.Parallel()
	store.Run(t, store.Harness{New: func(_ *testing.T, encoder *jobs.Encoder, feed *relay.Feed) store.Place {
		return store.Place{Store: memory.NewStore(encoder, feed)}
	}})
}
