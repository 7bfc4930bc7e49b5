package database

import (
	"context"

	"convoke/application/mails"
)

// guestRow is a reply beside its occasion.
type guestRow struct {
	Reply    replyRow    `gorm:"embedded;embeddedPrefix:r_"`
	Occasion occasionRow `gorm:"embedded;embeddedPrefix:o_"`
}

// guestColumns are what mails tell of a guest: of the occasion no counters, of the reply no note.
const guestColumns = `r.id AS r_id, r.occasion_id AS r_occasion_id, r.name AS r_name, r.email AS r_email, r.status AS r_status,
    r.party_size AS r_party_size, r.version AS r_version, r.token_version AS r_token_version, r.revision AS r_revision,
    o.id AS o_id, o.title AS o_title, o.starts_at AS o_starts_at, o.ends_at AS o_ends_at, o.time_zone AS o_time_zone, o.place AS o_place,
    o.token_version AS o_token_version, o.revision AS o_revision, o.deleted AS o_deleted, o.created_at AS o_created_at, o.updated_at AS o_updated_at`

// Guests returns those of the replies that exist, each with its occasion, with one query.
func (s *Store) Guests(ctx context.Context, replyIDs ...string) ([]mails.Guest, error) {
	var known []string
	for _, replyID := range replyIDs {
		if isID(replyID) {
			known = append(known, replyID)
		}
	}
	if len(known) == 0 {
		return nil, nil
	}
	var rows []guestRow
	err := s.read.WithContext(ctx).Table("replies AS r").Select(guestColumns).Joins("JOIN occasions AS o ON o.id = r.occasion_id").
		Where("o.deleted = 0").Where(s.dialect.among("r.id"), s.dialect.array(sortedIDs(known))).Find(&rows).Error
	if err != nil {
		return nil, translate(ctx, "read guests", err)
	}
	guests := make([]mails.Guest, len(rows))
	for i := range rows {
		guests[i] = mails.Guest{Reply: rows[i].Reply.reply(), Occasion: rows[i].Occasion.state()}
	}
	return guests, nil
}
