package httpapi

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzDecode holds the decoder to its promise: whatever arrives is either JSON that fits or a 4xx problem that says why.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		brief, `{"size":{"width":1e3,"height":-0}}`, `{"colorPalette":[null,1]}`, `[]`, `null`, `"\ud800"`, "{\"a\":\"\xff\"}", `{"size":[]}`,
		`{"deadline":"2026-06-12T16:00:00Z","description":"\u0000"}`, strings.Repeat(`{"size":`, 200),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var order generateBody
		err := decode(body, &order)
		if err == nil {
			if !json.Valid(body) || !utf8.Valid(body) || !utf8.ValidString(order.Description) {
				t.Errorf("accepted %q as %+v", body, order)
			}
			return
		}
		p := problemOf(err)
		if p.Status != 400 && p.Status != 422 || p.Detail == "" || p.Status == 422 && len(p.Errors) != 1 {
			t.Errorf("%q is answered by %+v", body, p)
		}
	})
}
