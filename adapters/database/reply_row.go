package database

import (
	"crypto/sha256"
	"encoding/hex"

	"convoke/domain/rsvp"
)

// replyRow is a guest's reply in the table.
type replyRow struct {
	ID           id `gorm:"primaryKey"`
	OccasionID   id
	Guest        *id // null once cancelled, so that the guest may reply anew
	Name         string
	Email        string
	Status       string
	PartySize    int64
	Note         string
	Version      int64
	TokenVersion int64
	Revision     int64
	Position     int64
	CreatedAt    int64
	UpdatedAt    int64
}

// replyChanges are the columns that a reply's life changes.
var replyChanges = []string{
	"guest", "name", "email", "status", "party_size", "note", "version", "token_version", "revision", "position", "updated_at",
}

func (replyRow) TableName() string { return "replies" }

// guestOf is the key of an address within an occasion: of a fixed size, and not the address itself in an index.
func guestOf(email string) id {
	digest := sha256.Sum256([]byte(email))
	var text [36]byte
	hex.Encode(text[:8], digest[:4])
	hex.Encode(text[9:13], digest[4:6])
	hex.Encode(text[14:18], digest[6:8])
	hex.Encode(text[19:23], digest[8:10])
	hex.Encode(text[24:], digest[10:16])
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return id(text[:])
}

// replyRowOf is the one place where a reply takes the form that is kept.
func replyRowOf(r *rsvp.Reply) replyRow {
	occasion, _ := occasionKey(r.OccasionID)
	row := replyRow{
		ID: id(r.ID), OccasionID: occasion, Name: r.Name, Email: r.Email, Status: string(r.Status),
		PartySize: int64(r.PartySize), Note: r.Note, Version: int64(r.Version), TokenVersion: int64(r.TokenVersion),
		Revision: int64(r.Revision), Position: int64(r.Position), CreatedAt: micros(r.CreatedAt), UpdatedAt: micros(r.UpdatedAt),
	}
	if r.Status != rsvp.Cancelled {
		guest := guestOf(r.Email)
		row.Guest = &guest
	}
	return row
}

func (r *replyRow) reply() rsvp.Reply {
	return rsvp.Reply{
		ID: string(r.ID), OccasionID: occasionID(r.OccasionID), Name: r.Name, Email: r.Email, Status: rsvp.Status(r.Status),
		PartySize: int(r.PartySize), Note: r.Note, Version: int(r.Version), TokenVersion: int(r.TokenVersion),
		Revision: uint64(r.Revision), Position: uint64(r.Position), CreatedAt: timeOf(r.CreatedAt), UpdatedAt: timeOf(r.UpdatedAt),
	}
}
