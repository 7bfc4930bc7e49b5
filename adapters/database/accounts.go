package database

import (
	"context"

	"gorm.io/gorm"

	"convoke/application/audit"
	"convoke/domain/rsvp"
)

var _ audit.Store = (*Store)(nil)

// sumRow is how many replies of an occasion have a status.
type sumRow struct {
	OccasionID id
	Status     string
	Replies    int
	People     int
}

// Accounts reads a page of occasions and what their replies add up to, in one snapshot.
func (s *Store) Accounts(ctx context.Context, after string, limit int) ([]audit.Account, error) {
	var rows []occasionRow
	var sums []sumRow
	err := s.read.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		page := tx.Order("id").Limit(limit)
		if key, ok := occasionKey(after); ok {
			page = page.Where("id > ?", string(key))
		}
		if err := page.Find(&rows).Error; err != nil || len(rows) == 0 {
			return err
		}
		keys := make([]id, len(rows))
		for i := range rows {
			keys[i] = rows[i].ID
		}
		return tx.Model(&replyRow{}).Select("occasion_id, status, COUNT(*) AS replies, SUM(party_size) AS people").
			Where(s.dialect.among("occasion_id"), s.dialect.array(keys)).Group("occasion_id, status").Scan(&sums).Error
	}, s.dialect.snapshot())
	return accountsOf(rows, sums), translate(ctx, "count replies", err)
}

func accountsOf(rows []occasionRow, sums []sumRow) []audit.Account {
	counted := map[id]*rsvp.Counts{}
	for _, sum := range sums {
		if counted[sum.OccasionID] == nil {
			counted[sum.OccasionID] = &rsvp.Counts{}
		}
		counted[sum.OccasionID].AddAll(rsvp.Status(sum.Status), sum.Replies, sum.People)
	}
	accounts := make([]audit.Account, len(rows))
	for i := range rows {
		state := rows[i].state()
		accounts[i] = audit.Account{ID: state.ID, Revision: state.Revision, Deleted: state.Deleted, Kept: state.Counts}
		if c := counted[rows[i].ID]; c != nil && !state.Deleted { // what is still to be purged is no reply any more
			accounts[i].Rows = *c
		}
	}
	return accounts
}
