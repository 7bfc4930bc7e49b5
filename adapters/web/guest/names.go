package guest

import (
	"context"
	"encoding/json"
	"fmt"

	"convoke/adapters/web/guest/pages"
	"convoke/adapters/web/words"
	"convoke/application/rsvps"
	"convoke/domain/rsvp"
)

const (
	keyNames = "web-names/1"
	maxNames = 30 // that a page lists
)

// names are those who come, the newest first, where the host shows them; nil elsewhere.
func (h *Handler) names(ctx context.Context, o rsvp.State) (*pages.Names, error) {
	if o.Details.GuestList != rsvp.GuestListNames || o.Counts.Yes == 0 {
		return nil, nil
	}
	kept, err := h.Reads.Answer(ctx, o.ID, keyNames, 0, func(ctx context.Context) ([]byte, uint64, error) {
		page, err := h.RSVPs.Page(ctx, rsvps.Query{OccasionID: o.ID, Filter: rsvps.Filter{Status: rsvp.Yes}, Limit: maxNames, Uncounted: true})
		if err != nil {
			return nil, 0, err
		}
		names := make([]string, len(page.Replies))
		for i, r := range page.Replies {
			names[i] = r.Name
		}
		text, err := json.Marshal(names)
		return text, page.Revision, err
	})
	if err != nil {
		return nil, err
	}
	v := &pages.Names{}
	if err := json.Unmarshal(kept, &v.Known); err != nil {
		return nil, fmt.Errorf("web: kept names can not be read: %w", err)
	}
	if more := o.Counts.Yes - len(v.Known); more > 0 {
		v.More = words.MoreUncounted
		if o.Details.Counts == rsvp.CountsPublic {
			v.More = words.More(more)
		}
	}
	return v, nil
}
