package database

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"convoke/application/jobs"
	"convoke/application/rsvps"
	"convoke/domain/job"
	"convoke/domain/rsvp"
	"convoke/test/fake"
	"convoke/test/postgres"
)

// The lane's statements are planned while the tables are empty, and must use indexes all the same.
func TestNoStatementOfTheLaneReadsAWholeTable(t *testing.T) {
	t.Parallel()
	k := newKit(t, Config{URL: postgres.Database(t), Log: fake.Log()})
	conn, err := k.store.writing.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(t.Context(), fmt.Sprintf(sessionSettings, 200)); err != nil {
		t.Fatal(err)
	}
	tools := mustTools(t)
	jobSQL, replySQL, keySQL, outboxSQL := tools.jobs, tools.replies, tools.keys, tools.outbox
	for i, st := range []statement{
		jobSQL.lock, jobSQL.lockFree, jobSQL.read, jobSQL.find, jobSQL.insert, jobSQL.update, jobSQL.lockDesigns,
		jobSQL.insertDesigns, jobSQL.updateDesigns, jobSQL.parents, jobSQL.insertVersion,
		replySQL.lock, replySQL.lockFree, replySQL.findOccasions, replySQL.readOccasions, replySQL.insertOccasion,
		replySQL.updateOccasion, replySQL.read, replySQL.holders, replySQL.waiting, replySQL.insert, replySQL.update,
		replySQL.remove,
		keySQL.claim, keySQL.read, keySQL.update, keySQL.remove, outboxSQL.insert,
	} {
		name := fmt.Sprintf("plan_%d", i)
		if _, err := conn.ExecContext(t.Context(), "PREPARE "+name+" AS "+st.postgres); err != nil {
			t.Fatalf("%s: %v", st.postgres, err)
		}
		empty := strings.Repeat("'{}',", strings.Count(st.postgres, "$"))
		rows, err := conn.QueryContext(t.Context(), "EXPLAIN EXECUTE "+name+"("+strings.TrimSuffix(empty, ",")+")")
		if err != nil {
			t.Fatalf("%s: %v", st.postgres, err)
		}
		if plan := text(t, rows); strings.Contains(plan, "Seq Scan") {
			t.Errorf("%s\n%s", st.postgres, plan)
		}
	}
}

func mustTools(t *testing.T) *tools {
	t.Helper()
	tools, err := newTools(encoders{}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return tools
}

// A million finished jobs must not make the sweep, the watchers' comparison or a page of the list slow.
func TestReadsUseIndexes(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]Config{
		"sqlite":   {File: filepath.Join(t.TempDir(), "convoke.db"), Log: fake.Log()},
		"postgres": {URL: postgres.Database(t), Log: fake.Log()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newKit(t, config)
			fill(t, k)
			whole := regexp.MustCompile(`(?m)Seq Scan on (jobs|outbox|replies)|SCAN (jobs|replies)\s*$`) // SQLite's outbox is in order itself
			indexes := map[string]string{"unfinished jobs of a design": "jobs_by_design", "ahead of a job": "jobs_by_status", "ahead in line": "replies_by_position",
				"page of those who wait": "replies_by_position", "page of replies": "replies_by_age"}
			for what, query := range queries(k) {
				rows, err := query(k.store.read.Session(&gorm.Session{DryRun: true}))
				if err != nil {
					t.Fatal(what, err)
				}
				explain := "EXPLAIN "
				if name == "sqlite" {
					explain = "EXPLAIN QUERY PLAN "
				}
				explained, err := k.store.reading.QueryContext(t.Context(), explain+rows.SQL.String(), rows.Vars...)
				if err != nil {
					t.Fatalf("%s: %v", rows.SQL.String(), err)
				}
				if plan := text(t, explained); whole.MatchString(plan) || !strings.Contains(plan, indexes[what]) {
					t.Errorf("%s: %s\n%s", what, rows.SQL.String(), plan)
				}
			}
		})
	}
}

