package database

import (
	"bytes"
	"context"
	"slices"
	"time"

	"convoke/application/idempotency"
)

// keyRow is a used idempotency key in the table.
type keyRow struct {
	Scope     []byte `gorm:"primaryKey"`
	Body      []byte
	Subject   id
	CreatedAt int64
}

func (keyRow) TableName() string { return "idempotency_keys" }

// keyStatements are the lane's statements about keys.
type keyStatements struct {
	table   table[keyRow]
	changes table[keyRow]
	scope   table[keyRow]
	claim   statement
	read    statement
	update  statement
	remove  statement
}

func newKeyStatements() (*keyStatements, error) {
	t, err := tableOf[keyRow]()
	if err != nil {
		return nil, err
	}
	changes, scope := t.only("scope", "body", "subject"), t.only("scope")
	return &keyStatements{
		table: t, changes: changes, scope: scope,
		claim:  t.insert("ON CONFLICT DO NOTHING RETURNING scope"),
		read:   t.read(""),
		update: changes.update(),
		remove: statement{
			postgres: "DELETE FROM idempotency_keys WHERE scope = ANY($1)",
			sqlite:   "DELETE FROM idempotency_keys WHERE scope = ?",
		},
	}, nil
}

// keyBook is the part that idempotency keys play in one batch. A key is claimed before its request is decided, and given
// back when the decision fails.
type keyBook struct {
	sql  *keyStatements
	keys map[[32]byte]*usedKey
}

// usedKey is a key as the batch sees it.
type usedKey struct {
	row   keyRow // as it is in the table
	mine  bool   // inserted by this batch
	taken bool   // a request has succeeded with it, before or in this batch
	body  []byte // of that request
	about string // what it led to
}

func newKeyBook(sql *keyStatements) *keyBook { return &keyBook{sql, map[[32]byte]*usedKey{}} }

// claim queues the insertion of the entries' keys, sorted, and the reading of what is there then.
func (b *keyBook) claim(s session, entries []*entry, now time.Time) {
	var rows []keyRow
	for _, e := range entries {
		if e.key.IsZero() || b.keys[e.key.Scope] != nil {
			continue
		}
		b.keys[e.key.Scope] = &usedKey{}
		rows = append(rows, keyRow{e.key.Scope[:], e.key.Body[:], id(e.subject), micros(now)})
	}
	if len(rows) == 0 {
		return
	}
	slices.SortFunc(rows, func(a, b keyRow) int { return bytes.Compare(a.Scope, b.Scope) })
	s.queue(step{b.sql.claim, b.sql.table.arrays(rows), func(scan scanFunc) error {
		var scope []byte
		if err := scan(&scope); err != nil {
			return err
		}
		b.keys[[32]byte(scope)].mine = true
		return nil
	}})
	s.queue(step{b.sql.read, b.sql.scope.arrays(rows), func(scan scanFunc) error {
		var row keyRow
		if err := scan(b.sql.table.places(&row)...); err != nil {
			return err
		}
		k := b.keys[[32]byte(row.Scope)]
		k.row = row
		if !k.mine {
			k.take(row.Body, string(row.Subject))
		}
		return nil
	}})
}

func (k *usedKey) take(body []byte, about string) { k.taken, k.body, k.about = true, body, about }

// judge answers an entry whose key was used before, in the table or earlier in this batch. It reports whether the entry
// is still to be decided.
func (b *keyBook) judge(e *entry) bool {
	if e.key.IsZero() {
		return true
	}
	k := b.keys[e.key.Scope]
	switch {
	case !k.taken:
		return true
	case !bytes.Equal(k.body, e.key.Body[:]):
		e.err = idempotency.ErrOtherBody
	default:
		e.replay = k.about
	}
	return false
}

// use notes that an entry has succeeded, and what it led to.
func (b *keyBook) use(e *entry, about string) {
	if !e.key.IsZero() {
		b.keys[e.key.Scope].take(e.key.Body[:], about)
	}
}

// write queues what makes the table say the truth: keys whose requests failed go, and a key that another request of
// this batch has used in the end gets that one's outcome.
func (b *keyBook) write(s session) {
	var unused, other []keyRow
	for _, k := range b.keys {
		switch {
		case !k.mine:
		case !k.taken:
			unused = append(unused, k.row)
		case k.about != string(k.row.Subject) || !bytes.Equal(k.body, k.row.Body):
			other = append(other, keyRow{Scope: k.row.Scope, Body: k.body, Subject: id(k.about)})
		}
	}
	if len(unused) > 0 {
		s.queue(step{statement: b.sql.remove, columns: b.sql.scope.arrays(unused)})
	}
	if len(other) > 0 {
		s.queue(step{statement: b.sql.update, columns: b.sql.changes.arrays(other)})
	}
}

// PurgeKeys deletes old keys, the oldest first.
func (s *Store) PurgeKeys(ctx context.Context, before time.Time, limit int) (int, error) {
	n, err := oldest(s.write.WithContext(ctx), &keyRow{}, "scope", "created_at", limit, "created_at < ?", micros(before))
	return n, translate(ctx, "purge idempotency keys", err)
}
