package memory_test

import (
	"testing"

	"convoke/adapters/memory"
	"convoke/application/analytics"
	suite "convoke/test/conformance/analytics"
)

func TestAnalyticsConformance(t *testing.T) {
	t.Parallel()
	suite.Run(t, suite.Harness{New: func(*testing.T) (analytics.Store, analytics.Store) {
		a := memory.NewAnalytics()
		return a, a
	}})
}
