package studio

import (
	"context"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/frame"
	"convoke/adapters/web/occasion"
	"convoke/adapters/web/studio/pages"
	"convoke/adapters/web/words"
	"convoke/application/rsvps"
	"convoke/application/uuid"
	"convoke/domain/fault"
	"convoke/domain/rsvp"
)

// hostCookie holds the token of an occasion's host. Its path is the occasion's page in the studio, so that it goes nowhere
// else, to no guest's page either.
const (
	hostCookie = "host"
	hostLasts  = 400 * 24 * 60 * 60 // seconds
)

// errCalledOff is what a host finds of an occasion that was called off.
var errCalledOff = fault.New(fault.Gone, "occasion-deleted", "this occasion has been called off")

// visit is a host at their occasion.
type visit struct {
	who   rsvps.Caller
	token string
	o     rsvp.State
}

// hosts shows the occasion's host a page. Whoever comes without their token finds the same page, whatever the reason.
func (h *Handler) hosts(handle hostHandler) fiber.Handler { return h.admit(http.StatusOK, handle) }

// serves gives the occasion's host what is no page. A program that comes without their token learns that it has nothing.
func (h *Handler) serves(handle hostHandler) fiber.Handler {
	return h.admit(http.StatusUnauthorized, handle)
}

type hostHandler func(ctx context.Context, c *fiber.Ctx, v visit) error

// admit lets the occasion's host in. A stranger who only looks is answered with the status.
func (h *Handler) admit(status int, handle hostHandler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		id, ok := uuid.Parse(c.Params("id"))
		if !ok {
			return rsvp.ErrNoOccasion
		}
		ctx, cancel := frame.Bounded()
		defer cancel()
		v, err := h.visitor(ctx, id, strings.Clone(c.Cookies(hostCookie)))
		switch {
		case err == nil:
			return handle(ctx, c, v)
		case !isStranger(err):
			return err
		}
		if c.Method() != fiber.MethodGet {
			return h.showOpening(c, id, http.StatusUnauthorized, nil)
		}
		return h.showOpening(c, id, status, nil)
	}
}

// visitor returns who comes with a token.
func (h *Handler) visitor(ctx context.Context, id, token string) (visit, error) {
	if token == "" {
		return visit{}, rsvps.ErrNoToken
	}
	claim, err := h.RSVPs.Signer.Read(token)
	if err != nil {
		return visit{}, err
	}
	v := visit{who: rsvps.Caller{Claim: &claim}, token: token}
	found, err := h.RSVPs.Store.Occasions(ctx, id)
	if err != nil {
		return visit{}, err
	}
	if len(found) == 0 {
		return visit{}, rsvps.ErrForeign
	}
	v.o = found[0]
	if err := h.RSVPs.MayHost(v.who, v.o); err != nil {
		return visit{}, err
	}
	if v.o.Deleted {
		return visit{}, errCalledOff
	}
	return v, nil
}

// isStranger reports whether an error is about who comes, and not about us.
func isStranger(err error) bool {
	kind := fault.KindOf(err)
	return kind == fault.Unauthenticated || kind == fault.Forbidden
}

func (h *Handler) showOpening(c *fiber.Ctx, id string, status int, found frame.Problems) error {
	v := pages.OpeningView{Page: h.page(c, words.Title(words.Studio, words.OpeningHeading), hue), Path: occasionPath(id), Problems: found}
	return frame.Show(c, status, pages.Opening(v))
}

// enter takes the token from a host's link, once, and lets the browser keep it.
func (h *Handler) enter(c *fiber.Ctx) error {
	id, ok := uuid.Parse(c.Params("id"))
	if !ok {
		return rsvp.ErrNoOccasion
	}
	ctx, cancel := frame.Bounded()
	defer cancel()
	token := frame.Token(c)
	_, err := h.visitor(ctx, id, token)
	if err != nil && isStranger(err) {
		return h.showOpening(c, id, http.StatusUnauthorized, frame.Problems{{Field: "token", Text: words.OpensNothing}})
	}
	if err != nil {
		return err
	}
	h.remember(c, id, token)
	return h.frame.GoTo(c, occasionPath(id))
}

// remember lets the browser keep the host's token and lays the occasion on its desk.
func (h *Handler) remember(c *fiber.Ctx, id, token string) {
	c.Cookie(h.frame.Cookie(hostCookie, occasionPath(id), token, hostLasts))
	h.lay(c, item{anOccasion, id})
}

// leave takes the token out of the browser, as on a computer that others use too.
func (h *Handler) leave(c *fiber.Ctx) error {
	id, ok := uuid.Parse(c.Params("id"))
	if !ok {
		return rsvp.ErrNoOccasion
	}
	h.forget(c, id)
	return h.frame.GoTo(c, "/studio?done=", doneSignedOut)
}

func (h *Handler) forget(c *fiber.Ctx, id string) {
	c.Cookie(h.frame.Cookie(hostCookie, occasionPath(id), "", 0))
	h.clear(c, item{anOccasion, id})
}

// backToOccasion answers a GET of an address that only takes writes, as a reload or a bookmark makes it.
func (h *Handler) backToOccasion(c *fiber.Ctx) error {
	id, ok := uuid.Parse(c.Params("id"))
	if !ok {
		return rsvp.ErrNoOccasion
	}
	return h.frame.GoTo(c, occasionPath(id))
}

// bear passes a request on to the API with the host's token as its bearer.
func bear(c *fiber.Ctx, token string, handle fiber.Handler) error {
	if handle == nil {
		return fiber.ErrNotFound
	}
	c.Request().Header.Set(fiber.HeaderAuthorization, "Bearer "+token)
	return handle(c)
}

// socket tells the host's page what changes, hidden counts too. The token goes from the cookie to the socket here and
// through no script.
func (h *Handler) socket(_ context.Context, c *fiber.Ctx, v visit) error {
	if err := h.frame.OwnSite(c); err != nil {
		return err
	}
	return bear(c, v.token, h.Socket)
}

// stream tells the same where no socket can be had. The page's script asks for it below the page's own address.
func (h *Handler) stream(_ context.Context, c *fiber.Ctx, v visit) error {
	if err := h.frame.OwnSite(c); err != nil {
		return err
	}
	if same, ok := uuid.Parse(c.Params("same")); !ok || same != v.o.ID {
		return rsvp.ErrNoOccasion
	}
	return bear(c, v.token, h.Stream)
}

// sheet is the guest list as it is shown, for spreadsheets.
func (h *Handler) sheet(_ context.Context, c *fiber.Ctx, v visit) error {
	return bear(c, v.token, h.Sheet)
}

// hostPage begins a page of an occasion, in the colour of its drawing.
func (h *Handler) hostPage(ctx context.Context, c *fiber.Ctx, o rsvp.State, what string) (frame.Page, *occasion.Picture, error) {
	picture, err := h.Pictures.Of(ctx, o.Details)
	p := h.page(c, words.Title(o.Details.Title, what), hue)
	if picture != nil {
		p.Hue = picture.Hue
	}
	return p, picture, err
}
