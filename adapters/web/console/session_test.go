package console

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"
)

const token = "an admin token, long enough"

func TestASessionIsReadUntilItEnds(t *testing.T) {
	t.Parallel()
	s, now := newSessions(token), time.Now()
	cookie, id := s.begin(now.Add(time.Hour))
	if got, ok := s.read(cookie, now); !ok || got != id {
		t.Fatalf("%q %v", got, ok)
	}
	if _, ok := s.read(cookie, now.Add(time.Hour+time.Second)); ok {
		t.Error("it is read after its end")
	}
	if other, _ := s.begin(now.Add(time.Hour)); other == cookie {
		t.Error("two sessions are the same")
	}
}

func TestASessionHoldsNoToken(t *testing.T) {
	t.Parallel()
	cookie, _ := newSessions(token).begin(time.Now().Add(time.Hour))
	raw, err := base64.RawURLEncoding.DecodeString(cookie)
	if err != nil || strings.Contains(string(raw), token) {
		t.Fatalf("%q %v", raw, err)
	}
}

func TestAnotherTokenEndsEverySession(t *testing.T) {
	t.Parallel()
	now := time.Now()
	cookie, _ := newSessions(token).begin(now.Add(time.Hour))
	if _, ok := newSessions(token+"!").read(cookie, now); ok {
		t.Error("it is still read")
	}
}

func TestAForgedSessionIsRefused(t *testing.T) {
	t.Parallel()
	s, now := newSessions(token), time.Now()
	cookie, _ := s.begin(now.Add(-time.Hour))
	raw, _ := base64.RawURLEncoding.DecodeString(cookie)
	for i := range raw { // a later end, another name, another signature
		changed := append([]byte(nil), raw...)
		changed[i] ^= 1
		if _, ok := s.read(base64.RawURLEncoding.EncodeToString(changed), now.Add(-2*time.Hour)); ok {
			t.Errorf("it is read although byte %d was changed", i)
		}
	}
	for _, text := range []string{"", "x", cookie[:20], cookie + "AAAA", strings.Repeat("A", 62), "%%%"} {
		if _, ok := s.read(text, now.Add(-2*time.Hour)); ok {
			t.Errorf("%q is read", text)
		}
	}
}

func TestWhoSignsInIsLedNowhereElse(t *testing.T) {
	t.Parallel()
	for from, want := range map[string]string{
		"": "/console", "/console": "/console", "/console/jobs?status=FAILED": "/console/jobs?status=FAILED", "https://evil.example/console/x": "/console/x",
		"//evil.example": "/console", "/consolex": "/console", "/o/default": "/console", "/console/../o/x": "/console", "/console/session": "/console",
		"javascript:alert(1)": "/console", "%zz": "/console", "/console/jobs#a=x": "/console/jobs", "/console/\\evil": "/console/%5Cevil",
	} {
		if got := ours(from); got != want {
			t.Errorf("%q leads to %q", from, got)
		}
	}
}
