package bootstrap

import (
	"os"
	"strings"
	"testing"
)

func TestTheSettingsShowNoSecret(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"postgres://user:secret@db:5432/convoke":                  "postgres://•••@db:5432/convoke",
		"postgres://db/convoke?user=u&password=secret":            "postgres://db/convoke?•••",
		"nats://secret@nats:4222":                                 "nats://•••@nats:4222",
		"nats://u:secret@one:4222,nats://u:secret@two:4222":       "nats://•••@one:4222,nats://•••@two:4222",
		"smtp://u:secret@mail:587?from=Convoke%20<a@example.org>": "smtp://•••@mail:587?•••",
		"redis://:secret@cache:6379/0":                            "redis://•••@cache:6379/0",
		"%zzsecret":                                               "•••",
	} {
		if got := mask(value, "url"); got != want || strings.Contains(got, "secret") {
			t.Errorf("%q is shown as %q, want %q", value, got, want)
		}
	}
	if got := mask("secret", "true"); got != "•••" {
		t.Errorf("shown as %q", got)
	}
}

func TestABadLineInTheEnvironmentFileIsNotQuoted(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFile(t, ".env", "MY-VAR=1\nADMIN_TOKEN=supersecret\n")
	_, err := LoadConfig(AllRoles())
	if err == nil || strings.Contains(err.Error(), "supersecret") {
		t.Errorf("%v", err)
	}
}

func TestLinksCanBeginWithThePublicURL(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"https://h/?x=1", "https://u:p@h", "https://h/#x"} {
		if _, err := ParseConfig(AllRoles(), map[string]string{"PUBLIC_URL": url}); err == nil || !strings.Contains(err.Error(), "PUBLIC_URL") {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func writeFile(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
