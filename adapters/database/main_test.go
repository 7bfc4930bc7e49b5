package database_test

import (
	"os"
	"testing"

	"convoke/test/leak"
	"convoke/test/postgres"
)

func TestMain(m *testing.M) {
	os.Exit(leak.Check(postgres.Main(m)))
}
