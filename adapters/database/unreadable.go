package database

import (
	"log/slog"
	"sync"
)

// maxUnreadable bounds what is remembered of rows that were told of.
const maxUnreadable = 1000

// unreadable tells once of each row that a list leaves out because it can not be read, as one of a newer version. Safe for
// concurrent use.
type unreadable struct {
	log *slog.Logger

	mu   sync.Mutex
	told map[[2]string]struct{}
}

func (u *unreadable) tell(table, row string, err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	key := [2]string{table, row}
	if _, told := u.told[key]; told {
		return
	}
	if u.told == nil || len(u.told) >= maxUnreadable {
		u.told = map[[2]string]struct{}{}
	}
	u.told[key] = struct{}{}
	u.log.Warn("a row can not be read and is left out", "table", table, "row", row, "error", err)
}
