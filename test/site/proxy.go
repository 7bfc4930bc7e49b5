package site

import (
	"net/http"
	"net/http/httputil"
	"net/url"
)

// forward sends requests on to a target that is known when they come. The Host stays the browser's.
func forward(target func() string) http.Handler {
	return &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		to, err := url.Parse(target())
		if err == nil {
			r.Out.URL.Scheme, r.Out.URL.Host = to.Scheme, to.Host
		}
		r.Out.Host = r.In.Host
	}}
}
