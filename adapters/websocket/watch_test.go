package websocket

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"convoke/domain/design"
	"convoke/domain/job"
	"convoke/test/backend"
)

func TestAWatcherSeesTheSnapshotThenEveryStepThenTheDesign(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	id := s.Order()
	w := s.dial()
	w.subscribe(id, 0)
	w.expectState("job_status", id, job.Pending, 1)
	s.Progress(id, 30, "laying out the text")
	m := w.expectState("job_progress", id, job.Processing, 2)
	if m.Progress != 30 || m.ProgressMessage == nil || *m.ProgressMessage != "laying out the text" || m.Attempt != 1 || m.Asset != nil {
		t.Errorf("%+v", m)
	}
	s.Complete(id)
	m = w.expectState("job_complete", id, job.Completed, 3)
	if m.Asset == nil || m.Asset.Content == nil || !strings.Contains(*m.Asset.Content, "<text") || m.Asset.URL != "/api/designs/"+m.Asset.DesignID+"/v/1.svg" {
		t.Errorf("%+v", m.Asset)
	}
	w.expectSilence()
}

func TestATerminalJobAnswersItsSnapshotThenItsTerminalMessage(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	w := s.dial()
	for end, test := range map[job.Status]struct {
		kind string
		end  func(id string)
	}{
		job.Completed: {"job_complete", s.Complete},
		job.Failed:    {"job_failed", s.Fail},
		job.Cancelled: {"job_cancelled", s.Cancel},
	} {
		id := s.Order()
		test.end(id)
		w.subscribe(id, 1)
		w.expectState("job_status", id, end, 2)
		m := w.expectState(test.kind, id, end, 2)
		if failed := end == job.Failed; (m.ErrorCode != nil) != failed || (m.ErrorMessage != nil) != failed {
			t.Errorf("%s: %+v", end, m)
		}
		if (m.Asset != nil) != (end == job.Completed) {
			t.Errorf("%s: %+v", end, m)
		}
		w.expectSilence()
	}
}

func TestAReconnectingWatcherGetsOnlyWhatIsNewer(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	id := s.Order()
	s.Progress(id, 10, "")
	w := s.dial()
	w.subscribe(id, 2)
	w.expectSilence()
	_ = w.CloseNow()
	s.Progress(id, 20, "")

	w = s.dial()
	w.subscribe(id, 2)
	w.expectState("job_status", id, job.Processing, 3)
	w.subscribe(id, 7) // ahead of us: versions must not fall
	s.Progress(id, 30, "")
	s.Progress(id, 40, "")
	w.expectSilence()
	w.subscribe(id, 3) // subscribing again starts again
	w.expectState("job_status", id, job.Processing, 5)
	s.Complete(id)
	w.expectState("job_complete", id, job.Completed, 6)
	w.subscribe(id, 6)
	w.expectSilence()
}

