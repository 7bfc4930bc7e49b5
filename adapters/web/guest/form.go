package guest

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/frame"
	"convoke/adapters/web/guest/pages"
	"convoke/adapters/web/words"
	"convoke/application/idempotency"
	"convoke/domain/fault"
	"convoke/domain/rsvp"
)

// readAnswer reads a guest's answer as they have written it.
func readAnswer(c *fiber.Ctx) pages.Answer {
	return pages.Answer{
		Name: frame.Text(c, "name"), Email: frame.Text(c, "email"), Status: frame.Text(c, "status"),
		Party: frame.Text(c, "partySize"), Note: frame.Text(c, "note"),
	}
}

// meant is what the domain is to judge. A form must say what the answer is, and a number that is none is no party.
func meant(a pages.Answer) rsvp.Answer {
	answer := rsvp.Answer{Name: a.Name, Email: a.Email, Status: rsvp.Status(a.Status), PartySize: 1, Note: a.Note}
	if answer.Status == "" {
		answer.Status = "none"
	}
	if text := strings.TrimSpace(a.Party); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			n = -1
		}
		answer.PartySize = n
	}
	return answer
}

// patch is a whole answer as a change of a reply; its address stays.
func patch(a pages.Answer) rsvp.Patch {
	m := meant(a)
	return rsvp.Patch{Name: &m.Name, Status: &m.Status, PartySize: &m.PartySize, Note: &m.Note}
}

// problems says what is wrong with a form, field by field; nothing when the error is about something else.
func problems(err error, o rsvp.State) frame.Problems {
	var all frame.Problems
	for _, f := range fault.All(err) {
		switch {
		case f.Is(rsvp.ErrFull):
			all = append(all, full(o))
		case f.Kind == fault.Invalid && f.Field != "":
			all = append(all, frame.Problem{Field: f.Field, Text: bad(f.Field, o)})
		}
	}
	return all
}

func full(o rsvp.State) frame.Problem {
	left, _ := o.SeatsLeft()
	if left == 0 {
		return frame.Problem{Field: "status", Text: words.Full(0)}
	}
	return frame.Problem{Field: "partySize", Text: words.Full(left)}
}

func bad(field string, o rsvp.State) string {
	switch field {
	case "name":
		return words.BadName
	case "email":
		return words.BadEmail
	case "status":
		return words.BadAnswer
	case "partySize":
		return words.BadParty(o.Details.MaxPartySize)
	}
	return words.BadNote
}

// formKey makes one reply of a form that the browser sends twice. The script makes the key; forms without one are told
// apart by their address alone.
func formKey(c *fiber.Ctx) idempotency.Key {
	key := frame.Text(c, "key")
	if len(key) > 64 {
		return idempotency.Key{}
	}
	return idempotency.NewKey(c.Path(), "", key, c.Request().Body())
}
