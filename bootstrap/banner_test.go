package bootstrap

import (
	"bytes"
	"testing"
)

func TestTheConsolesAddressHoldsTheTokenOnOnesOwnScreenOnly(t *testing.T) {
	t.Parallel()
	const url, token = "http://127.0.0.1:3001", "made-at-the-first-start"
	own := &Base{Data: &dataDir{}, Secrets: Secrets{AdminToken: token}}
	for name, c := range map[string]struct {
		base   *Base
		screen bool
		want   string
	}{
		"on one's own screen":     {own, true, url + "/console#a=" + token},
		"in a log":                {own, false, url + "/console"},
		"of a public deployment":  {&Base{Data: own.Data, Secrets: own.Secrets, Config: Config{PublicURL: "https://example.org"}}, true, url + "/console"},
		"with a token of its own": {&Base{Data: own.Data, Secrets: own.Secrets, Config: Config{AdminToken: token}}, true, url + "/console"},
		"with a database":         {&Base{Secrets: own.Secrets}, true, url + "/console"},
	} {
		if got := newProcess(c.base).consoleAt(url, c.screen); got != c.want {
			t.Errorf("%s: %s", name, got)
		}
	}
	if onScreen(&bytes.Buffer{}) {
		t.Error("a buffer is no screen")
	}
}
