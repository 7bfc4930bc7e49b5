package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"convoke/test/leak"
)

// built is the product, built once for all tests.
var built string

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "convoke-load-test-")
	if err != nil {
		panic(err)
	}
	built = filepath.Join(folder, "convoke")
	if out, err := exec.Command("go", "build", "-o", built, "convoke/bootstrap/convoke").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%s\n%v\n", out, err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(folder)
	control.CloseIdleConnections()
	os.Exit(leak.Check(code))
}
