package rsvps_test

import (
	"testing"

	"convoke/application/rsvps"
)

const anID = "01890000-0000-7000-8000-0000000000ab"

func TestATokenSaysWhatWasSignedAndSurvivesARotation(t *testing.T) {
	t.Parallel()
	claim := rsvps.Claim{Role: rsvps.Guest, ID: anID, Version: 3}
	token := rsvps.NewSigner([]string{"the old key, long enough"}).Sign(claim)
	rotated := rsvps.NewSigner([]string{"the new key, long enough", "the old key, long enough"})
	if got, err := rotated.Read(token); err != nil || got != claim {
		t.Fatalf("%+v, %v", got, err)
	}
	if _, err := rsvps.NewSigner([]string{"the new key, long enough"}).Read(token); err == nil {
		t.Fatal("a token of a forgotten key was accepted")
	}
	if again := rotated.Sign(claim); again == token {
		t.Fatal("the new key does not sign")
	}
}

func TestNoChangedTokenIsGenuine(t *testing.T) {
	t.Parallel()
	signer := rsvps.NewSigner([]string{"a key that is long enough"})
	token := signer.Sign(rsvps.Claim{Role: rsvps.Guest, ID: anID, Version: 1})
	for i := range token {
		for _, c := range []byte("gh0A_") {
			changed := []byte(token)
			if changed[i] == c {
				continue
			}
			changed[i] = c
			if claim, err := signer.Read(string(changed)); err == nil {
				t.Fatalf("%s was read as %+v", changed, claim)
			}
		}
	}
}

func FuzzReadToken(f *testing.F) {
	signer := rsvps.NewSigner([]string{"a key that is long enough"})
	f.Add(signer.Sign(rsvps.Claim{Role: rsvps.Guest, ID: anID, Version: 1}))
	f.Add(signer.Sign(rsvps.Claim{Role: rsvps.Host, ID: anID, Version: 200}))
	f.Add("g")
	f.Fuzz(func(t *testing.T, token string) {
		claim, err := signer.Read(token)
		if err == nil && signer.Sign(claim) != token {
			t.Fatalf("%q is not the token of %+v", token, claim)
		}
	})
}
