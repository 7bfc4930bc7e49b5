package httpapi

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"convoke/application/deadletter"
	"convoke/domain/fault"
)

// redriveTimeout bounds a redrive by filter; what it did not get to is left for the next call.
const redriveTimeout = 30 * time.Second

type letterView struct {
	ID        string    `json:"id"`
	Topic     string    `json:"topic"`
	Partition int32     `json:"partition"`
	Offset    int64     `json:"offset"`
	Group     string    `json:"group"`
	Reason    string    `json:"reason"`
	Attempts  int       `json:"attempts"`
	Time      time.Time `json:"time"`
}

// wholeLetter is a letter with its message. Bytes that are no text are shown in base64.
type wholeLetter struct {
	letterView
	Key             string            `json:"key"`
	Headers         map[string]string `json:"headers"`
	Payload         string            `json:"payload"`
	PayloadEncoding string            `json:"payloadEncoding"` // utf-8 or base64
}

func letterOf(l deadletter.Letter) letterView {
	return letterView{l.ID, l.Topic, l.Partition, l.Offset, l.Group, l.Reason, l.Attempts, l.Time.UTC()}
}

func wholeLetterOf(l deadletter.Letter) wholeLetter {
	w := wholeLetter{letterView: letterOf(l), Key: l.Key, Headers: l.Headers, Payload: string(l.Value), PayloadEncoding: "utf-8"}
	if !utf8.Valid(l.Value) {
		w.Payload, w.PayloadEncoding = base64.StdEncoding.EncodeToString(l.Value), "base64"
	}
	return w
}

type lettersAnswer struct {
	DeadLetters []letterView `json:"deadLetters"`
	NextCursor  *string      `json:"nextCursor"`
}

func (e *endpoints) letters(c *fiber.Ctx) error {
	topic, err1 := queryText(c, "topic")
	group, err2 := queryText(c, "group")
	reason, err3 := queryText(c, "reason")
	cursor, err4 := queryText(c, "cursor")
	limit, err5 := queryInt(c, "limit")
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		return err
	}
	ctx, cancel := bounded()
	defer cancel()
	letters, next, err := e.Letters.List(ctx, deadletter.Filter{Topic: topic, Group: group, Reason: reason}, cursor, limit)
	if err != nil {
		return err
	}
	answer := lettersAnswer{make([]letterView, len(letters)), orNull(next)}
	for i, l := range letters {
		answer.DeadLetters[i] = letterOf(l)
	}
	return writeJSON(c, http.StatusOK, answer)
}

func (e *endpoints) letter(c *fiber.Ctx) error {
	id, err := pathID(c, "id", deadletter.ErrNotFound)
	if err != nil {
		return err
	}
	ctx, cancel := bounded()
	defer cancel()
	l, err := e.Letters.Get(ctx, id)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, map[string]wholeLetter{"deadLetter": wholeLetterOf(l)})
}

type redriveAnswer struct {
	Redriven int     `json:"redriven"`
	Failed   int     `json:"failed"`   // these stay
	Reason   *string `json:"reason"`   // of the first that failed
	Finished bool    `json:"finished"` // false: time ran out, call again for the rest
}

func (e *endpoints) redriveLetter(c *fiber.Ctx) error {
	id, err := pathID(c, "id", deadletter.ErrNotFound)
	if err != nil {
		return err
	}
	ctx, cancel := bounded()
	defer cancel()
	if err := e.Letters.Redrive(ctx, id); err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, redriveAnswer{Redriven: 1, Finished: true})
}

type filterBody struct {
	Topic  string `json:"topic"`
	Group  string `json:"group"`
	Reason string `json:"reason"`
}

// redriveLetters redrives what a filter chooses; {} chooses every letter.
func (e *endpoints) redriveLetters(c *fiber.Ctx) error {
	var body filterBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	if err := errors.Join(plain("topic", body.Topic), plain("group", body.Group), plain("reason", body.Reason)); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), redriveTimeout)
	defer cancel()
	outcome, err := e.Letters.RedriveAll(ctx, deadletter.Filter(body))
	if err != nil && ctx.Err() == nil {
		return err
	}
	answer := redriveAnswer{Redriven: outcome.Redriven, Failed: outcome.Failed, Finished: err == nil}
	if outcome.First != nil {
		answer.Reason = orNull(public(outcome.First))
	}
	return writeJSON(c, http.StatusOK, answer)
}

func (e *endpoints) discardLetter(c *fiber.Ctx) error {
	id, err := pathID(c, "id", deadletter.ErrNotFound)
	if err != nil {
		return err
	}
	ctx, cancel := bounded()
	defer cancel()
	n, err := e.Letters.Discard(ctx, id)
	if err != nil {
		return err
	}
	if n == 0 {
		return deadletter.ErrNotFound
	}
	c.Status(http.StatusNoContent)
	return nil
}

// public is what a client may know of an error.
func public(err error) string {
	if faults := fault.All(err); len(faults) > 0 {
		return faults[0].Message
	}
	return problemOf(err).Code
}
