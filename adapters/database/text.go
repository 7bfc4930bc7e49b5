package database

import (
	"strings"
	"time"
)

// clean replaces NUL and invalid UTF-8, which Postgres can not hold; workers and other services may send both.
func clean(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}

// micros is a time in whole microseconds since 1970.
func micros(t time.Time) int64 { return t.UnixMicro() }

// microsOrNull is null for the zero time.
func microsOrNull(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	m := t.UnixMicro()
	return &m
}

func timeOf(micros int64) time.Time { return time.UnixMicro(micros).UTC() }

func timeOrZero(micros *int64) time.Time {
	if micros == nil {
		return time.Time{}
	}
	return timeOf(*micros)
}

// within returns how many rows from the front are at most limit bytes together, and at least one.
func within[R any](rows []R, limit int, size func(R) int) int {
	total := 0
	for i, row := range rows {
		if total += size(row); total > limit && i > 0 {
			return i
		}
	}
	return len(rows)
}
