package database

import (
	"context"
	"slices"
	"strings"

	"convoke/application/jobs"
	"convoke/domain/fault"
	"convoke/domain/job"
)

// errCursor is the fault of a cursor that no page gave.
var errCursor = fault.Field("cursor", "must be the cursor of a page")

// List walks an index from the cursor on: a page costs the same wherever it is. What no index answers is searched for, as
// far as a search may go.
func (s *Store) List(ctx context.Context, q jobs.Query) (jobs.Page, error) {
	if q.Cursor != "" && !isID(q.Cursor) {
		return jobs.Page{}, errCursor
	}
	var rows []jobRow
	var stopped string
	var err error
	if q.Narrow() {
		rows, stopped, err = s.searchJobs(ctx, q)
	} else {
		list := jobWalk(q, s.views.jobs.list(""), q.Limit+1)
		err = s.read.WithContext(ctx).Raw(list.text, list.arguments...).Scan(&rows).Error
	}
	if err != nil {
		return jobs.Page{}, translate(ctx, "list jobs", err)
	}
	var found []job.State
	for i := range rows {
		found = append(found, rows[i].state())
	}
	return q.Paged(found, stopped), nil
}

// searchJobs reads what the search matches, in the order of the walk.
func (s *Store) searchJobs(ctx context.Context, q jobs.Query) (rows []jobRow, stopped string, err error) {
	var ids []id
	if stopped, err = s.search(ctx, q, q.Limit+1, jobs.Reach, func(found id) { ids = append(ids, found) }); err != nil || len(ids) == 0 {
		return nil, stopped, err
	}
	err = s.read.WithContext(ctx).Where(s.dialect.among("id"), s.dialect.array(ids)).Order("id").Find(&rows).Error
	if !q.Back {
		slices.Reverse(rows)
	}
	return rows, stopped, err
}

// Matching counts with an index, or searches.
func (s *Store) Matching(ctx context.Context, q jobs.Query, limit int) (n int, more bool, err error) {
	if q.Cursor != "" && !isID(q.Cursor) {
		return 0, false, errCursor
	}
	q.Back = false
	var stopped string
	if q.Narrow() {
		stopped, err = s.search(ctx, q, limit+1, jobs.CountReach, func(id) { n++ })
	} else {
		walk := jobWalk(q, "id", limit+1)
		err = s.read.WithContext(ctx).Raw("SELECT count(*) FROM ("+walk.text+") AS matching", walk.arguments...).Scan(&n).Error
	}
	return min(n, limit), n > limit || stopped != "", translate(ctx, "count jobs", err)
}

// Statuses counts with the index of statuses, no further than it must.
func (s *Store) Statuses(ctx context.Context, limit int) (map[job.Status]int, error) {
	var rows []struct {
		Status string
		Jobs   int
	}
	counting := statusCounts(limit)
	err := s.read.WithContext(ctx).Raw(counting.text, counting.arguments...).Scan(&rows).Error
	counts := make(map[job.Status]int, len(rows))
	for _, row := range rows {
		if row.Jobs > 0 {
			counts[job.Status(row.Status)] = row.Jobs
		}
	}
	return counts, translate(ctx, "count jobs by status", err)
}

// Chunks of a search grow: what is soon found costs little, and the rest few questions.
const (
	firstChunk = 250
	lastChunk  = 5000
)

// search hands over what matches, at most so many, and looks at no more than reach jobs: stopped is then the last of them.
func (s *Store) search(ctx context.Context, q jobs.Query, most, reach int, hand func(id)) (stopped string, err error) {
	handed := 0
	for size := firstChunk; ; size = min(2*size, lastChunk) {
		size = min(size, reach)
		looked, last, err := s.searchChunk(ctx, q, size, func(found id) bool {
			hand(found)
			handed++
			return handed < most
		})
		reach -= looked
		switch {
		case err != nil || handed == most || looked < size:
			return "", err
		case reach == 0:
			return last, nil
		}
		q.Cursor = last
	}
}

// searchChunk looks at the next jobs until hand has had enough. The texts are compared here and not by the databases,
// which do not agree about upper and lower case.
func (s *Store) searchChunk(ctx context.Context, q jobs.Query, size int, hand func(id) bool) (looked int, last string, err error) {
	columns := "id, description, server_id, ''"
	if q.ServerID != "" {
		columns = "id, description, server_id, coalesce((SELECT v.generator FROM design_versions v WHERE v.job_id = jobs.id), '')"
	}
	walk := jobWalk(q, columns, size)
	rows, err := s.read.WithContext(ctx).Raw(walk.text, walk.arguments...).Rows()
	if err != nil {
		return 0, "", err
	}
	defer rows.Close()
	matcher := q.Matcher()
	for more := true; more && rows.Next(); looked++ {
		var jobID id
		var description, asked, made string
		if err := rows.Scan(&jobID, &description, &asked, &made); err != nil {
			return 0, "", err
		}
		last = string(jobID)
		if matcher.Matches(last, description, asked, made) {
			more = hand(jobID)
		}
	}
	return looked, last, rows.Err()
}

// query is a statement with its arguments.
type query struct {
	text      string
	arguments []any
}

// jobWalk walks jobs away from the cursor. Each status has its own part, which an index keeps in order, so that rare ones
// are not looked for among all the others.
func jobWalk(q jobs.Query, columns string, limit int) query {
	var conditions []string
	var bounds []any
	bound := func(condition, value string) {
		if value != "" {
			conditions, bounds = append(conditions, condition), append(bounds, value)
		}
	}
	order, beyond := " ORDER BY id DESC", "id < ?"
	if q.Back {
		order, beyond = " ORDER BY id", "id > ?"
	}
	bound(beyond, q.Cursor)
	first, last := q.IDs()
	bound("id >= ?", first)
	bound("id <= ?", last)
	var walk query
	var parts []string
	part := func(conditions []string, arguments ...any) {
		text := "SELECT " + columns + " FROM jobs"
		if len(conditions) > 0 {
			text += " WHERE " + strings.Join(conditions, " AND ")
		}
		parts, walk.arguments = append(parts, text), append(walk.arguments, arguments...)
	}
	if len(q.Statuses) == 0 {
		part(conditions, bounds...)
	}
	for _, status := range distinct(q.Statuses) {
		part(append([]string{"status = ?"}, conditions...), append([]any{string(status)}, bounds...)...)
	}
	walk.text = strings.Join(parts, " UNION ALL ") + order + " LIMIT ?"
	walk.arguments = append(walk.arguments, limit)
	return walk
}

// statusCounts counts each status up to limit.
func statusCounts(limit int) query {
	var parts []string
	var counting query
	for _, status := range job.Statuses() {
		parts = append(parts, "SELECT ? AS status, (SELECT count(*) FROM (SELECT 1 FROM jobs WHERE status = ? ORDER BY id DESC LIMIT ?) AS few) AS jobs")
		counting.arguments = append(counting.arguments, string(status), string(status), limit)
	}
	counting.text = strings.Join(parts, " UNION ALL ")
	return counting
}

func distinct(statuses []job.Status) []job.Status {
	return slices.Compact(slices.Sorted(slices.Values(statuses)))
}
