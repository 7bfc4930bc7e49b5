package database_test

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"

	"convoke/test/postgres"
)

func TestMain(m *testing.M) {
	code := postgres.Main(m)
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}
