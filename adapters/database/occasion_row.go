package database

import (
	"convoke/domain/rsvp"
)

// defaultOccasion is the key of the deployment's own occasion, whose id is a word: keys are UUIDs.
const defaultOccasion id = "00000000-0000-0000-0000-000000000000"

// occasionKey is the key of an occasion; false: there can be no such occasion.
func occasionKey(occasionID string) (id, bool) {
	if occasionID == rsvp.DefaultID {
		return defaultOccasion, true
	}
	return id(occasionID), isID(occasionID) && occasionID != string(defaultOccasion)
}

// occasionID is the id of the occasion with a key.
func occasionID(key id) string {
	if key == defaultOccasion {
		return rsvp.DefaultID
	}
	return string(key)
}

// occasionKeys returns the keys of the ids, ascending and once.
func occasionKeys(occasionIDs []string) []id {
	keys := make([]string, 0, len(occasionIDs))
	for _, occasionID := range occasionIDs {
		if key, ok := occasionKey(occasionID); ok {
			keys = append(keys, string(key))
		}
	}
	return sortedIDs(keys)
}

// occasionRow is an occasion in the table, with its counters.
type occasionRow struct {
	ID           id `gorm:"primaryKey"`
	Title        string
	StartsAt     *int64
	EndsAt       *int64
	TimeZone     string
	Place        string
	Capacity     int64
	Deadline     *int64
	MaxPartySize int64
	Waitlist     string
	GuestList    string
	CountsView   string
	DesignID     string
	TokenVersion int64
	Revision     int64

	RepliesYes        int64
	RepliesNo         int64
	RepliesMaybe      int64
	RepliesWaitlisted int64
	RepliesCancelled  int64
	PeopleYes         int64
	PeopleMaybe       int64
	PeopleWaitlisted  int64

	DesignVersion int64 // 0: the newest

	Promoting int64 // 1: it is
	Deleted   int64 // 1: its replies are still to be purged; 2: they are
	CreatedAt int64
	UpdatedAt int64
}

func (occasionRow) TableName() string { return "occasions" }

// occasionRowOf is the one place where an occasion takes the form that is kept.
func occasionRowOf(s rsvp.State) occasionRow {
	d, c := s.Details, s.Counts
	key, _ := occasionKey(s.ID)
	row := occasionRow{
		ID: key, Title: d.Title, StartsAt: microsOrNull(d.StartsAt), EndsAt: microsOrNull(d.EndsAt),
		TimeZone: d.TimeZone, Place: d.Place, Capacity: int64(d.Capacity), Deadline: microsOrNull(d.Deadline),
		MaxPartySize: int64(d.MaxPartySize), Waitlist: string(d.Waitlist), GuestList: string(d.GuestList),
		CountsView: string(d.Counts), DesignID: clean(d.DesignID), DesignVersion: int64(d.DesignVersion),
		TokenVersion: int64(s.TokenVersion), Revision: int64(s.Revision),

		RepliesYes: int64(c.Yes), RepliesNo: int64(c.No), RepliesMaybe: int64(c.Maybe),
		RepliesWaitlisted: int64(c.Waitlisted), RepliesCancelled: int64(c.Cancelled),
		PeopleYes: int64(c.PeopleYes), PeopleMaybe: int64(c.PeopleMaybe), PeopleWaitlisted: int64(c.PeopleWaitlisted),

		CreatedAt: micros(s.CreatedAt), UpdatedAt: micros(s.UpdatedAt),
	}
	if s.Promoting {
		row.Promoting = 1
	}
	if s.Deleted {
		row.Deleted = 1
	}
	return row
}

// state forgets the version of a design that is not there: an api older than versions takes the design away alone.
func (r *occasionRow) state() rsvp.State {
	designVersion := int(r.DesignVersion)
	if r.DesignID == "" {
		designVersion = 0
	}
	return rsvp.State{
		ID: occasionID(r.ID),
		Details: rsvp.Details{
			Title: r.Title, StartsAt: timeOrZero(r.StartsAt), EndsAt: timeOrZero(r.EndsAt), TimeZone: r.TimeZone, Place: r.Place,
			Capacity: int(r.Capacity), Deadline: timeOrZero(r.Deadline), MaxPartySize: int(r.MaxPartySize),
			Waitlist: rsvp.Waitlist(r.Waitlist), GuestList: rsvp.GuestList(r.GuestList), Counts: rsvp.CountsView(r.CountsView),
			DesignID: r.DesignID, DesignVersion: designVersion,
		},
		TokenVersion: int(r.TokenVersion), Revision: uint64(r.Revision),
		Counts: rsvp.Counts{
			Yes: int(r.RepliesYes), No: int(r.RepliesNo), Maybe: int(r.RepliesMaybe),
			Waitlisted: int(r.RepliesWaitlisted), Cancelled: int(r.RepliesCancelled),
			PeopleYes: int(r.PeopleYes), PeopleMaybe: int(r.PeopleMaybe), PeopleWaitlisted: int(r.PeopleWaitlisted),
		},
		Promoting: r.Promoting != 0, Deleted: r.Deleted != 0, CreatedAt: timeOf(r.CreatedAt), UpdatedAt: timeOf(r.UpdatedAt),
	}
}