func TestAFailedJobIsWatchedOn(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	id := s.Order()
	w := s.dial()
	w.subscribe(id, 1)
	s.Fail(id)
	w.expectState("job_failed", id, job.Failed, 2)
	if _, err := s.Jobs.Redrive(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	w.expectState("job_progress", id, job.Pending, 3)
	s.Complete(id)
	w.expectState("job_complete", id, job.Completed, 4)
}

func TestUnsubscribingStopsOneTopicOnly(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	a, b := s.Order(), s.Order()
	w := s.dial()
	w.subscribe(a, 1)
	w.subscribe(b, 1)
	w.send(`{"type":"unsubscribe","jobId":"` + strings.ToUpper(a) + `"}`)
	if m := w.expect("unsubscribed"); m.JobID != a {
		t.Errorf("%+v", m)
	}
	s.Complete(a)
	s.Complete(b)
	w.expectState("job_complete", b, job.Completed, 2)
	w.expectSilence()
	w.send(`{"type":"unsubscribe","jobId":"` + a + `"}`) // once more is no error
	w.expect("unsubscribed")
}

func TestWhatCanNotBeWatchedIsAnErrorAndTheSocketLives(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	w := s.dial()
	for request, code := range map[string]string{
		`{"type":"subscribe","jobId":"` + noSuchID + `"}`:                         "job-not-found",
		`{"type":"subscribe","jobId":"x"}`:                                        "invalid",
		`{"type":"subscribe"}`:                                                    "invalid",
		`{"type":"subscribe","jobId":"` + strings.Repeat("é", 1000) + `"}`:        "invalid",
		`{"type":"unsubscribe","jobId":"{01890000-0000-7000-8000-000000000000}"}`: "invalid",
		`{"type":"launch"}`:                                                       "unknown-type",
		`{}`:                                                                      "unknown-type",
		`null`:                                                                    "unknown-type",
	} {
		w.send(request)
		if m := w.expect("error"); m.Code != code || m.Message == "" || len(m.JobID) > 100 {
			t.Errorf("%s: %+v, want %s", request, m, code)
		}
	}
	w.expectSilence()
}

func TestASocketWatchesABoundedNumberOfJobs(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	w := s.dial()
	var ids []string
	for range maxSubscription {
		ids = append(ids, s.Order())
		w.subscribe(ids[len(ids)-1], 1)
	}
	extra := s.Order()
	w.send(`{"type":"subscribe","jobId":"` + extra + `"}`)
	if m := w.expect("error"); m.Code != "too-many-subscriptions" || m.JobID != extra {
		t.Errorf("%+v", m)
	}
	w.subscribe(ids[0], 1) // one that it has is no more
	s.Complete(ids[1])     // one that can not change again makes room
	w.expect("job_complete")
	eventually(t, "there is room", func() bool {
		w.send(`{"type":"subscribe","jobId":"` + extra + `","version":1}`)
		return w.next().Type == "subscribed"
	})
}

func TestManyWatchersOfManyJobsAllSeeTheEnd(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	const watchers, each = 20, 10
	var ids []string
	for range each {
		ids = append(ids, s.Order())
	}
	var all sync.WaitGroup
	for range watchers {
		w := s.dial()
		all.Go(func() {
			last, ended := map[string]uint64{}, 0
			for ended < each {
				m := w.next()
				if m.Type == "subscribed" {
					continue
				}
				if m.Version < last[m.JobID] || m.Version == last[m.JobID] && m.Type == "job_progress" {
					t.Errorf("version %d after %d", m.Version, last[m.JobID])
				}
				last[m.JobID] = m.Version
				if m.Type == "job_complete" {
					ended++
				}
			}
		})
		for _, id := range ids {
			w.send(`{"type":"subscribe","jobId":"` + id + `"}`)
		}
	}
	for percent := 10; percent < 100; percent += 10 {
		for _, id := range ids {
			s.Progress(id, percent, "")
		}
	}
	for _, id := range ids {
		s.Complete(id)
	}
	all.Wait()
}

func TestLargeDesignsArriveWhole(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	id := s.Order()
	w := s.dial()
	w.subscribe(id, 1)
	text := strings.Repeat("Ada <3 ", 100_000)
	s.CompleteWith(id, backend.SVG(strings.ReplaceAll(text, "<", "&lt;")))
	m := w.expectState("job_complete", id, job.Completed, 2)
	if m.Asset.Content == nil || strings.Count(*m.Asset.Content, "Ada") != 100_000 {
		t.Error("the design is not whole")
	}
	raster := s.Order()
	w.subscribe(raster, 1)
	s.CompleteWith(raster, design.Asset{MediaType: design.PNGType, Data: []byte("\x89PNG\r\n\x1a\n")})
	if m := w.expect("job_complete"); m.Asset.Content != nil || !strings.HasSuffix(m.Asset.URL, "/v/1.png") {
		t.Errorf("%+v", m.Asset)
	}
}

func TestWatchersOfOtherJobsHearNothing(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	mine, other := s.Order(), s.Order()
	w := s.dial()
	w.subscribe(mine, 1)
	for i := range 5 {
		s.Progress(other, i*10, fmt.Sprint(i))
	}
	s.Complete(other)
	w.expectSilence()
}
