package database

import (
	"context"
	"database/sql"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"convoke/application/jobs"
	"convoke/domain/design"
)

// viewReader reads jobs together with their design versions. It is the hottest read, so it is prepared and goes straight
// into the rows, on gorm's own connections. Safe for concurrent use.
type viewReader struct {
	pool     *sql.DB
	jobs     table[jobRow]
	versions table[versionRow]
	light    table[versionRow] // without the asset's data

	byJob    prepared
	byDesign prepared // light
	byNumber prepared
}

func newViewReader(pool *sql.DB, d dialect, sql *jobStatements) *viewReader {
	r := &viewReader{pool: pool, jobs: sql.jobs, versions: sql.versions, light: sql.versions.without("asset")}
	all, light := joined(r.jobs, r.versions), joined(r.jobs, r.light)
	r.byJob.text = d.bind(all + " LEFT JOIN design_versions v ON v.job_id = j.id WHERE " + d.among("j.id"))
	r.byDesign.text = d.bind(light + " JOIN design_versions v ON v.job_id = j.id WHERE v.design_id = ? ORDER BY v.number")
	r.byNumber.text = d.bind(all + " JOIN design_versions v ON v.job_id = j.id WHERE v.design_id = ? AND v.number = ?")
	return r
}

// joined selects jobs and versions. A job without a version gets zero values where Go has no null.
func joined(j table[jobRow], v table[versionRow]) string {
	var columns []string
	for _, c := range v.columns {
		switch {
		case c.kind == reflect.TypeFor[id]():
			columns = append(columns, fmt.Sprintf("COALESCE(v.%s, j.id)", c.name))
		case c.kind.Kind() == reflect.String:
			columns = append(columns, fmt.Sprintf("COALESCE(v.%s, '')", c.name))
		case c.kind.Kind() == reflect.Int64:
			columns = append(columns, fmt.Sprintf("COALESCE(v.%s, 0)", c.name))
		default:
			columns = append(columns, "v."+c.name)
		}
	}
	return fmt.Sprintf("SELECT %s, %s FROM jobs j", j.list("j."), strings.Join(columns, ", "))
}

// read runs one of the queries.
func (r *viewReader) read(ctx context.Context, p *prepared, versions table[versionRow], arguments ...any) ([]jobs.View, error) {
	statement, err := p.on(ctx, r.pool) //nolint:sqlclosecheck // kept for good; it goes with the pool
	if err != nil {
		return nil, err
	}
	rows, err := statement.QueryContext(ctx, arguments...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var views []jobs.View
	for rows.Next() {
		var j jobRow
		var v versionRow
		if err := rows.Scan(append(r.jobs.places(&j), versions.places(&v)...)...); err != nil {
			return nil, err
		}
		view, err := viewOf(&j, &v)
		if err != nil {
			return nil, err
		}
		views = append(views, view)
	}
	return views, rows.Err()
}

func viewOf(j *jobRow, v *versionRow) (jobs.View, error) {
	view := jobs.View{Job: j.state()}
	if v.Number == 0 {
		return view, nil
	}
	version, err := v.version(j)
	view.Design = &version
	return view, err
}

func versionsOf(views []jobs.View) []design.Version {
	versions := make([]design.Version, len(views))
	for i, v := range views {
		versions[i] = *v.Design
	}
	return versions
}

// prepared is a statement that is prepared when it is first needed: by then the tables are there.
type prepared struct {
	text      string
	mu        sync.Mutex
	statement *sql.Stmt
}

func (p *prepared) on(ctx context.Context, pool *sql.DB) (*sql.Stmt, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.statement == nil {
		statement, err := pool.PrepareContext(ctx, p.text)
		if err != nil {
			return nil, err
		}
		p.statement = statement
	}
	return p.statement, nil
}
