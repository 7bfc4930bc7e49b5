// Package metric declares every measurement of the product once, so that names, labels and units stay consistent and
// docs/OPERATIONS.md can list them.
package metric

// Kind is how a measurement behaves.
type Kind uint8

// The closed list of kinds.
const (
	Counter Kind = iota
	Gauge
	Histogram
)

// Names of the measurements.
const (
	HTTPRequests   = "convoke_http_requests_total"
	HTTPSeconds    = "convoke_http_request_seconds"
	JobsActive     = "convoke_jobs_active"
	JobsFinished   = "convoke_jobs_finished_total"
	JobSeconds     = "convoke_job_seconds"
	Attempts       = "convoke_attempts_total"
	GenerateSecs   = "convoke_generate_seconds"
	WorkerRunning  = "convoke_worker_running"
	CommitBatch    = "convoke_commit_batch_size"
	CommitSeconds  = "convoke_commit_seconds"
	OutboxBatches  = "convoke_outbox_batches"
	OutboxAge      = "convoke_outbox_age_seconds"
	RelayPublished = "convoke_relay_published_total"
	RelayErrors    = "convoke_relay_errors_total"
	Consumed       = "convoke_consumed_total"
	ConsumeRetries = "convoke_consume_retries_total"
	DeadLetters    = "convoke_dead_letters_total"
	Lag            = "convoke_consumer_lag"
	Leading        = "convoke_leading"
	SocketsOpen    = "convoke_sockets_open"
	StreamsOpen    = "convoke_streams_open"
	LiveClosed     = "convoke_live_closed_total"
	PublishSeconds = "convoke_bus_publish_seconds"
	PublishErrors  = "convoke_bus_publish_errors_total"
	Rebalances     = "convoke_bus_rebalances_total"
	OffsetsLost    = "convoke_bus_offsets_lost_total"
	MissingEvents  = "convoke_consumer_missing_events"
	RedisUp        = "convoke_redis_up"
	RedisErrors    = "convoke_redis_errors_total"
	Mails          = "convoke_mails_total"
)

// Declaration describes one measurement.
type Declaration struct {
	Name    string
	Help    string
	Kind    Kind
	Labels  []string
	Buckets []float64 // of a histogram
}

// Declarations lists every measurement.
func Declarations() []Declaration {
	fast := []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}
	slow := []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900}
	sizes := []float64{1, 2, 4, 8, 16, 32, 64, 128, 256, 512}
	return []Declaration{
		{HTTPRequests, "HTTP requests by route and status.", Counter, []string{"method", "route", "status"}, nil},
		{HTTPSeconds, "Time to answer an HTTP request.", Histogram, []string{"route"}, fast},
		{JobsActive, "Unfinished jobs by status.", Gauge, []string{"status"}, nil},
		{JobsFinished, "Jobs that finished, by status.", Counter, []string{"status"}, nil},
		{JobSeconds, "Time from a job's creation to its end.", Histogram, []string{"status"}, slow},
		{Attempts, "Attempts that workers finished, by generator and outcome.", Counter, []string{"generator", "outcome"}, nil},
		{GenerateSecs, "Time that a generator took.", Histogram, []string{"generator"}, slow},
		{WorkerRunning, "Designs being made by this worker.", Gauge, nil, nil},
		{CommitBatch, "Decisions in one group commit.", Histogram, nil, sizes},
		{CommitSeconds, "Time of one group commit.", Histogram, nil, fast},
		{OutboxBatches, "Batches that wait in the outbox.", Gauge, nil, nil},
		{OutboxAge, "Age of the oldest batch in the outbox.", Gauge, nil, nil},
		{RelayPublished, "Messages that the relay published.", Counter, []string{"topic"}, nil},
		{RelayErrors, "Messages that the broker refused or did not answer.", Counter, nil, nil},
		{Consumed, "Messages worked on, by group and outcome.", Counter, []string{"group", "outcome"}, nil},
		{ConsumeRetries, "Pauses because a dependency was ill.", Counter, []string{"group"}, nil},
		{DeadLetters, "Messages given up, by group and reason.", Counter, []string{"group", "reason"}, nil},
		{Lag, "Messages that a group has not committed yet.", Gauge, []string{"group", "topic", "partition"}, nil},
		{Leading, "1 while this process leads.", Gauge, nil, nil},
		{SocketsOpen, "Open WebSockets.", Gauge, nil, nil},
		{StreamsOpen, "Open event streams.", Gauge, nil, nil},
		{LiveClosed, "Live connections closed by the server, by code.", Counter, []string{"code"}, nil},
		{PublishSeconds, "Time of one publish to the broker.", Histogram, []string{"topic"}, fast},
		{PublishErrors, "Messages that a publish could not deliver.", Counter, []string{"topic"}, nil},
		{Rebalances, "Times that a group gave this process other partitions.", Counter, []string{"group"}, nil},
		{OffsetsLost, "Messages that retention removed before they were read.", Counter, []string{"group", "topic"}, nil},
		{MissingEvents, "Occasions of which an event has been missing for a minute, by group.", Gauge, []string{"group"}, nil},
		{RedisUp, "1 while Redis answers; not there without REDIS_URL.", Gauge, nil, nil},
		{Mails, "What was to become a mail, by kind and outcome.", Counter, []string{"kind", "outcome"}, nil},
		{RedisErrors, "Calls of Redis that failed, by operation.", Counter, []string{"operation"}, nil},
	}
}
