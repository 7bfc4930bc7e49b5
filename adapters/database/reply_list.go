package database

import (
	"context"
	"fmt"
	"math"
	"strings"

	"gorm.io/gorm"

	"convoke/application/rsvps"
	"convoke/domain/rsvp"
)

// pageRow is a reply of a page beside the occasion's numbers; a page without replies is one row without a reply.
type pageRow struct {
	Seen    int64
	Total   int64
	Deleted int64
	Reply   replyRow `gorm:"embedded"`
}

// pageQuery reads numbers and replies in one statement, so that they belong together. How many rows it wants is part of
// its text: Postgres would take an unknown number for a tenth of the table, find every general plan too dear, and plan
// each page anew.
const pageQuery = `
SELECT o.revision AS seen, o.deleted, r.id, r.occasion_id, r.name, r.email, r.status, r.party_size, r.note,
    r.version, r.token_version, r.revision, r.position, r.created_at, r.updated_at, %s AS total
FROM occasions o LEFT JOIN (%s) r ON r.occasion_id = o.id WHERE o.id = ? ORDER BY %s`

// replyColumns are those of a reply that a page tells.
const replyColumns = `id, occasion_id, name, email, status, party_size, note,
    version, token_version, revision, position, created_at, updated_at`

// everybody is what an occasion counts of its replies, whatever their status.
const everybody = "o.replies_yes + o.replies_no + o.replies_maybe + o.replies_waitlisted + o.replies_cancelled"

// Replies returns a page, or rsvp.ErrNoOccasion.
func (s *Store) Replies(ctx context.Context, q rsvps.Query) (rsvps.Page, error) {
	order, begin, err := q.Begin()
	if err != nil {
		return rsvps.Page{}, err
	}
	key, ok := occasionKey(q.OccasionID)
	if !ok {
		return rsvps.Page{}, rsvp.ErrNoOccasion
	}
	var rows []pageRow
	l := listing{s.dialect, key, q, orders[order], begin}
	if err := l.on(s.read.WithContext(ctx)).Scan(&rows).Error; err != nil {
		return rsvps.Page{}, translate(ctx, "list replies", err)
	}
	if len(rows) == 0 || rows[0].Deleted != 0 {
		return rsvps.Page{}, rsvp.ErrNoOccasion
	}
	return pageOf(rows, q), nil
}

func pageOf(rows []pageRow, q rsvps.Query) rsvps.Page {
	page := rsvps.Page{Total: int(rows[0].Total), Revision: uint64(rows[0].Seen), More: len(rows) > q.Limit}
	if rows[0].Reply.ID == "" {
		return page
	}
	for _, row := range rows[:min(len(rows), q.Limit)] {
		page.Replies = append(page.Replies, row.Reply.reply())
	}
	if page.More {
		page.Next = q.Next(page.Replies[q.Limit-1])
	}
	return page
}

// listing is a page as it is asked of the database.
type listing struct {
	dialect dialect
	key     id
	query   rsvps.Query
	order   replyOrder
	begin   *rsvps.Mark
}

func (l listing) on(db *gorm.DB) *gorm.DB {
	rows, arguments := l.rows()
	with, total := "", l.total()
	if l.query.Search != "" && !l.query.Uncounted {
		with, rows = "WITH page AS MATERIALIZED ("+rows+") ", "SELECT "+replyColumns+" FROM page"
		counted, counting := l.count()
		total, arguments = counted, append(arguments, counting...)
	}
	text := with + fmt.Sprintf(pageQuery, total, rows, l.text(l.order.by, "r."))
	return db.Raw(text, append(arguments, string(l.key))...)
}

// total is what the occasion has counted already.
func (l listing) total() string {
	switch status := l.query.Status; {
	case l.query.Uncounted:
		return "0"
	case status != "":
		return "o.replies_" + string(status) // one of a closed list
	}
	return everybody
}

// count counts what a search finds, unless the first page holds all of it.
func (l listing) count() (text string, arguments []any) {
	conditions, arguments := l.conditions()
	text = "(SELECT count(*) FROM replies " + l.dialect.through(byAge) + " WHERE " + conditions + ")"
	if l.begin == nil && l.query.Skip == 0 {
		const found = "(SELECT count(*) FROM page)"
		text = fmt.Sprintf("CASE WHEN %s <= %d THEN %s ELSE %s END", found, l.query.Limit, found, text)
	}
	return text, arguments
}

// rows walks an index from the place on where that gives the order. What has to be sorted is sorted by ids alone: SQLite
// would carry whole rows through it.
func (l listing) rows() (text string, arguments []any) {
	conditions, arguments := l.conditions()
	if l.order.among != "" {
		conditions += " AND " + l.order.among
	}
	if l.begin != nil || l.order.last != nil {
		begin := l.begin
		if begin == nil {
			begin = l.order.last
		}
		conditions += " AND " + l.text(l.order.behind, "")
		arguments = append(arguments, l.order.place(*begin)...)
	}
	from := fmt.Sprintf("FROM replies %s WHERE %s ORDER BY %s LIMIT %d OFFSET %d",
		l.dialect.through(l.order.index), conditions, l.text(l.order.by, ""), l.query.Limit+1, l.query.Skip)
	if l.order.sorted {
		return "SELECT " + replyColumns + " FROM replies WHERE id IN (SELECT id " + from + ")", arguments
	}
	return "SELECT " + replyColumns + " " + from, arguments
}

// conditions are what the filter says.
func (l listing) conditions() (text string, arguments []any) {
	conditions, arguments := []string{"occasion_id = ?"}, []any{string(l.key)}
	if l.query.Status != "" {
		conditions, arguments = append(conditions, "status = ?"), append(arguments, string(l.query.Status))
	}
	if l.query.Search != "" {
		name, inName := l.dialect.contains("name", l.query.Search)
		email, inEmail := l.dialect.contains("email", l.query.Search)
		conditions = append(conditions, "("+name+" OR "+email+")")
		arguments = append(append(arguments, inName...), inEmail...)
	}
	return strings.Join(conditions, " AND "), arguments
}

// text writes an order's columns, behind a prefix.
func (l listing) text(columns, prefix string) string {
	columns = strings.ReplaceAll(columns, "sorting(name)", l.dialect.sorting("{}name"))
	return strings.ReplaceAll(columns, "{}", prefix)
}

// AheadInLine walks the index of those who wait for as far as it counts.
func (s *Store) AheadInLine(ctx context.Context, occasionID string, position uint64) (int, error) {
	key, ok := occasionKey(occasionID)
	if !ok {
		return 0, rsvp.ErrNoOccasion
	}
	var found []struct{ Ahead, Deleted int }
	err := aheadInLineQuery(s.read.WithContext(ctx), key, position).Scan(&found).Error
	if err == nil && (len(found) == 0 || found[0].Deleted != 0) {
		err = rsvp.ErrNoOccasion
	}
	if err != nil {
		return 0, translate(ctx, "count who is ahead in line", err)
	}
	return found[0].Ahead, nil
}

func aheadInLineQuery(db *gorm.DB, key id, position uint64) *gorm.DB {
	return db.Raw(`
SELECT o.deleted, (SELECT count(*) FROM (
    SELECT 1 FROM replies WHERE occasion_id = ? AND position > 0 AND position < ? ORDER BY position LIMIT ?) AS w) AS ahead
FROM occasions o WHERE o.id = ?`, string(key), int64(min(position, math.MaxInt64)), rsvps.MaxAhead, string(key))
}
