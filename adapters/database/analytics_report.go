package database

import (
	"context"
	"time"

	"gorm.io/gorm"

	"convoke/application/analytics"
)

// Report reads in one transaction, so that its parts belong together.
func (a *Analytics) Report(ctx context.Context, s analytics.Subject, width, span time.Duration) (r analytics.Report, err error) {
	first, last := subjectRange(s)
	err = a.read.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		of := tx.Where("subject BETWEEN ? AND ?", first, last).Session(&gorm.Session{})
		if r.Total, r.AsOf, err = readTotal(of); err != nil {
			return err
		}
		if r.Buckets, err = readBuckets(of, width, span); err != nil {
			return err
		}
		if r.Parties, err = readParties(of); err != nil {
			return err
		}
		return readProgress(tx, s, &r)
	}, a.dialect.snapshot())
	return r, translate(ctx, "read analytics", err)
}

// added selects the sums of what is counted.
const added = "COALESCE(SUM(created), 0) AS created, COALESCE(SUM(updated), 0) AS updated, COALESCE(SUM(deleted), 0) AS deleted," +
	" COALESCE(SUM(cancelled), 0) AS cancelled, COALESCE(SUM(people), 0) AS people"

func readTotal(of *gorm.DB) (analytics.Numbers, time.Time, error) {
	var row totalRow
	err := of.Model(&totalRow{}).Select(added + ", COALESCE(MAX(as_of), 0) AS as_of").Scan(&row).Error
	at := time.Time{}
	if row.AsOf != 0 {
		at = timeOf(row.AsOf)
	}
	return analytics.Numbers(row.Numbers), at, err
}

func readBuckets(of *gorm.DB, width, span time.Duration) ([]analytics.Bucket, error) {
	seconds := int64(width.Seconds())
	var newest *int64
	if err := of.Model(&bucketRow{}).Where("width = ?", seconds).Select("MAX(start)").Scan(&newest).Error; err != nil || newest == nil {
		return nil, err
	}
	var rows []bucketRow
	err := of.Model(&bucketRow{}).Where("width = ? AND start > ?", seconds, *newest-span.Microseconds()).
		Select("start, " + added).Group("start").Order("start").Scan(&rows).Error
	buckets := make([]analytics.Bucket, len(rows))
	for i, row := range rows {
		buckets[i] = analytics.Bucket{Start: timeOf(row.Start), Numbers: analytics.Numbers(row.Numbers)}
	}
	return buckets, err
}

func readParties(of *gorm.DB) (map[int]int64, error) {
	var rows []partyRow
	err := of.Model(&partyRow{}).Select("size, SUM(replies) AS replies").Group("size").Having("SUM(replies) <> 0").Scan(&rows).Error
	parties := make(map[int]int64, len(rows))
	for _, row := range rows {
		parties[row.Size] = row.Replies
	}
	return parties, err
}

func readProgress(tx *gorm.DB, s analytics.Subject, r *analytics.Report) error {
	if s == analytics.Everything {
		return nil
	}
	var rows []progressRow
	if err := tx.Where("occasion_id = ?", string(s)).Find(&rows).Error; err != nil || len(rows) == 0 {
		return err
	}
	var err error
	r.Progress, err = rows[0].progress()
	r.Starts = timeOrZero(rows[0].StartsAt)
	return err
}
