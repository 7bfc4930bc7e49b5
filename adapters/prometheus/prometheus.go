// Package prometheus measures with Prometheus' own client and serves what was measured as text.
//
// Measurements live in the process only: they start from zero with it. Every measurement of metric.Declarations is
// registered up front, together with the Go runtime's and the process's own. A measurement costs one map lookup and one
// atomic operation and never blocks.
package prometheus

import (
	client "github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"convoke/application/metric"
	"convoke/application/port"
)

// Meter takes the declared measurements. Measurements of unknown names, of another kind than declared, or with a wrong
// number of labels are ignored: a slip in a measurement must not harm the work that is measured. Safe for concurrent use.
type Meter struct {
	registry   *client.Registry
	counters   map[string]*family[client.Counter]
	gauges     map[string]*family[client.Gauge]
	histograms map[string]*family[client.Observer]
	scrape     scrape
}

var _ port.Meter = (*Meter)(nil)

// New makes a meter with a registry of its own.
func New() *Meter {
	m := &Meter{
		registry:   client.NewRegistry(),
		counters:   map[string]*family[client.Counter]{},
		gauges:     map[string]*family[client.Gauge]{},
		histograms: map[string]*family[client.Observer]{},
	}
	m.registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	for _, d := range metric.Declarations() {
		m.declare(d)
	}
	return m
}

// Add raises a counter.
func (m *Meter) Add(name string, n float64, labels ...string) {
	if c, ok := m.counters[name].child(labels); ok && n >= 0 {
		c.Add(n)
	}
}

// Set sets a gauge.
func (m *Meter) Set(name string, value float64, labels ...string) {
	if g, ok := m.gauges[name].child(labels); ok {
		g.Set(value)
	}
}

// Observe adds a value to a histogram.
func (m *Meter) Observe(name string, value float64, labels ...string) {
	if h, ok := m.histograms[name].child(labels); ok {
		h.Observe(value)
	}
}

func (m *Meter) declare(d metric.Declaration) {
	switch d.Kind {
	case metric.Counter:
		vec := client.NewCounterVec(client.CounterOpts{Name: d.Name, Help: d.Help}, d.Labels)
		m.registry.MustRegister(vec)
		m.counters[d.Name] = newFamily(d.Labels, vec.GetMetricWithLabelValues)
	case metric.Gauge:
		vec := client.NewGaugeVec(client.GaugeOpts{Name: d.Name, Help: d.Help}, d.Labels)
		m.registry.MustRegister(vec)
		m.gauges[d.Name] = newFamily(d.Labels, vec.GetMetricWithLabelValues)
	case metric.Histogram:
		vec := client.NewHistogramVec(client.HistogramOpts{Name: d.Name, Help: d.Help, Buckets: d.Buckets}, d.Labels)
		m.registry.MustRegister(vec)
		m.histograms[d.Name] = newFamily(d.Labels, vec.GetMetricWithLabelValues)
	}
}
