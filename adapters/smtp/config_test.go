package smtp

import (
	"strings"
	"testing"
)

func TestAURLSaysWhereAndAsWhomToSend(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Config{
		"smtp://relay.example?from=a@b.example":                          {Host: "relay.example", Port: 587, Security: Offered},
		"smtp://relay.example:25?from=a@b.example&tls=off":               {Host: "relay.example", Port: 25, Security: Off},
		"smtp://relay.example?from=a@b.example&tls=required":             {Host: "relay.example", Port: 587, Security: Required},
		"smtp://u:p%40%2F%23@relay.example?from=Convoke%20<a@b.example>": {Host: "relay.example", Port: 587, User: "u", Password: "p@/#", Security: Required},
		"smtp://u:p@localhost:1025?from=Convoke <a@b.example>":           {Host: "localhost", Port: 1025, User: "u", Password: "p", Security: Offered},
		"smtps://a%40b.example:p@relay.example/":                         {Host: "relay.example", Port: 465, User: "a@b.example", Password: "p", Security: implicit},
		"smtp://[::1]:2525?from=a@b.example":                             {Host: "::1", Port: 2525, Security: Offered},
	} {
		got, err := ParseURL(text)
		if err != nil || got.From.Address != "a@b.example" {
			t.Errorf("%s: %+v, %v", text, got, err)
			continue
		}
		got.From = want.From
		if got != want {
			t.Errorf("%s: %+v, want %+v", text, got, want)
		}
	}
}

func TestABadURLIsRefusedWithoutShowingItsPassword(t *testing.T) {
	t.Parallel()
	for text, says := range map[string]string{
		"relay.example": "must look like",
		"http://u:s3cret@relay.example?from=a@b.example":           "must look like",
		"smtp://u:s3cret@relay.example":                            "from must be",
		"smtp://u:s3cret@relay.example?from=nobody":                "from must be",
		"smtp://u:s3cret@relay.example?from=a+b@c.example":         "%2B",
		"smtp://u:s3cret@relay.example:0?from=a@b.example":         "must look like",
		"smtp://u:s3cret@relay.example:x?from=a@b.example":         "must look like",
		"smtp://u:s3/cret@relay.example?from=a@b.example":          "%2F",
		"smtp://u:s3#cret@relay.example?from=a@b.example":          "%23",
		"smtp://u:s3%cret@relay.example?from=a@b.example":          "%25",
		"smtp://u@relay.example?from=a@b.example":                  "together",
		"smtp://u:s3cret@relay.example?from=a@b.example&tls=off":   "tls=required",
		"smtp://relay.example?from=a@b.example&tls=perhaps":        "tls must be",
		"smtps://relay.example?from=a@b.example&tls=off":           "tls must be",
		"smtp://relay.example?from=a@b.example&ca=/no/such/file":   "ca can not be read",
		"smtp://relay.example?from=a@b.example&ca=config_test.go":  "no certificate",
		"smtp://relay.example?from=a@b.example&sender=c@d.example": "only",
		"smtp://u:s3cret@relay.example?from=a@b.example&tls=%zz":   "must look like",
		"smtp://?from=a@b.example":                                 "must look like",
	} {
		_, err := ParseURL(text)
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "s3") && !strings.Contains(says, "s3") {
			t.Errorf("%s: %v, want %s", text, err, says)
		}
	}
}

func FuzzParseURL(f *testing.F) {
	f.Add("smtp://u:", "@relay.example:587?from=Convoke%20<a@b.example>&tls=required")
	f.Add("smtp://u:1?", "@relay.example")
	f.Add("smtps://", "")
	f.Fuzz(func(t *testing.T, before, after string) {
		const secret = "s3cr3t-s3cr3t"
		text := before + secret + after
		if strings.Contains(text, "ca=") {
			return // it would read files
		}
		c, err := ParseURL(text)
		switch {
		case err == nil && (c.Host == "" || c.Port < 1 || c.From.Address == "" || c.Password != "" && c.Security == Off && !loopback(c.Host)):
			t.Errorf("%q becomes %+v", text, c)
		case err != nil && strings.Contains(err.Error(), secret):
			t.Errorf("%q shows the secret: %v", text, err)
		}
	})
}
