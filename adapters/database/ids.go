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
	value := pgtype.UUID{Valid: true}
	if !isID(string(i)) {
		return pgtype.UUID{}, fmt.Errorf("%q is no id", string(i))
	}
	for n, at := range firstDigits {
		value.Bytes[n] = digit(i[at])<<4 | digit(i[at+1])
	}
	return value, nil
}

// firstDigits is where the bytes of a UUID begin in its text.
var firstDigits = [16]int{0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34}

func digit(c byte) byte {
	if c >= 'a' {
		return c - 'a' + 10
	}
	return c - '0'
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
