package httpapi

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"convoke/application/contract"
	"convoke/application/rsvps"
	"convoke/domain/rsvp"
)

// Keys of the kept answers. The number grows when their bytes get another meaning: processes of two versions may share
// a cache.
const (
	keyOccasion = "occasion/2"
	keyCounts   = "counts/1"
	keyCalendar = "calendar/1"
	keyPage     = "page/1"
)

// sheet is an answer about an occasion, together with what decides who may have it: so a kept answer is enough to check
// each request by.
type sheet struct {
	revision     uint64
	tokenVersion int
	hidden       bool // the counts are the host's alone
	body         []byte
}

func (s sheet) encode() []byte {
	b := make([]byte, 0, len(s.body)+24)
	b = binary.AppendUvarint(b, s.revision)
	b = binary.AppendUvarint(b, uint64(s.tokenVersion))
	b = append(b, 0)
	if s.hidden {
		b[len(b)-1] = 1
	}
	return append(b, s.body...)
}

var errSheet = errors.New("a kept answer can not be read")

func decodeSheet(b []byte) (s sheet, err error) {
	revision, n := binary.Uvarint(b)
	if n <= 0 {
		return s, errSheet
	}
	b = b[n:]
	version, n := binary.Uvarint(b)
	if n <= 0 || len(b) <= n {
		return s, errSheet
	}
	return sheet{revision, int(version), b[n] == 1, b[n+1:]}, nil
}

// state is as much of the occasion as permissions are about.
func (s sheet) state(id string) rsvp.State {
	o := rsvp.State{ID: id, TokenVersion: s.tokenVersion, Details: rsvp.Details{Counts: rsvp.CountsPublic}}
	if s.hidden {
		o.Details.Counts = rsvp.CountsHidden
	}
	return o
}

// sheet returns the answer of a key, kept or made now.
func (e *endpoints) sheet(ctx context.Context, id, key string, least uint64, show func(rsvp.State) ([]byte, error)) (sheet, error) {
	kept, err := e.Reads.Answer(ctx, id, key, least, func(ctx context.Context) ([]byte, uint64, error) {
		o, err := e.RSVPs.Occasion(ctx, id)
		if err != nil {
			return nil, 0, err
		}
		body, err := show(o)
		if err != nil {
			return nil, 0, err
		}
		return sheet{o.Revision, o.TokenVersion, o.Details.Counts == rsvp.CountsHidden, body}.encode(), o.Revision, nil
	})
	if err != nil {
		return sheet{}, err
	}
	return decodeSheet(kept)
}

func showCounts(o rsvp.State) ([]byte, error) { return marshal(contract.CountsOf(o)) }

func (e *endpoints) countsSheet(ctx context.Context, id string, least uint64) (sheet, error) {
	return e.sheet(ctx, id, keyCounts, least, showCounts)
}

// counts answers an occasion's counts.
func (e *endpoints) counts(c *fiber.Ctx, who rsvps.Caller) error {
	id, err := occasionID(c.Params("id"))
	if err != nil {
		return err
	}
	least, err := minRevision(c)
	if err != nil {
		return err
	}
	ctx, cancel := bounded()
	defer cancel()
	s, err := e.countsSheet(ctx, id, least)
	if err == nil {
		err = e.RSVPs.MayCount(who, s.state(id))
	}
	if err != nil {
		return err
	}
	return writeKept(c, fiber.MIMEApplicationJSON, s.body)
}

// writeKept answers with bytes that are kept for others too: they are not copied, and neither side changes them.
func writeKept(c *fiber.Ctx, media string, body []byte) error {
	c.Status(http.StatusOK)
	c.Set(fiber.HeaderContentType, media)
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Response().SetBodyRaw(body)
	return nil
}

// writeTagged answers with what everybody may keep as long as it asks whether it is still so.
func writeTagged(c *fiber.Ctx, media, etag string, body []byte) error {
	c.Set(fiber.HeaderETag, etag)
	c.Set(fiber.HeaderCacheControl, "no-cache")
	if matches(c.Get(fiber.HeaderIfNoneMatch), etag) {
		c.Status(http.StatusNotModified)
		return nil
	}
	c.Set(fiber.HeaderContentType, media)
	c.Response().SetBodyRaw(body)
	return nil
}

// marshal encodes a document as writeJSON does.
func marshal(document any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(document)
	return b.Bytes(), err
}
