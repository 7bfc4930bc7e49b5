package redis

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"convoke/application/port"
)

const (
	me      = "sender-of-me"
	another = "sender-other"
)

// unpack decodes messages and fails the test when one is malformed.
func unpack(t testing.TB, self string, messages [][]byte) (all []port.Hint) {
	t.Helper()
	for _, m := range messages {
		if err := decode(string(m), self, func(h port.Hint) { all = append(all, h) }); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func TestHintsComeOutAsTheyWentIn(t *testing.T) {
	t.Parallel()
	hints := []port.Hint{
		{Kind: port.JobHint, ID: "01890000-0000-7000-8000-000000000001", Number: 1},
		{Kind: port.OccasionHint, ID: "default", Number: math.MaxUint64},
		{Kind: port.JobHint, ID: "", Number: 0},
		{Kind: port.JobHint, ID: "a b\x00ü", Number: 1 << 53},
	}

	messages := encode(me, hints)

	if got := unpack(t, another, messages); len(messages) != 1 || !slices.Equal(got, hints) {
		t.Errorf("%d messages with %v", len(messages), got)
	}
	if got := unpack(t, me, messages); got != nil {
		t.Errorf("the sender takes %v of its own", got)
	}
}

func TestABurstOfHintsIsFewSmallMessages(t *testing.T) {
	t.Parallel()
	hints := make([]port.Hint, 10_000)
	for i := range hints {
		hints[i] = port.Hint{Kind: port.JobHint, ID: fmt.Sprintf("01890000-0000-7000-8000-%012d", i), Number: uint64(i)}
	}

	messages := encode(me, hints)

	for _, m := range messages {
		if len(m) > maxMessage {
			t.Errorf("a message has %d bytes", len(m))
		}
	}
	if got := unpack(t, another, messages); len(messages) > 13 || !slices.Equal(got, hints) {
		t.Errorf("%d messages with %d hints", len(messages), len(got))
	}
}

func TestNothingToSayIsNoMessage(t *testing.T) {
	t.Parallel()
	for name, hints := range map[string][]port.Hint{"no hints": nil, "an unknown kind": {{Kind: "weather", ID: "a", Number: 1}}} {
		if messages := encode(me, hints); messages != nil {
			t.Errorf("%s: %d messages", name, len(messages))
		}
	}
}

func TestAnUnknownKindIsSkipped(t *testing.T) {
	t.Parallel()
	message := encode(me, []port.Hint{{Kind: port.JobHint, ID: "a", Number: 1}, {Kind: port.JobHint, ID: "b", Number: 2}})[0]
	message[headerLength] = 'x'

	got := unpack(t, another, [][]byte{message})

	if want := []port.Hint{{Kind: port.JobHint, ID: "b", Number: 2}}; !slices.Equal(got, want) {
		t.Errorf("took %v, want %v", got, want)
	}
}

func TestAMalformedMessageIsAnError(t *testing.T) {
	t.Parallel()
	head := string(rune(wireVersion)) + another
	for name, message := range map[string]string{
		"empty":               "",
		"words":               "hello there, is anybody at home?",
		"another version":     "\x02" + another,
		"cut in the sender":   head[:5],
		"no number":           head + "j",
		"endless number":      head + "j" + strings.Repeat("\xff", 12),
		"no id":               head + "j\x01",
		"cut in the id":       head + "j\x01\x05abc",
		"length out of range": head + "j\x01" + strings.Repeat("\xff", 9) + "\x01abc",
	} {
		if err := decode(message, me, func(h port.Hint) { t.Errorf("%s: took %v", name, h) }); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzDecodeHints(f *testing.F) {
	f.Add(encode(another, []port.Hint{{Kind: port.JobHint, ID: "a", Number: 1}, {Kind: port.OccasionHint, ID: "b", Number: 300}})[0])
	f.Add([]byte("\x01" + another + "j\x01\x05abc"))
	f.Fuzz(func(t *testing.T, message []byte) {
		var hints []port.Hint
		if err := decode(string(message), me, func(h port.Hint) { hints = append(hints, h) }); err != nil {
			return
		}
		if got := unpack(t, me, encode(another, hints)); !slices.Equal(got, hints) {
			t.Errorf("%q gives %v, and after a round trip %v", message, hints, got)
		}
	})
}
