package realkafka

import (
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

const version = "4.3.0"

// The pom names what a broker needs; Maven resolves the rest.
//
//go:embed pom.xml
var pom []byte

// Wanted says whether tests against real servers are asked for, whatever it takes.
func Wanted() bool { return os.Getenv("CONVOKE_TEST_REAL") == "1" }

// Require skips the test when Kafka can not run here, and fails it instead when it is Wanted.
func Require(tb testing.TB) {
	tb.Helper()
	if _, err := jars(); err != nil {
		if Wanted() {
			tb.Fatalf("no real Kafka: %v", err)
		}
		tb.Skipf("no real Kafka: %v", err)
	}
}

// RequireWanted skips the test unless real servers are asked for: for tests that take long.
func RequireWanted(tb testing.TB) {
	tb.Helper()
	if !Wanted() {
		tb.Skip("takes long; set CONVOKE_TEST_REAL=1")
	}
	Require(tb)
}

// jars returns the folder that holds Kafka's jars.
var jars = sync.OnceValues(func() (string, error) {
	if _, err := exec.LookPath("java"); err != nil {
		return "", fmt.Errorf("java is not installed: %w", err)
	}
	folder := os.Getenv("CONVOKE_KAFKA_LIBS")
	if folder == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return "", err
		}
		folder = filepath.Join(cache, "convoke", "kafka-"+version)
	}
	if complete(folder) {
		return folder, nil
	}
	if !Wanted() {
		return "", fmt.Errorf("%s does not hold Kafka's jars; CONVOKE_TEST_REAL=1 fetches them", folder)
	}
	return folder, fetch(folder)
})

func complete(folder string) bool {
	for _, jar := range []string{"kafka_2.13-" + version + ".jar", "kafka-tools-" + version + ".jar", "kafka-clients-" + version + ".jar"} {
		if _, err := os.Stat(filepath.Join(folder, jar)); err != nil {
			return false
		}
	}
	return true
}

// fetch lets Maven copy the jars beside the folder and moves them there at once, so that an interrupted fetch is never
// mistaken for a complete one.
func fetch(folder string) error {
	if err := os.MkdirAll(filepath.Dir(folder), 0o755); err != nil {
		return err
	}
	work, err := os.MkdirTemp(filepath.Dir(folder), "fetch-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	file := filepath.Join(work, "pom.xml")
	if err := os.WriteFile(file, pom, 0o644); err != nil {
		return err
	}
	libs := filepath.Join(work, "libs")
	command := exec.Command("mvn", "-q", "-B", "-f", file, "dependency:copy-dependencies",
		"-DoutputDirectory="+libs, "-DincludeScope=runtime")
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("fetch Kafka's jars: %w: %s", err, out)
	}
	if err := os.Rename(libs, folder); err != nil && !complete(folder) {
		return err
	}
	return nil
}
