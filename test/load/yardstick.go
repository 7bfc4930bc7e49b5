package main

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"convoke/test/postgres"
)

// What the yardstick does for each reply, in tables of its own: what an honest server has to do that takes replies one
// by one. It does not even publish the outbox.
var (
	//go:embed yardstick.sql
	yardstickTables string
	//go:embed yardstick.pgbench
	yardstickScript []byte
)

// yardstick is pgbench on the server that the product uses, in another database.
type yardstick struct{ program, url, script string }

func newYardstick(ctx context.Context, server *postgres.Server, folder string) (*yardstick, error) {
	program, err := server.Tool("pgbench")
	if err != nil {
		return nil, err
	}
	url, err := server.Create("yardstick")
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("pgx", url)
	if err != nil {
		return nil, err
	}
	_, err = db.ExecContext(ctx, yardstickTables)
	y := &yardstick{program, url, filepath.Join(folder, "yardstick.pgbench")}
	return y, errors.Join(err, db.Close(), os.WriteFile(y.script, yardstickScript, 0o600))
}

// run returns the transactions per second.
func (y *yardstick) run(ctx context.Context, clients int, length time.Duration) (float64, error) {
	ctx, cancel := context.WithTimeout(ctx, length+time.Minute)
	defer cancel()
	seconds := strconv.Itoa(max(1, int(length.Seconds())))
	command := exec.CommandContext(ctx, y.program, "--no-vacuum", "--protocol=prepared", "--client="+strconv.Itoa(clients),
		"--jobs=2", "--time="+seconds, "--file="+y.script, y.url)
	command.SysProcAttr = attributes()
	output, err := command.CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("pgbench: %w\n%s", err, output)
	}
	return transactionRate(string(output))
}

var (
	rateLine   = regexp.MustCompile(`(?m)^tps = ([0-9.]+) \(without initial connection time\)`)
	failedLine = regexp.MustCompile(`(?m)^number of failed transactions: ([1-9][0-9]*)`)
)

// transactionRate reads what pgbench prints.
func transactionRate(output string) (float64, error) {
	found := rateLine.FindStringSubmatch(output)
	if found == nil || failedLine.MatchString(output) {
		return 0, fmt.Errorf("pgbench said:\n%s", output)
	}
	return strconv.ParseFloat(found[1], 64)
}
