package contract

import (
	"bytes"
	"encoding/json"
	"sync"

	"convoke/application/uuid"
	"convoke/domain/rsvp"
)

// maxTexts bounds the occasions whose message is kept; what was forgotten is encoded again.
const maxTexts = 1024

// CountsTexts encodes the message of an occasion's state once for all who watch it. The zero value works. Safe for
// concurrent use.
type CountsTexts struct {
	mu    sync.Mutex
	texts map[string]countsText
}

type countsText struct {
	revision uint64
	text     []byte
}

// Of returns the message of a state, in JSON. The bytes are shared: nobody may change them.
func (c *CountsTexts) Of(s rsvp.State) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if kept, ok := c.texts[s.ID]; ok && kept.revision == s.Revision {
		return kept.text, nil
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(LiveCountsOf(s)); err != nil {
		return nil, err
	}
	text := bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	if c.texts == nil || len(c.texts) >= maxTexts {
		c.texts = map[string]countsText{}
	}
	c.texts[s.ID] = countsText{s.Revision, text}
	return text, nil
}

// OccasionID returns an occasion's id as it is stored, if the text can be one: a UUID, or "default".
func OccasionID(text string) (id string, ok bool) {
	if text == rsvp.DefaultID {
		return rsvp.DefaultID, true
	}
	return uuid.Parse(text)
}
