package console

import (
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/console/pages"
	"convoke/adapters/web/frame"
	"convoke/adapters/web/words"
	"convoke/application/deadletter"
	"convoke/domain/fault"
)

// letter is one letter. What it holds may be personal, so it is read only when it is asked for.
func (h *Handler) letter(c *fiber.Ctx) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	ctx, cancel := bounded()
	defer cancel()
	l, err := h.Letters.Get(ctx, id)
	if err != nil {
		return err
	}
	path := letterSection + "/" + id
	v := pages.LetterView{
		Shell: h.shell(ctx, c, words.LetterTitle(short(id)), letterSection), Heading: words.LetterTitle(short(id)), Path: path,
		Facts: letterFacts(l), Target: target(l), List: lettersPath(deadletter.Filter{Topic: l.Topic, Group: l.Group, Reason: l.Reason}),
	}
	for _, name := range slices.Sorted(maps.Keys(l.Headers)) {
		v.Headers = append(v.Headers, pages.Fact{Label: name, Text: l.Headers[name], Code: true})
	}
	if c.Query("payload") != "" {
		v.Key, v.Payload, v.Open = l.Key, payload(l.Value), true
		h.audit(c, "look at a payload", "letter", id)
	}
	return show(c, pages.Letter(v))
}

func letterFacts(l deadletter.Letter) []pages.Fact {
	where := fmt.Sprintf("%s %d, %s %d", words.ColumnPartition, l.Partition, words.TopicsOffset, l.Offset)
	if place(l) == words.Unknown {
		where = words.LetterNoPlace
	}
	return []pages.Fact{
		{Label: words.ColumnReason, Text: l.Reason}, {Label: words.ColumnTopic, Text: l.Topic, Code: true},
		{Label: words.ColumnGroup, Text: l.Group, Code: true}, {Label: words.LetterPlace, Text: where},
		{Label: words.LetterAttempts, Text: words.Count(int64(l.Attempts), false)}, {Label: words.LetterTime, Moment: pages.At(l.Time)},
		{Label: words.JobID, Text: l.ID, Code: true},
	}
}

func target(l deadletter.Letter) *pages.Target {
	if place(l) == words.Unknown {
		return nil // it goes to its job
	}
	return &pages.Target{Topic: l.Topic, Group: l.Group}
}

func payload(value []byte) string {
	if !utf8.Valid(value) {
		return base64.StdEncoding.EncodeToString(value)
	}
	return readable(value)
}

// askRedriveLetter is the dry run for one letter.
func (h *Handler) askRedriveLetter(c *fiber.Ctx) error {
	l, err := h.found(c)
	if err != nil {
		return err
	}
	v := h.askAbout(c, l, words.LetterRedriveAsk, "redrive", words.LetterRedriveYes)
	v.Lines = []string{words.LetterOfJob, words.LetterAfter}
	if to := target(l); to != nil {
		v.Lines, v.Intro = []string{words.LetterAfter}, words.LetterTarget
		v.Targets = []pages.Target{{Letters: "1", Topic: to.Topic, Group: to.Group, Reason: l.Reason}}
	}
	return show(c, pages.Ask(v))
}

// redriveLetter has a letter tried again. It is gone from here only once the broker has its message.
func (h *Handler) redriveLetter(c *fiber.Ctx) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	ctx, cancel := frame.Bounded()
	defer cancel()
	err = h.Letters.Redrive(ctx, id)
	if errors.Is(err, deadletter.ErrNotFound) {
		return h.frame.GoTo(c, letterSection, "?done=gone")
	}
	h.audit(c, "redrive", "letter", id, "taken", err == nil)
	switch {
	case fault.KindOf(err) == fault.Conflict, fault.KindOf(err) == fault.NotFound:
		return h.refuseLetter(c, id, err)
	case err != nil:
		return err
	}
	return h.frame.GoTo(c, letterSection, "?done=redriven")
}

// refuseLetter says why a letter can not be redriven; it stays.
func (h *Handler) refuseLetter(c *fiber.Ctx, id string, err error) error {
	p := h.frame.Page(c, words.Title(words.Console, words.ConsoleRefused), hue)
	p.Kind = "console"
	v := frame.MessageView{Page: p, Heading: words.ConsoleRefused, Text: words.Sentence(trouble(err)), Back: letterSection + "/" + id, BackLabel: words.LetterBack}
	return frame.Show(c, fiber.StatusConflict, frame.Message(v))
}

// askDiscardLetter asks for a word before a letter is thrown away.
func (h *Handler) askDiscardLetter(c *fiber.Ctx) error {
	l, err := h.found(c)
	if err != nil {
		return err
	}
	return show(c, pages.Ask(h.askDiscard(c, l, "")))
}

func (h *Handler) askDiscard(c *fiber.Ctx, l deadletter.Letter, wrong string) pages.AskView {
	v := h.askAbout(c, l, words.LetterDiscardAsk, "discard", words.LetterDiscardYes)
	v.Lines, v.Bad, v.Typed, v.Trouble = []string{words.LetterDiscardTxt}, true, words.TypeWord(words.DiscardWord), wrong
	v.Intro = words.BulkGoneFrom
	v.Targets = []pages.Target{{Letters: "1", Topic: l.Topic, Group: l.Group, Reason: l.Reason}}
	return v
}

func (h *Handler) found(c *fiber.Ctx) (deadletter.Letter, error) {
	id, err := pathID(c)
	if err != nil {
		return deadletter.Letter{}, err
	}
	ctx, cancel := bounded()
	defer cancel()
	return h.Letters.Get(ctx, id)
}

func (h *Handler) askAbout(c *fiber.Ctx, l deadletter.Letter, heading, act, yes string) pages.AskView {
	ctx, cancel := bounded()
	defer cancel()
	path := letterSection + "/" + l.ID
	return pages.AskView{
		Shell: h.shell(ctx, c, heading, letterSection), Heading: heading, Action: path + "/" + act, Yes: yes, Back: path,
	}
}

// discardLetter throws a letter away.
func (h *Handler) discardLetter(c *fiber.Ctx) error {
	l, err := h.found(c)
	if errors.Is(err, deadletter.ErrNotFound) {
		return h.frame.GoTo(c, letterSection, "?done=gone")
	} else if err != nil {
		return err
	}
	if !strings.EqualFold(strings.TrimSpace(frame.Text(c, "typed")), words.DiscardWord) {
		return frame.Show(c, fiber.StatusUnprocessableEntity, pages.Ask(h.askDiscard(c, l, words.BulkTypedWord)))
	}
	ctx, cancel := frame.Bounded()
	defer cancel()
	n, err := h.Letters.Discard(ctx, l.ID)
	if err != nil {
		return err
	}
	h.audit(c, "discard", "letter", l.ID, "letters", n)
	return h.frame.GoTo(c, letterSection, "?done=discarded")
}
