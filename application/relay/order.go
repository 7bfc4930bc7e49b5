package relay

import (
	"strconv"

	"convoke/application/envelope"
	"convoke/application/port"
)

// maxKeys bounds what an order remembers. What it has forgotten costs a look into the outbox.
const maxKeys = 100_000

// order knows, for each key whose events are numbered, the last number that this leader has published. A batch from
// memory may go out only if it follows on: another process may have committed the events in between.
type order struct{ last map[string]uint64 }

func newOrder() *order { return &order{map[string]uint64{}} }

// follow reports whether each numbered event of the batches is the first of its key or comes right after one that is
// published or in front of it.
func (o *order) follow(batches []Batch) bool {
	ahead := map[string]uint64{}
	for _, b := range batches {
		for _, m := range b.Messages {
			number, ok := numberOf(m)
			if !ok {
				continue
			}
			before, known := ahead[m.Key]
			if !known {
				before = o.last[m.Key]
			}
			if number > before+1 || number > 1 && before == 0 {
				return false
			}
			ahead[m.Key] = max(before, number)
		}
	}
	return true
}

// published notes that a batch is out.
func (o *order) published(b Batch) {
	for _, m := range b.Messages {
		if number, ok := numberOf(m); ok && number > o.last[m.Key] {
			if len(o.last) >= maxKeys {
				clear(o.last)
			}
			o.last[m.Key] = number
		}
	}
}

func numberOf(m port.Message) (uint64, bool) {
	text, ok := m.Headers[envelope.HeaderSequence]
	if !ok {
		return 0, false
	}
	number, err := strconv.ParseUint(text, 10, 64)
	return number, err == nil
}
