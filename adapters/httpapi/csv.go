package httpapi

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"net"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/gofiber/fiber/v2"

	"convoke/application/rsvps"
	"convoke/domain/rsvp"
)

// byteOrderMark makes spreadsheets read UTF-8.
const byteOrderMark = "\ufeff"

var csvColumns = []string{"id", "name", "email", "status", "partySize", "note", "createdAt", "updatedAt"}

// exportReplies streams a host's guest list, whole or as it is filtered, in the order that is asked for. It reads page after
// page as the client takes them, so its size does not matter.
func (e *endpoints) exportReplies(c *fiber.Ctx, who rsvps.Caller) error {
	id, err := occasionID(c.Params("id"))
	if err != nil {
		return err
	}
	ctx, cancel := bounded()
	defer cancel()
	if _, err := e.RSVPs.MayList(ctx, who, id); err != nil {
		return err
	}
	filter, err := readFilter(c)
	if err != nil {
		return err
	}
	query := rsvps.Query{OccasionID: id, Filter: filter, Limit: rsvps.MaxRead, Uncounted: true}
	first, err := e.RSVPs.Page(ctx, query)
	if err != nil {
		return err
	}
	c.Status(http.StatusOK)
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="guests.csv"`)
	c.Set(fiber.HeaderCacheControl, "no-store")
	x := &export{e, query, c.Context().Conn()}
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) { x.run(w, first) })
	return nil
}

// export is one download.
type export struct {
	*endpoints
	query rsvps.Query
	conn  net.Conn
}

// run writes the pages. The answer's status has been sent, so that the client learns of a failure by a connection that
// is cut off before the end.
func (x *export) run(w *bufio.Writer, page rsvps.Page) {
	defer func() {
		if r := recover(); r != nil {
			x.server.log.Error("an export panicked", "panic", r, "stack", string(debug.Stack()))
			_ = x.conn.Close()
		}
	}()
	if err := x.write(w, page); err != nil {
		x.server.log.Warn("an export was broken off", "occasion", x.query.OccasionID, "error", err)
		_ = x.conn.Close()
	}
}

func (x *export) write(w *bufio.Writer, page rsvps.Page) error {
	_, _ = w.WriteString(byteOrderMark)
	table := csv.NewWriter(w)
	table.UseCRLF = true
	_ = table.Write(csvColumns) // what can not be written shows when it is flushed
	if err := x.flush(table); err != nil {
		return err
	}
	for {
		for some := range slices.Chunk(page.Replies, rsvps.MaxPage) {
			for _, r := range some {
				_ = table.Write(csvRow(r))
			}
			if err := x.flush(table); err != nil {
				return err
			}
		}
		if !page.More {
			return nil
		}
		var err error
		if page, err = x.next(page); err != nil {
			return err
		}
	}
}

// flush sends what has been written. Each time has its own limit.
func (x *export) flush(table *csv.Writer) error {
	_ = x.conn.SetWriteDeadline(time.Now().Add(writeTimeout))
	if table.Flush(); table.Error() != nil {
		return fmt.Errorf("the client: %w", table.Error())
	}
	return nil
}

// next reads what follows a page.
func (x *export) next(page rsvps.Page) (rsvps.Page, error) {
	ctx, cancel := bounded()
	defer cancel()
	query := x.query
	query.After = page.Next
	return x.RSVPs.Page(ctx, query)
}

func csvRow(r rsvp.Reply) []string {
	return []string{
		r.ID, defuse(r.Name), defuse(r.Email), string(r.Status), strconv.Itoa(r.PartySize), defuse(r.Note),
		r.CreatedAt.UTC().Format(time.RFC3339), r.UpdatedAt.UTC().Format(time.RFC3339),
	}
}

// defuse keeps a spreadsheet from taking a guest's text for a formula and running it: it puts an apostrophe before what
// begins like one, in any width, also behind space.
func defuse(cell string) string {
	trimmed := strings.TrimLeftFunc(cell, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) })
	if strings.IndexAny(trimmed, "=+-@＝＋－＠") == 0 || strings.IndexAny(cell, "\t\r\n") == 0 {
		return "'" + cell
	}
	return cell
}
