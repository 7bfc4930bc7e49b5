package database

import (
	"time"

	"convoke/application/port"
	"convoke/application/relay"
)

// maxPackedBytes bounds one row of the outbox before compression, unless a single message is larger.
const maxPackedBytes = 8 << 20

// outboxRow is a packed batch of messages in the table. Its id is the database's.
type outboxRow struct {
	ID        int64 `gorm:"primaryKey"`
	CreatedAt int64
	Payload   []byte
}

func (outboxRow) TableName() string { return "outbox" }

// outboxStatements are the lane's statements about the outbox.
type outboxStatements struct {
	table  table[outboxRow]
	insert statement
}

func newOutboxStatements() (*outboxStatements, error) {
	t, err := tableOf[outboxRow]()
	if err != nil {
		return nil, err
	}
	t = t.only("created_at", "payload")
	return &outboxStatements{t, t.insert("RETURNING id")}, nil
}

// outboxBatch writes the messages of a batch: one row, or a few when they are very large.
type outboxBatch struct {
	sql     *outboxStatements
	packer  *packer
	batches []relay.Batch
}

// write queues the rows. Their ids are taken by the insertion, while the aggregates are locked, and arrive with the
// next exchange.
func (b *outboxBatch) write(s session, messages []port.Message, now time.Time) {
	b.batches = b.batches[:0]
	var rows []outboxRow
	for len(messages) > 0 {
		n := within(messages, maxPackedBytes, func(m port.Message) int { return len(m.Value) })
		rows = append(rows, outboxRow{CreatedAt: micros(now), Payload: b.packer.pack(messages[:n])})
		b.batches = append(b.batches, relay.Batch{Messages: messages[:n]})
		messages = messages[n:]
	}
	if len(rows) == 0 {
		return
	}
	next := 0
	s.queue(step{b.sql.insert, b.sql.table.arrays(rows), func(scan scanFunc) error {
		err := scan(&b.batches[next].ID)
		next++
		return err
	}})
}
