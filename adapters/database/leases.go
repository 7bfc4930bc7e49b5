package database

import (
	"context"
	"fmt"
	"time"
)

// acquireSQL takes a lease that is free, has run out or is the holder's already, judged on the database's clock.
const acquireSQL = `
INSERT INTO leases AS held (name, holder, term, ends_at) VALUES (?, ?, 1, %[1]s + ?)
ON CONFLICT (name) DO UPDATE SET
    holder = excluded.holder, ends_at = excluded.ends_at,
    term = CASE WHEN held.holder = excluded.holder THEN held.term ELSE held.term + 1 END
WHERE held.holder = excluded.holder OR held.ends_at <= %[1]s
RETURNING term`

// Acquire takes or renews a lease with one statement.
func (s *Store) Acquire(ctx context.Context, name, holder string, ttl time.Duration) (int64, bool, error) {
	var terms []int64
	query := fmt.Sprintf(acquireSQL, s.dialect.now())
	err := s.write.WithContext(ctx).Raw(query, name, holder, ttl.Microseconds()).Scan(&terms).Error
	if err != nil || len(terms) == 0 {
		return 0, false, translate(ctx, "acquire lease "+name, err)
	}
	return terms[0], true, nil
}

// Release gives a lease up. Its row stays, so that the next term is higher.
func (s *Store) Release(ctx context.Context, name, holder string) error {
	err := s.write.WithContext(ctx).Exec("UPDATE leases SET holder = '', ends_at = 0 WHERE name = ? AND holder = ?", name, holder).Error
	return translate(ctx, "release lease "+name, err)
}
