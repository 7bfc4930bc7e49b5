package database

import (
	"fmt"
	"strings"
	"time"

	"convoke/application/analytics"
	"convoke/application/consume"
)

// epochRow is the one row that numbers the makings.
type epochRow struct{ Epoch int64 }

func (epochRow) TableName() string { return "epochs" }

// begunRow says in which making a partition has begun.
type begunRow struct {
	TopicPartition int32 `gorm:"primaryKey;autoIncrement:false"`
	Epoch          int64
}

func (begunRow) TableName() string { return "begun" }

// progressRow is how far an occasion has been counted.
type progressRow struct {
	OccasionID     string `gorm:"primaryKey"`
	Revision       int64
	Missing        string
	MissingSince   *int64
	StartsAt       *int64
	StartsRevision int64
}

func (progressRow) TableName() string { return "progress" }

func (r *progressRow) progress() (consume.Progress, error) {
	return consume.ParseProgress(uint64(r.Revision), r.Missing)
}

// take makes the row say what was counted now.
func (r *progressRow) take(p *consume.Progress, starts analytics.Starts, now time.Time) {
	before, _ := r.progress() // it was read before
	r.Revision, r.Missing = int64(p.Highest), p.MissingText()
	switch {
	case r.Missing == "":
		r.MissingSince = nil
	case before.Whole() != p.Whole() || r.MissingSince == nil: // what is missing first is another number than before
		r.MissingSince = microsOrNull(now)
	}
	if int64(starts.Revision) > r.StartsRevision {
		r.StartsAt, r.StartsRevision = microsOrNull(starts.At), int64(starts.Revision)
	}
}

// numberColumns are what is counted, as columns of two tables.
type numberColumns struct {
	Created, Updated, Deleted, Cancelled, People int64
}

var numberNames = []string{"created", "updated", "deleted", "cancelled", "people"}

// totalRow is the sum of a subject. Everything is kept in as many parts as the topic has partitions, so that members
// do not wait for one another.
type totalRow struct {
	Subject string        `gorm:"primaryKey"`
	Numbers numberColumns `gorm:"embedded"`
	AsOf    int64
}

func (totalRow) TableName() string { return "totals" }

// bucketRow is what happened to a subject in a span of time.
type bucketRow struct {
	Subject string        `gorm:"primaryKey"`
	Width   int64         `gorm:"primaryKey;autoIncrement:false"` // seconds
	Start   int64         `gorm:"primaryKey;autoIncrement:false"`
	Numbers numberColumns `gorm:"embedded"`
}

func (bucketRow) TableName() string { return "buckets" }

// partyRow is how many replies of a subject bring so many people.
type partyRow struct {
	Subject string `gorm:"primaryKey"`
	Size    int    `gorm:"primaryKey;autoIncrement:false"`
	Replies int64
}

func (partyRow) TableName() string { return "parties" }

const everythingPrefix = "all/"

// partOfEverything is where a partition's events count for all occasions together.
func partOfEverything(partition int32) string {
	return fmt.Sprintf("%s%04d", everythingPrefix, partition)
}

// subjectRange is the first and the last subject of a report.
func subjectRange(s analytics.Subject) (first, last string) {
	if s == analytics.Everything {
		return everythingPrefix, strings.TrimSuffix(everythingPrefix, "/") + "0" // "0" follows "/"
	}
	return string(s), string(s)
}
