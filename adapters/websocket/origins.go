package websocket

import (
	"net/url"
	"slices"
	"strings"
)

// origins are those whose pages may open a socket. Browsers do not ask for permission before, as they do for requests,
// so the server has to look by itself.
type origins struct {
	allowed []string
	all     bool
}

func newOrigins(allowed []string, publicURL string) origins {
	o := origins{all: slices.Contains(allowed, "*")}
	for _, origin := range append([]string{publicURL}, allowed...) {
		if u, err := url.Parse(origin); err == nil && u.Host != "" {
			o.allowed = append(o.allowed, strings.ToLower(u.Scheme+"://"+u.Host))
		}
	}
	return o
}

// allow reports whether a page of the origin may connect to the host. What is no browser sends no origin, and passes.
func (o origins) allow(origin, host string) bool {
	if origin == "" || o.all || slices.Contains(o.allowed, strings.ToLower(origin)) {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, host)
}
