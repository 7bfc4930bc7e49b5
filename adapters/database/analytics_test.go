package database_test

import (
	"path/filepath"
	"testing"

	"convoke/adapters/database"
	"convoke/application/analytics"
	suite "convoke/test/conformance/analytics"
	"convoke/test/fake"
	"convoke/test/postgres"
)

func TestSQLiteAnalyticsConformance(t *testing.T) {
	t.Parallel()
	suite.Run(t, suite.Harness{New: func(t *testing.T) (analytics.Store, analytics.Store) {
		config := database.Config{File: filepath.Join(t.TempDir(), "analytics.db"), Log: fake.Log()}
		return openAnalytics(t, config), openAnalytics(t, config)
	}})
}

func TestPostgresAnalyticsConformance(t *testing.T) {
	t.Parallel()
	suite.Run(t, suite.Harness{New: func(t *testing.T) (analytics.Store, analytics.Store) {
		config := database.Config{URL: postgres.Database(t), Connections: 6, Log: fake.Log()}
		return openAnalytics(t, config), openAnalytics(t, config)
	}})
}

// openAnalytics opens and migrates a store that is closed with the test.
func openAnalytics(t testing.TB, config database.Config) *database.Analytics {
	t.Helper()
	a, err := database.OpenAnalytics(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := a.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a
}
