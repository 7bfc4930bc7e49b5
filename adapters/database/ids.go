package database

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5/pgtype"
)

// id is a UUID in its usual text form: TEXT in SQLite, uuid in Postgres, where it travels in binary.
type id string

var (
	_ pgtype.UUIDValuer  = id("")
	_ pgtype.UUIDScanner = (*id)(nil)
)

// UUIDValue returns the id as Postgres takes it.
func (i id) UUIDValue() (pgtype.UUID, error) {
	var value pgtype.UUID
	if err := value.Scan(string(i)); err != nil {
		return pgtype.UUID{}, fmt.Errorf("id %q: %w", string(i), err)
	}
	return value, nil
}

// ScanUUID takes the id as Postgres gives it.
func (i *id) ScanUUID(v pgtype.UUID) error {
	*i = id(v.String())
	return nil
}

// listOf writes a slice of ids or numbers as JSON.
func listOf(slice any) string {
	list, err := json.Marshal(slice)
	if err != nil || string(list) == "null" {
		return "[]"
	}
	return string(list)
}

// isID reports whether the text is a UUID as this system writes it. Anything else names nothing, in both databases.
func isID(text string) bool {
	const form = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
	if len(text) != len(form) {
		return false
	}
	for i := range len(form) {
		digit := text[i] >= '0' && text[i] <= '9' || text[i] >= 'a' && text[i] <= 'f'
		if form[i] == '-' && text[i] != '-' || form[i] == 'x' && !digit {
			return false
		}
	}
	return true
}

// sortedIDs returns what can be an id, ascending and once.
func sortedIDs(texts []string) []id {
	ids := make([]id, 0, len(texts))
	for _, text := range texts {
		if isID(text) {
			ids = append(ids, id(text))
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
