package database

import (
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"convoke/application/analytics"
	"convoke/application/consume"
)

// rowsAtOnce keeps a statement's parameters well below what the databases take.
const rowsAtOnce = 2000

// write commits what a batch adds up to.
func write(tx *gorm.DB, at consume.Place, rows []progressRow, known map[string]*consume.Progress, tally analytics.Tally) error {
	if err := begin(tx, at); err != nil || len(tally) == 0 {
		return err
	}
	if err := writeProgress(tx, rows, known, tally); err != nil {
		return err
	}
	sums := newSums()
	for _, occasion := range slices.Sorted(maps.Keys(tally)) {
		sums.add(occasion, tally[occasion])
		sums.add(partOfEverything(at.Partition), tally[occasion])
	}
	return sums.write(tx)
}

func begin(tx *gorm.DB, at consume.Place) error {
	row := begunRow{at.Partition, int64(at.Epoch)}
	return tx.Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "topic_partition"}}, DoUpdates: clause.AssignmentColumns([]string{"epoch"}),
		Where: clause.Where{Exprs: []clause.Expression{clause.Expr{SQL: "begun.epoch <> excluded.epoch"}}},
	}).Create(&row).Error
}

func writeProgress(tx *gorm.DB, rows []progressRow, known map[string]*consume.Progress, tally analytics.Tally) error {
	now := time.Now()
	changed := make([]progressRow, 0, len(rows))
	for _, row := range rows {
		if c := tally[row.OccasionID]; c != nil {
			row.take(known[row.OccasionID], c.Starts, now)
			changed = append(changed, row)
		}
	}
	return tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "occasion_id"}}, UpdateAll: true}).
		CreateInBatches(&changed, rowsAtOnce).Error
}

// sums are the rows that a batch adds to, each once.
type sums struct {
	totals  map[string]*totalRow
	buckets map[bucketKey]*bucketRow
	parties map[partyKey]*partyRow
}

type bucketKey struct {
	subject      string
	width, start int64
}

type partyKey struct {
	subject string
	size    int
}

func newSums() *sums {
	return &sums{map[string]*totalRow{}, map[bucketKey]*bucketRow{}, map[partyKey]*partyRow{}}
}

func (s *sums) add(subject string, c *analytics.Change) {
	total := at(s.totals, subject, totalRow{Subject: subject})
	total.Numbers = plus(total.Numbers, c.Total())
	total.AsOf = max(total.AsOf, micros(c.AsOf))
	for minute, n := range c.Minutes {
		for _, width := range []time.Duration{analytics.Minute, analytics.Hour} {
			key := bucketKey{subject, int64(width.Seconds()), micros(minute.Truncate(width))}
			b := at(s.buckets, key, bucketRow{Subject: subject, Width: key.width, Start: key.start})
			b.Numbers = plus(b.Numbers, n)
		}
	}
	for size, more := range c.Parties {
		if more != 0 {
			at(s.parties, partyKey{subject, size}, partyRow{Subject: subject, Size: size}).Replies += more
		}
	}
}

// at returns the row of a key, made from fresh when it is not there.
func at[K comparable, R any](rows map[K]*R, key K, fresh R) *R {
	if rows[key] == nil {
		rows[key] = &fresh
	}
	return rows[key]
}

func plus(a numberColumns, b analytics.Numbers) numberColumns {
	return numberColumns(analytics.Numbers(a).Plus(b))
}

// write adds the sums to what is there.
func (s *sums) write(tx *gorm.DB) error {
	if err := add(tx, s.totals, "totals", []string{"subject"}, numberNames, "as_of"); err != nil {
		return err
	}
	if err := add(tx, s.buckets, "buckets", []string{"subject", "width", "start"}, numberNames, ""); err != nil {
		return err
	}
	return add(tx, s.parties, "parties", []string{"subject", "size"}, []string{"replies"}, "")
}

// add inserts rows, or adds their columns to the rows with the same keys; the column newest becomes the larger one.
func add[K comparable, R any](tx *gorm.DB, rows map[K]*R, table string, keys, columns []string, newest string) error {
	if len(rows) == 0 {
		return nil
	}
	conflict := clause.OnConflict{}
	for _, key := range keys {
		conflict.Columns = append(conflict.Columns, clause.Column{Name: key})
	}
	sums := map[string]any{}
	for _, column := range columns {
		sums[column] = gorm.Expr(table + "." + column + " + excluded." + column)
	}
	if newest != "" {
		old, fresh := table+"."+newest, "excluded."+newest
		sums[newest] = gorm.Expr("CASE WHEN " + old + " > " + fresh + " THEN " + old + " ELSE " + fresh + " END")
	}
	conflict.DoUpdates = clause.Assignments(sums)
	all := slices.Collect(maps.Values(rows))
	return tx.Clauses(conflict).CreateInBatches(&all, rowsAtOnce).Error
}
