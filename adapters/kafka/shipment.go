package kafka

import (
	"slices"

	"convoke/application/port"
)

// shipment is one call's messages of one topic on their way.
type shipment struct {
	batch   []port.Message
	errs    []error
	limit   int  // bytes of a batch in this topic
	strict  bool // the limit is the broker's own
	streams []*stream
}

// stream is the messages of one partition, in order.
type stream struct {
	topic     string
	partition int32
	left      []int // indexes of what is not settled
	sending   []int // those of left that are in the chunk under way
	most      int   // bytes of a chunk
	alone     bool
	spoilt    map[string]bool // keys of which a message has failed
}

// load sorts the messages into streams. Those without a key go to one partition together, another one for each turn.
func (s *shipment) load(topic string, indexes []int, partitions int, turn uint32) {
	streams := map[int32]*stream{}
	for _, i := range indexes {
		m := &s.batch[i]
		if s.strict && sizeOf(m) > s.limit {
			s.errs[i] = port.ErrTooLarge
			continue
		}
		partition := int32(turn % uint32(partitions))
		if m.Key != "" {
			partition = partitionOf(m.Key, partitions)
		}
		to := streams[partition]
		if to == nil {
			to = &stream{topic: topic, partition: partition, most: min(chunkBytes, s.limit)}
			streams[partition] = to
			s.streams = append(s.streams, to)
		}
		to.left = append(to.left, i)
	}
}

// next makes the stream's next chunk, at least one message of it. Messages of spoilt keys are passed over.
func (s *shipment) next(to *stream) *chunk {
	c := &chunk{topic: to.topic, partition: to.partition, limit: s.limit, alone: to.alone, answered: make(chan error, 1)}
	to.sending = to.sending[:0]
	n := 0
	for ; n < len(to.left); n++ {
		i := to.left[n]
		m := &s.batch[i]
		if to.spoilt[m.Key] {
			s.errs[i] = port.ErrNotSent
			continue
		}
		bytes := sizeOf(m)
		if len(c.messages) > 0 && c.bytes+bytes > to.most {
			break
		}
		c.messages = append(c.messages, m)
		c.bytes += bytes
		to.sending = append(to.sending, i)
	}
	to.left = slices.Concat(to.sending, to.left[n:])
	return c
}

// settle takes down what became of the chunk under way. It returns the error if the chunk must be sent again.
func (s *shipment) settle(to *stream, err error) error {
	switch {
	case err == nil:
		to.forward()
	case oversized(err) && len(to.sending) == 1 && to.alone:
		s.errs[to.sending[0]] = port.ErrTooLarge
		to.forward()
		to.most, to.alone = min(chunkBytes, s.limit), false
	case oversized(err):
		to.most, to.alone = to.most/2, true
	case repeatable(err):
		return err
	default:
		s.refuse(to, explain(err))
	}
	return nil
}

// forward drops the chunk under way.
func (to *stream) forward() {
	to.left = to.left[len(to.sending):]
	to.sending = to.sending[:0]
}

// refuse fails the chunk under way and spoils its keys.
func (s *shipment) refuse(to *stream, err error) {
	if to.spoilt == nil {
		to.spoilt = map[string]bool{}
	}
	for _, i := range to.sending {
		s.errs[i] = err
		if key := s.batch[i].Key; key != "" {
			to.spoilt[key] = true
		}
	}
	to.forward()
}

// fail ends the shipment: what was under way gets the error, and so does the rest, except where an earlier message of
// its key is the one that failed.
func (s *shipment) fail(err error) {
	for _, to := range s.streams {
		s.refuse(to, err)
		for _, i := range to.left {
			s.errs[i] = err
			if to.spoilt[s.batch[i].Key] {
				s.errs[i] = port.ErrNotSent
			}
		}
	}
	s.streams = nil
}

// sweep drops the streams that have nothing left.
func (s *shipment) sweep() {
	s.streams = slices.DeleteFunc(s.streams, func(to *stream) bool { return len(to.left) == 0 })
}
