package console

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/console/pages"
	"convoke/adapters/web/frame"
	"convoke/adapters/web/words"
)

const (
	cookieName   = "console"
	sessionLasts = 12 * time.Hour
	cookiePath   = "/console"
	idSize       = 6
	timeSize     = 8
	signedSize   = timeSize + idSize
)

// sessions signs operators' sessions. A cookie holds when its session ends and a name for the log, never the token; it is
// signed with a key that is made of the token, so that all sessions end when the token is changed.
type sessions struct {
	token [sha256.Size]byte
	key   []byte
}

func newSessions(token string) sessions {
	key := hmac.New(sha256.New, []byte(token))
	key.Write([]byte("convoke console session 1"))
	return sessions{sha256.Sum256([]byte(token)), key.Sum(nil)}
}

// opens reports whether a text is the admin token, in the same time whatever it is.
func (s sessions) opens(text string) bool {
	sent := sha256.Sum256([]byte(text))
	return subtle.ConstantTimeCompare(sent[:], s.token[:]) == 1
}

// begin makes a session that ends at a time.
func (s sessions) begin(end time.Time) (cookie, id string) {
	signed := make([]byte, signedSize, signedSize+sha256.Size)
	binary.BigEndian.PutUint64(signed, uint64(end.Unix())) //nolint:gosec // it is after 1970
	_, _ = rand.Read(signed[timeSize:])                    // never fails
	id = hex.EncodeToString(signed[timeSize:])
	return base64.RawURLEncoding.EncodeToString(append(signed, s.sign(signed)...)), id
}

// read returns the name of a genuine session that has not ended.
func (s sessions) read(cookie string, now time.Time) (id string, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(cookie)
	if err != nil || len(raw) != signedSize+sha256.Size {
		return "", false
	}
	signed := raw[:signedSize]
	if !hmac.Equal(raw[signedSize:], s.sign(signed)) {
		return "", false
	}
	end := time.Unix(int64(binary.BigEndian.Uint64(signed)), 0) //nolint:gosec // we have written it
	return hex.EncodeToString(signed[timeSize:]), now.Before(end)
}

func (s sessions) sign(signed []byte) []byte {
	mac := hmac.New(sha256.New, s.key)
	mac.Write(signed)
	return mac.Sum(nil)
}

// operator is the name of the session in a request that known has let pass.
func operator(c *fiber.Ctx) string {
	id, _ := c.Locals(cookieName).(string)
	return "console/" + id
}

// known lets operators pass. Everybody else is shown where to sign in, and learns nothing.
func (h *Handler) known(c *fiber.Ctx) error {
	id, ok := h.sessions.read(c.Cookies(cookieName), h.Clock.Now())
	if ok {
		c.Locals(cookieName, id)
		return c.Next()
	}
	v := pages.SignInView{Page: h.signInPage(c), Back: ours(c.OriginalURL())}
	if c.Method() != http.MethodGet && c.Method() != http.MethodHead {
		v.Trouble, v.Back = words.SignInEnded, cookiePath
	}
	return frame.Show(c, http.StatusUnauthorized, pages.SignIn(v))
}

// signIn takes the token and gives a session. A wrong one is written down, without what was sent: it may be the right one
// with a slip.
func (h *Handler) signIn(c *fiber.Ctx) error {
	if h.maySignIn != nil {
		if err := h.maySignIn(c); err != nil {
			return err
		}
	}
	back := ours(frame.Text(c, "back"))
	if !h.sessions.opens(strings.TrimSpace(frame.Text(c, "token"))) {
		h.Log.Warn("somebody tried to sign in as an operator with a wrong token")
		v := pages.SignInView{Page: h.signInPage(c), Back: back, Trouble: words.SignInWrong}
		return frame.Show(c, http.StatusUnauthorized, pages.SignIn(v))
	}
	cookie, id := h.sessions.begin(h.Clock.Now().Add(sessionLasts))
	c.Cookie(h.frame.Cookie(cookieName, cookiePath, cookie, int(sessionLasts.Seconds())))
	h.Log.Info("an operator has signed in", "by", "console/"+id)
	return h.frame.GoTo(c, back)
}

// signOut takes the session out of the browser.
func (h *Handler) signOut(c *fiber.Ctx) error {
	c.Cookie(h.frame.Cookie(cookieName, cookiePath, "", 0))
	return h.frame.GoTo(c, "/console/session?done=out")
}

// askToken is the page where operators sign in, also for those who have signed out.
func (h *Handler) askToken(c *fiber.Ctx) error {
	if _, ok := h.sessions.read(c.Cookies(cookieName), h.Clock.Now()); ok {
		return h.frame.GoTo(c, cookiePath)
	}
	v := pages.SignInView{Page: h.signInPage(c), Back: cookiePath}
	if c.Query("done") == "out" {
		v.Notice = words.SignedOut
	}
	return frame.Show(c, http.StatusOK, pages.SignIn(v))
}

func (h *Handler) signInPage(c *fiber.Ctx) frame.Page {
	p := h.frame.Page(c, words.Title(words.Product, words.SignInHeading), hue)
	p.Kind, p.Script = "console", "console.js"
	return p
}

// ours is an address of the console that a text names, or its first page: it never leads elsewhere.
func ours(text string) string {
	to, err := url.Parse(text)
	if err != nil || to.Path != cookiePath && !strings.HasPrefix(to.Path, cookiePath+"/") || strings.Contains(to.Path, "..") ||
		to.Path == "/console/session" {
		return cookiePath
	}
	return (&url.URL{Path: to.Path, RawQuery: to.RawQuery}).RequestURI()
}