// queries are the reads as gorm writes them.
func queries(k *kit) map[string]func(*gorm.DB) (*gorm.Statement, error) {
	s, now := k.store, k.encoder.Clock.Now()
	some := s.dialect.array([]id{id(k.encoder.IDs.New())})
	var rows []jobRow
	var ids []string
	build := func(q *gorm.DB) (*gorm.Statement, error) { return q.Statement, q.Error }
	raw := func(q query) func(*gorm.DB) (*gorm.Statement, error) {
		return func(db *gorm.DB) (*gorm.Statement, error) { return build(db.Raw(q.text, q.arguments...).Find(&rows)) }
	}
	return map[string]func(*gorm.DB) (*gorm.Statement, error){
		"due": func(db *gorm.DB) (*gorm.Statement, error) {
			return build(dueQuery(db, now, true, 500).Pluck("id", &ids))
		},
		"due, no leases": func(db *gorm.DB) (*gorm.Statement, error) {
			return build(dueQuery(db, now, false, 500).Pluck("id", &ids))
		},
		"versions": func(db *gorm.DB) (*gorm.Statement, error) {
			return build(db.Select("id", "version").Where(s.dialect.among("id"), some).Find(&rows))
		},
		"list":             raw(jobWalk(jobs.Query{}, "*", 21)),
		"search":           raw(jobWalk(jobs.Query{Text: "Ada"}, "id, description", 500)),
		"list by id":       raw(jobWalk(jobs.Query{Text: "01890000-0000"}, "*", 21)),
		"list back":        raw(jobWalk(jobs.Query{Cursor: k.encoder.IDs.New(), Back: true}, "*", 21)),
		"list by statuses": raw(jobWalk(jobs.Query{Statuses: []job.Status{job.Failed, job.Cancelled}}, "*", 21)),
		"statuses":         raw(statusCounts(1001)),
		"active":           func(db *gorm.DB) (*gorm.Statement, error) { return build(activeQuery(db).Find(&rows)) },
		"list by status": func(db *gorm.DB) (*gorm.Statement, error) {
			return raw(jobWalk(jobs.Query{Statuses: []job.Status{job.Failed}, Cursor: k.encoder.IDs.New()}, "*", 21))(db)
		},
		"page of replies": func(db *gorm.DB) (*gorm.Statement, error) {
			return build(replyPage(s, defaultOccasion, rsvps.Filter{}).on(db).Find(&rows))
		},
		"page of replies, oldest first": func(db *gorm.DB) (*gorm.Statement, error) {
			return build(replyPage(s, defaultOccasion, rsvps.Filter{Sort: rsvps.Oldest}).on(db).Find(&rows))
		},
		"page of those who wait": func(db *gorm.DB) (*gorm.Statement, error) {
			return build(replyPage(s, defaultOccasion, rsvps.Filter{Status: rsvp.Waitlisted, Sort: rsvps.InLine}).on(db).Find(&rows))
		},
		"search in one occasion of many": func(db *gorm.DB) (*gorm.Statement, error) {
			return build(replyPage(s, anOccasion, rsvps.Filter{Search: "É", Sort: rsvps.ByName}).on(db).Find(&rows))
		},
		"what changed in one occasion of many": func(db *gorm.DB) (*gorm.Statement, error) {
			return build(replyPage(s, anOccasion, rsvps.Filter{Status: rsvp.Yes, Sort: rsvps.Changed}).on(db).Find(&rows))
		},
		"ahead in line": func(db *gorm.DB) (*gorm.Statement, error) {
			return build(aheadInLineQuery(db, defaultOccasion, 1<<40).Find(&ids))
		},
		"ahead of a job": func(db *gorm.DB) (*gorm.Statement, error) {
			return build(aheadQuery(db, k.encoder.IDs.New()).Find(&ids))
		},
		"unfinished jobs of a design": func(db *gorm.DB) (*gorm.Statement, error) {
			return build(unfinishedQuery(db, k.encoder.IDs.New(), 10).Find(&rows))
		},
		"reply of an address": func(db *gorm.DB) (*gorm.Statement, error) {
			return build(db.Model(&replyRow{}).Where(byGuest, string(defaultOccasion), string(guestOf("a@b"))).Find(&ids))
		},
		"pending": func(db *gorm.DB) (*gorm.Statement, error) {
			return build(db.Raw(s.pendingSQL(), s.dialect.array([]int64{1}), 100, maxPendingBytes).Find(&rows))
		},
	}
}

// anOccasion is one of which there are no replies, among many.
const anOccasion id = "01890000-0000-7000-8000-0000000000ab"

func replyPage(s *Store, key id, f rsvps.Filter) listing {
	q := rsvps.Query{Filter: f, Limit: 20}
	order, begin, _ := q.Begin()
	return listing{s.dialect, key, q, orders[order], begin}
}

// fill makes many finished jobs and few others, and lets the database count them.
func fill(t *testing.T, k *kit) {
	t.Helper()
	first := k.creation()
	if err := k.store.Commit(t.Context(), first); err != nil || first.Err != nil {
		t.Fatal(err, first.Err)
	}
	var names []string
	for _, c := range mustColumns(t) {
		names = append(names, c.name)
	}
	values := slices.Clone(names)
	values[0], values[slices.Index(names, "wake_at")] = k.randomID(), "NULL"
	values[slices.Index(names, "status")] = "'" + string(job.Completed) + "'"
	copies := fmt.Sprintf("INSERT INTO jobs (%s) SELECT %s FROM jobs", strings.Join(names, ", "), strings.Join(values, ", "))
	fillReplies(t, k)
	for range 14 { // doubles each time
		for _, double := range []string{copies, "INSERT INTO outbox (created_at, payload) SELECT created_at, payload FROM outbox"} {
			if _, err := k.store.writing.ExecContext(t.Context(), double); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := k.store.writing.ExecContext(t.Context(), "ANALYZE"); err != nil {
		t.Fatal(err)
	}
	found, err := k.store.Due(t.Context(), time.Now().Add(time.Hour), true, 10)
	if err != nil || len(found) != 1 {
		t.Fatalf("%v, %v", found, err)
	}
}

// fillReplies makes many replies to the deployment's own occasion.
func fillReplies(t *testing.T, k *kit) {
	t.Helper()
	const columns = "(id, occasion_id, name, email, status, party_size, note, version, token_version, revision, position, created_at, updated_at)"
	rest := ", '" + string(defaultOccasion) + "', 'Grace', 'grace@example.org', 'yes', 1, '', 1, 1, 1, 0, 0, 0"
	statement := "INSERT INTO replies " + columns + " VALUES (" + k.randomID() + rest + ")"
	for range 14 { // doubles each time
		if _, err := k.store.writing.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
		statement = "INSERT INTO replies " + columns + " SELECT " + k.randomID() + rest + " FROM replies"
	}
}

func (k *kit) randomID() string {
	if k.config.URL != "" {
		return "gen_random_uuid()"
	}
	return "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-7' || substr(hex(randomblob(2)), 2) || '-8' || " +
		"substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))"
}

func mustColumns(t *testing.T) []column {
	t.Helper()
	return mustTools(t).jobs.jobs.columns
}

// text reads the last column of all rows.
func text(t *testing.T, rows *sql.Rows) string {
	t.Helper()
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for rows.Next() {
		places := make([]any, len(columns))
		for i := range places {
			places[i] = new(sql.NullString)
		}
		if err := rows.Scan(places...); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, places[len(places)-1].(*sql.NullString).String)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}
