package database

import (
	"context"

	"convoke/application/rsvps"
	"convoke/domain/rsvp"
)

// byGuest finds the live reply of an address.
const byGuest = "occasion_id = ? AND guest = ?"

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
