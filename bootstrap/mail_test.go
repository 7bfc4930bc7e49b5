package bootstrap

import (
	"strings"
	"testing"
)

func TestMailNeedsASenderAPublicAddressAndAKey(t *testing.T) {
	t.Parallel()
	const url = "smtp://convoke:s3cret@relay.example?from=Convoke%20<noreply@party.example>"
	for name, test := range map[string]struct {
		roles       Roles
		environment map[string]string
		problem     string // empty: it will do
	}{
		"everything in one process": {AllRoles(), map[string]string{"SMTP_URL": url, "PUBLIC_URL": "https://party.example"}, ""},
		"no public address":         {AllRoles(), map[string]string{"SMTP_URL": url}, "PUBLIC_URL: is required with SMTP_URL"},
		"no sender":                 {AllRoles(), map[string]string{"SMTP_URL": "smtp://convoke:s3cret@relay.example", "PUBLIC_URL": "https://party.example"}, "SMTP_URL: from must be"},
		"no URL":                    {AllRoles(), map[string]string{"SMTP_URL": "relay.example:s3cret", "PUBLIC_URL": "https://party.example"}, "SMTP_URL: must look like"},
		"consumers without a key": {Roles{RoleConsumers}, map[string]string{
			"SMTP_URL": url, "PUBLIC_URL": "https://party.example", "DATABASE_URL": "postgres://db/convoke", "KAFKA_BROKERS": "kafka:9092",
		}, "SECRET_KEY: is required with SMTP_URL"},
		"a worker does not care": {Roles{RoleWorker}, map[string]string{"SMTP_URL": url, "KAFKA_BROKERS": "kafka:9092"}, ""},
	} {
		_, err := ParseConfig(test.roles, test.environment)
		switch {
		case test.problem == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case test.problem != "" && (err == nil || !strings.Contains(err.Error(), test.problem)):
			t.Errorf("%s: %v, want %s", name, err, test.problem)
		case err != nil && strings.Contains(err.Error(), "s3cret"):
			t.Errorf("%s: it shows the password: %v", name, err)
		}
	}
}

func TestTheSettingInForceHidesThePassword(t *testing.T) {
	t.Parallel()
	c, err := ParseConfig(AllRoles(), map[string]string{"SMTP_URL": "smtp://convoke:s3cret@relay.example?from=a@b.example", "PUBLIC_URL": "https://party.example"})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range c.Settings() {
		if strings.Contains(s.Value, "s3cret") || s.Name == "SMTP_URL" && !strings.Contains(s.Value, "relay.example") {
			t.Errorf("%s=%s", s.Name, s.Value)
		}
	}
}
