package arch

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"convoke/application/metric"
	"convoke/bootstrap"
)

const operations = "docs/OPERATIONS.md"

// defaults lists each setting as NAME=value, as a process without any environment has it.
func defaults(t *testing.T) []string {
	t.Helper()
	config, err := bootstrap.ParseConfig(bootstrap.AllRoles(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, s := range config.Settings() {
		all = append(all, s.Name+"="+plain(s.Value))
	}
	return all
}

// plain writes a value in one way: "2m" and "2m0s" are the same, and "–" is nothing.
func plain(value string) string {
	if value == "–" {
		return ""
	}
	if d, err := time.ParseDuration(value); err == nil && value != "0" {
		return d.String()
	}
	return value
}

func TestTheTableOfSettingsIsTheCodes(t *testing.T) {
	t.Parallel()
	var written []string
	for _, row := range tables(t, operations, "Variable") {
		written = append(written, row[0]+"="+plain(row[1]))
	}
	sameNames(t, operations, written, defaults(t))
}

func TestTheExampleEnvironmentIsTheCodes(t *testing.T) {
	t.Parallel()
	var written []string
	setting := regexp.MustCompile(`(?m)^#([A-Z_]+)=(.*)$`)
	for _, match := range setting.FindAllStringSubmatch(document(t, ".env.example"), -1) {
		written = append(written, match[1]+"="+plain(match[2]))
	}
	sameNames(t, ".env.example", written, defaults(t))
}

func TestTheTableOfMetricsIsTheCodes(t *testing.T) {
	t.Parallel()
	kinds := map[metric.Kind]string{metric.Counter: "counter", metric.Gauge: "gauge", metric.Histogram: "histogram"}
	var written, actual []string
	for _, row := range tables(t, operations, "Metric") {
		written = append(written, row[0]+" "+row[1]+" "+row[2])
	}
	for _, d := range metric.Declarations() {
		labels := strings.Join(d.Labels, " ")
		if labels == "" {
			labels = "–"
		}
		actual = append(actual, d.Name+" "+kinds[d.Kind]+" "+labels)
	}
	sameNames(t, operations, written, actual)
}
