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

// parameters gives the driver lists of ids that it can walk without reflection: they are most of what the lane sends.
func parameters(columns []any) []any {
	walkable := make([]any, len(columns))
	for i, c := range columns {
		switch list := c.(type) {
		case []id:
			walkable[i] = idList(list)
		case []*id:
			walkable[i] = idOrNullList(list)
		default:
			walkable[i] = c
		}
	}
	return walkable
}

type (
	idList       []id
	idOrNullList []*id
)

var (
	_ pgtype.ArrayGetter = idList(nil)
	_ pgtype.ArrayGetter = idOrNullList(nil)
)

func (l idList) Dimensions() []pgtype.ArrayDimension { return dimensions(len(l)) }
func (l idList) Index(i int) any                     { return &l[i] } // a pointer is not copied to the heap
func (l idList) IndexType() any                      { return new(id) }

func (l idOrNullList) Dimensions() []pgtype.ArrayDimension { return dimensions(len(l)) }
func (l idOrNullList) IndexType() any                      { return new(id) }

func (l idOrNullList) Index(i int) any {
	if l[i] == nil {
		return nil
	}
	return l[i]
}

func dimensions(n int) []pgtype.ArrayDimension {
	return []pgtype.ArrayDimension{{Length: int32(n), LowerBound: 1}} //nolint:gosec // a batch is small
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
