package consume

import (
	"maps"
	"strconv"
	"time"

	"convoke/application/envelope"
	"convoke/application/port"
)

// asLetter is the original message under its dead-letter topic, with the headers that say where it failed and why.
func (i *item) asLetter(group string, now time.Time) port.Message {
	m := i.delivery.Message
	headers := maps.Clone(m.Headers)
	if headers == nil {
		headers = map[string]string{}
	}
	delete(headers, envelope.HeaderID) // brokers would drop a letter as a repetition of an earlier one
	delete(headers, envelope.HeaderRedrive)
	headers[envelope.HeaderReason] = i.letter
	headers[envelope.HeaderAttempts] = strconv.Itoa(i.attempts)
	headers[envelope.HeaderGroup] = group
	headers[envelope.HeaderTopic] = m.Topic
	headers[envelope.HeaderPartition] = strconv.FormatInt(int64(m.Partition), 10)
	headers[envelope.HeaderOffset] = strconv.FormatInt(m.Offset, 10)
	headers[envelope.HeaderTime] = now.UTC().Format(time.RFC3339Nano)
	return port.Message{Topic: envelope.DLQ(m.Topic), Key: m.Key, Value: m.Value, Headers: headers}
}
