package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// Where the product keeps its data and gets its messages.
const (
	embedded = "embedded" // in the one process
	real     = "real"     // Postgres, Apache Kafka, and Redis where the machine has it
)

// rig is what all commands share.
type rig struct {
	Binary string        `default:"bin/convoke" help:"The built product."`
	Set    []string      `sep:"none" placeholder:"NAME=value" help:"A setting for every process of the product; may be repeated."`
	Limit  time.Duration `default:"30m" help:"When to give up."`
}

// printMachine says what the figures depend on.
func printMachine() {
	busy, _ := os.ReadFile("/proc/loadavg")
	fmt.Printf("%d cores, %s/%s, %s, GOMAXPROCS %d, load average before: %s\n", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH,
		runtime.Version(), runtime.GOMAXPROCS(0), strings.Join(strings.Fields(string(busy))[:min(3, len(strings.Fields(string(busy))))], " "))
	fmt.Println("everything runs on this machine: the product, its servers and this program")
}

// per is a time divided among n.
func per(d time.Duration, n int) string {
	if n == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f", float64(d.Nanoseconds())/1e3/float64(n))
}
