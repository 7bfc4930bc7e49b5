package database

import (
	"bytes"
	"errors"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"convoke/application/port"
)

func TestPackedMessagesComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	p, err := newPacker()
	if err != nil {
		t.Fatal(err)
	}
	text := rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 40), func(b []byte) string { return string(b) })
	message := rapid.Custom(func(t *rapid.T) port.Message {
		return port.Message{
			Topic: text.Draw(t, "topic"), Key: text.Draw(t, "key"),
			Value:   rapid.SliceOfN(rapid.Byte(), 1, 2000).Draw(t, "value"),
			Headers: rapid.MapOfN(text, text, 0, 6).Draw(t, "headers"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		messages := rapid.SliceOfN(message, 0, 20).Draw(t, "messages")
		unpacked, err := p.unpack(p.pack(messages))
		if err != nil || len(unpacked) != len(messages) {
			t.Fatalf("%d of %d messages, %v", len(unpacked), len(messages), err)
		}
		for i := range messages {
			if !reflect.DeepEqual(unpacked[i], messages[i]) {
				t.Fatalf("%+v became %+v", messages[i], unpacked[i])
			}
		}
	})
}

func FuzzUnpack(f *testing.F) {
	p, err := newPacker()
	if err != nil {
		f.Fatal(err)
	}
	for _, messages := range [][]port.Message{nil, {{}}, {{Topic: "t", Key: "k", Value: []byte("v"), Headers: map[string]string{"a": "b"}}}} {
		packed := p.pack(messages)
		f.Add(packed, true)
		f.Add(packed[:len(packed)-1], true)
	}
	f.Add([]byte{1, 255, 255, 255, 255, 15}, false)
	f.Fuzz(func(t *testing.T, data []byte, compressed bool) {
		if !compressed { // past the checksum, so that lengths are tried
			data = p.encoder.EncodeAll(data, nil)
		}
		messages, err := p.unpack(data)
		if err != nil {
			if !errors.Is(err, errPacked) {
				t.Errorf("%v", err)
			}
			return
		}
		again, err := p.unpack(p.pack(messages))
		if err != nil || len(again) != len(messages) {
			t.Fatalf("%d of %d messages, %v", len(again), len(messages), err)
		}
		for i := range messages {
			if !bytes.Equal(again[i].Value, messages[i].Value) {
				t.Errorf("message %d changed", i)
			}
		}
	})
}
