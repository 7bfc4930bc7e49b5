package studio

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/frame"
	"convoke/adapters/web/words"
	"convoke/application/idempotency"
	"convoke/domain/fault"
)

// newForm marks a form that is about to be shown, so that it takes effect once however often it is sent. Pages with
// such a mark are kept by no cache.
func newForm() string {
	var mark [16]byte
	_, _ = rand.Read(mark[:]) // never fails
	return hex.EncodeToString(mark[:])
}

// sameForm is the mark of the form that was sent, for one that is shown again: what was taken meanwhile is not ordered twice.
func sameForm(c *fiber.Ctx) string {
	if mark := frame.Text(c, "form"); mark != "" && len(mark) <= longestMark {
		return mark
	}
	return newForm()
}

const longestMark = 64

// formKey makes one thing of a form that is sent twice as it is. Whoever changes it means another. The script's own key,
// which is another each time, does not count.
func formKey(c *fiber.Ctx) idempotency.Key {
	mark := frame.Text(c, "form")
	if mark == "" || len(mark) > longestMark {
		return idempotency.Key{}
	}
	var body bytes.Buffer
	for name, value := range c.Request().PostArgs().All() {
		if string(name) != "key" {
			fmt.Fprintf(&body, "%q=%q\n", name, value)
		}
	}
	return idempotency.NewKey(c.Path(), "", mark+body.String(), body.Bytes())
}

// query is a copy of what the address asks for.
func query(c *fiber.Ctx, name string) string { return strings.Clone(c.Query(name)) }

// problemsOf says what is wrong with a form, field by field; nothing when the error is about something else. name turns
// a fault's field into that of the form, and say puts it into words.
func problemsOf(err error, name func(field string) string, say func(field string) string) frame.Problems {
	var all frame.Problems
	for _, f := range fault.All(err) {
		if f.Kind != fault.Invalid || f.Field == "" {
			continue
		}
		field := name(f.Field)
		if all.Of(field) != "" {
			continue
		}
		text := say(field)
		if f.Code == errSkipped.Code {
			text = words.SkippedTime
		}
		all = append(all, frame.Problem{Field: field, Text: text})
	}
	return all
}

// mayGenerate takes a token of the client's orders, or says that there is none left.
func (h *Handler) mayGenerate(c *fiber.Ctx, field string) frame.Problems {
	if h.MayGenerate == nil || h.MayGenerate(c) == nil {
		return nil
	}
	c.Set(fiber.HeaderRetryAfter, "1")
	return frame.Problems{{Field: field, Text: words.BriefTooSoon}}
}
