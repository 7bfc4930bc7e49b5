package database

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"convoke/application/deadletter"
	"convoke/application/port"
)

// letterRow is a dead letter in the table. The message is packed whole: it is to be sent again as it came.
type letterRow struct {
	ID             id `gorm:"primaryKey"`
	Fingerprint    []byte
	Topic          string
	TopicPartition int32
	TopicOffset    int64
	ConsumerGroup  string
	Reason         string
	Attempts       int
	GivenUpAt      int64
	MessageKey     []byte
	Message        []byte
}

func (letterRow) TableName() string { return "dead_letters" }

// listed are the columns of a listing.
var listed = []string{
	"id", "fingerprint", "topic", "topic_partition", "topic_offset", "consumer_group", "reason", "attempts", "given_up_at", "message_key",
}

// One statement keeps at most so many letters, and bytes of messages.
const (
	maxLetters     = 100
	maxLetterBytes = 32 << 20
)

// AddLetters keeps the letters whose fingerprints are new.
func (s *Store) AddLetters(ctx context.Context, letters []deadletter.Letter) error {
	for len(letters) > 0 {
		n := within(letters[:min(len(letters), maxLetters)], maxLetterBytes, func(l deadletter.Letter) int { return len(l.Value) })
		if err := s.addLetters(ctx, letters[:n]); err != nil {
			return translate(ctx, "keep dead letters", err)
		}
		letters = letters[n:]
	}
	return nil
}

func (s *Store) addLetters(ctx context.Context, letters []deadletter.Letter) error {
	rows := make([]letterRow, len(letters))
	for i, l := range letters {
		rows[i] = s.letterRow(l)
	}
	return s.write.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error
}

// Letters walks the primary key from the cursor on.
func (s *Store) Letters(ctx context.Context, f deadletter.Filter, cursor string, limit int) ([]deadletter.Letter, string, error) {
	if cursor != "" && !isID(cursor) {
		return nil, "", errCursor
	}
	query := chosen(s.read.WithContext(ctx), f).Select(listed).Order("id DESC").Limit(limit + 1)
	if cursor != "" {
		query = query.Where("id < ?", cursor)
	}
	var rows []letterRow
	if err := query.Find(&rows).Error; err != nil {
		return nil, "", translate(ctx, "list dead letters", err)
	}
	var page []deadletter.Letter
	for _, row := range rows[:min(len(rows), limit)] {
		page = append(page, row.letter())
	}
	if len(rows) > limit {
		return page, page[limit-1].ID, nil
	}
	return page, "", nil
}

func chosen(db *gorm.DB, f deadletter.Filter) *gorm.DB {
	for column, value := range map[string]string{"topic": f.Topic, "consumer_group": f.Group, "reason": f.Reason} {
		if value != "" {
			db = db.Where(column+" = ?", clean(value))
		}
	}
	return db
}

// Heaps counts with an index that has all that is asked for.
func (s *Store) Heaps(ctx context.Context, f deadletter.Filter, before string) ([]deadletter.Heap, error) {
	if before != "" && !isID(before) {
		return nil, errCursor
	}
	var rows []struct {
		Topic, ConsumerGroup, Reason string
		Letters                      int
		Oldest, Newest               int64
	}
	err := heapQuery(s.read.WithContext(ctx), f, before).Scan(&rows).Error
	heaps := make([]deadletter.Heap, len(rows))
	for i, r := range rows {
		kind := deadletter.Filter{Topic: r.Topic, Group: r.ConsumerGroup, Reason: r.Reason}
		heaps[i] = deadletter.Heap{Filter: kind, Letters: r.Letters, Oldest: timeOf(r.Oldest), Newest: timeOf(r.Newest)}
	}
	slices.SortFunc(heaps, func(a, b deadletter.Heap) int {
		return cmp.Or(cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Group, b.Group), cmp.Compare(a.Reason, b.Reason))
	})
	return heaps, translate(ctx, "count dead letters", err)
}

func heapQuery(db *gorm.DB, f deadletter.Filter, before string) *gorm.DB {
	query := chosen(db.Model(&letterRow{}), f)
	if before != "" {
		query = query.Where("id < ?", before)
	}
	return query.
		Select("topic, consumer_group, reason, count(*) AS letters, min(given_up_at) AS oldest, max(given_up_at) AS newest").
		Group("topic, consumer_group, reason")
}

// Letter returns one letter whole.
func (s *Store) Letter(ctx context.Context, letterID string) (deadletter.Letter, error) {
	if !isID(letterID) {
		return deadletter.Letter{}, deadletter.ErrNotFound
	}
	var rows []letterRow
	if err := s.read.WithContext(ctx).Where("id = ?", letterID).Find(&rows).Error; err != nil {
		return deadletter.Letter{}, translate(ctx, "read a dead letter", err)
	}
	if len(rows) == 0 {
		return deadletter.Letter{}, deadletter.ErrNotFound
	}
	messages, err := s.packer.unpack(rows[0].Message)
	if err != nil || len(messages) != 1 {
		return deadletter.Letter{}, translate(ctx, "dead letter "+letterID, errPacked)
	}
	l := rows[0].letter()
	l.Value, l.Headers = messages[0].Value, messages[0].Headers
	return l, nil
}

// RemoveLetters deletes letters.
func (s *Store) RemoveLetters(ctx context.Context, ids []string) (int, error) {
	wanted := sortedIDs(ids)
	if len(wanted) == 0 {
		return 0, nil
	}
	result := s.write.WithContext(ctx).Where(s.dialect.among("id"), s.dialect.array(wanted)).Delete(&letterRow{})
	return int(result.RowsAffected), translate(ctx, "remove dead letters", result.Error)
}

// PurgeLetters deletes old letters, the oldest first.
func (s *Store) PurgeLetters(ctx context.Context, before time.Time, limit int) (int, error) {
	n, err := oldest(s.write.WithContext(ctx), &letterRow{}, "id", "given_up_at", limit, "given_up_at < ?", micros(before))
	return n, translate(ctx, "purge dead letters", err)
}

func (s *Store) letterRow(l deadletter.Letter) letterRow {
	return letterRow{
		ID: id(l.ID), Fingerprint: l.Fingerprint[:], Topic: clean(l.Topic),
		TopicPartition: l.Partition, TopicOffset: l.Offset, ConsumerGroup: clean(l.Group), Reason: clean(l.Reason),
		Attempts: l.Attempts, GivenUpAt: micros(l.Time), MessageKey: []byte(l.Key),
		Message: s.packer.pack([]port.Message{{Value: l.Value, Headers: l.Headers}}),
	}
}

func (r *letterRow) letter() deadletter.Letter {
	return deadletter.Letter{
		ID: string(r.ID), Topic: r.Topic, Partition: r.TopicPartition, Offset: r.TopicOffset, Group: r.ConsumerGroup,
		Reason: r.Reason, Attempts: r.Attempts, Time: timeOf(r.GivenUpAt), Key: string(r.MessageKey),
		Fingerprint: [32]byte(r.Fingerprint),
	}
}
