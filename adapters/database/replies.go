package database

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"convoke/application/rsvps"
	"convoke/domain/rsvp"
)

// byGuest finds the live reply of an address.
const byGuest = "occasion_id = ? AND guest = ?"

// beforeAll is greater than any id.
const beforeAll = "ffffffff-ffff-ffff-ffff-ffffffffffff"

// ofLiveOccasion leaves out what is still to be purged.
const ofLiveOccasion = "EXISTS (SELECT 1 FROM occasions o WHERE o.id = replies.occasion_id AND o.deleted = 0)"

// Reply returns a reply.
func (s *Store) Reply(ctx context.Context, replyID string) (rsvp.Reply, error) {
	if !isID(replyID) {
		return rsvp.Reply{}, rsvps.ErrReplyNotFound
	}
	return s.oneReply(ctx, "read a reply", "id = ?", replyID)
}

// ReplyByEmail returns the live reply of an address.
func (s *Store) ReplyByEmail(ctx context.Context, occasionID, email string) (rsvp.Reply, error) {
	key, ok := occasionKey(occasionID)
	if !ok {
		return rsvp.Reply{}, rsvps.ErrReplyNotFound
	}
	return s.oneReply(ctx, "read the reply of an address", byGuest, string(key), string(guestOf(email)))
}

func (s *Store) oneReply(ctx context.Context, operation, condition string, arguments ...any) (rsvp.Reply, error) {
	var rows []replyRow
	err := s.read.WithContext(ctx).Omit("guest").Where(condition, arguments...).Where(ofLiveOccasion).Limit(1).Find(&rows).Error
	switch {
	case err != nil:
		return rsvp.Reply{}, translate(ctx, operation, err)
	case len(rows) == 0:
		return rsvp.Reply{}, rsvps.ErrReplyNotFound
	}
	return rows[0].reply(), nil
}

// PurgeReplies deletes up to limit of the replies that deleted occasions have left behind. A million of them in the
// transaction of the deletion would hold up everybody.
func (s *Store) PurgeReplies(ctx context.Context, limit int) (purged int, err error) {
	for purged < limit {
		var ended []occasionRow
		if err := s.write.WithContext(ctx).Select("id").Where("deleted = 1").Order("id").Limit(1).Find(&ended).Error; err != nil {
			return purged, translate(ctx, "find deleted occasions", err)
		}
		if len(ended) == 0 {
			return purged, nil
		}
		n, err := s.purgeOccasion(ctx, ended[0].ID, limit-purged)
		if purged += n; err != nil {
			return purged, translate(ctx, "purge replies", err)
		}
	}
	return purged, nil
}

// purgeOccasion deletes some replies, and takes down when none are left.
func (s *Store) purgeOccasion(ctx context.Context, key id, limit int) (int, error) {
	n, err := oldest(s.write.WithContext(ctx), &replyRow{}, "id", "id", limit, "occasion_id = ?", string(key))
	if err != nil || n == limit {
		return n, err
	}
	return n, s.write.WithContext(ctx).Exec("UPDATE occasions SET deleted = 2 WHERE id = ? AND deleted = 1", string(key)).Error
}

// pageRow is a reply of a page beside the occasion's numbers; a page without replies is one row without a reply.
type pageRow struct {
	Seen    int64
	Total   int64
	Deleted int64
	Reply   replyRow `gorm:"embedded"`
}

// pageQuery reads numbers and replies in one statement, so that they belong together. It walks an index from the cursor
// on, so a page costs the same wherever it is. How many rows it wants is part of its text: Postgres would take an unknown
// number for a tenth of the table, find every general plan too dear, and plan each page anew.
const pageQuery = `
SELECT o.revision AS seen, o.deleted, r.id, r.occasion_id, r.name, r.email, r.status, r.party_size, r.note,
    r.version, r.token_version, r.revision, r.position, r.created_at, r.updated_at,
    o.replies_yes + o.replies_no + o.replies_maybe + o.replies_waitlisted + o.replies_cancelled AS total
FROM occasions o LEFT JOIN (
    SELECT * FROM replies WHERE occasion_id = ? AND id < ? ORDER BY id DESC LIMIT %d OFFSET %d
) r ON r.occasion_id = o.id WHERE o.id = ? ORDER BY r.id DESC`

// Replies returns a page, or rsvp.ErrNoOccasion.
func (s *Store) Replies(ctx context.Context, q rsvps.Query) (rsvps.Page, error) {
	key, ok := occasionKey(q.OccasionID)
	if !ok {
		return rsvps.Page{}, rsvp.ErrNoOccasion
	}
	if q.After != "" && !isID(q.After) {
		return rsvps.Page{}, errCursor
	}
	var rows []pageRow
	if err := listReplies(s.read.WithContext(ctx), key, q).Scan(&rows).Error; err != nil {
		return rsvps.Page{}, translate(ctx, "list replies", err)
	}
	if len(rows) == 0 || rows[0].Deleted != 0 {
		return rsvps.Page{}, rsvp.ErrNoOccasion
	}
	return pageOf(rows, q.Limit), nil
}

func listReplies(db *gorm.DB, key id, q rsvps.Query) *gorm.DB {
	after := q.After
	if after == "" {
		after = beforeAll
	}
	return db.Raw(fmt.Sprintf(pageQuery, q.Limit+1, q.Skip), string(key), after, string(key))
}

func pageOf(rows []pageRow, limit int) rsvps.Page {
	page := rsvps.Page{Total: int(rows[0].Total), Revision: uint64(rows[0].Seen), More: len(rows) > limit}
	if rows[0].Reply.ID == "" {
		return page
	}
	for _, row := range rows[:min(len(rows), limit)] {
		page.Replies = append(page.Replies, row.Reply.reply())
	}
	return page
}
