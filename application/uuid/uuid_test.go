package uuid

import (
	"testing"
	"unsafe"
)

func TestAnIDIsAUUIDInItsUsualForm(t *testing.T) {
	t.Parallel()
	const id = "01890a5d-ac96-774b-bcce-b302099a8057"
	for text, want := range map[string]string{
		id:                                        id,
		"01890A5D-AC96-774B-BCCE-B302099A8057":    id,
		"":                                        "",
		"01890a5dac96774bbcceb302099a8057":        "",
		"{01890a5d-ac96-774b-bcce-b302099a80}":    "",
		"urn:uuid:01890a5d-ac96-774b-bcce-b30":    "",
		"01890a5d-ac96-774b-bcce-b302099a805":     "",
		"01890a5d-ac96-774b-bcce-b302099a8057x":   "",
		"01890a5d-ac96-774b-bcce-b302099a805g":    "",
		"01890a5d-ac96-774b-bcceb-302099a8057":    "",
		"01890a5d-ac96-774b-bcce-b302099a80\x005": "",
		"------------------------------------":    "",
	} {
		if got, ok := Parse(text); got != want || ok != (want != "") {
			t.Errorf("%q becomes %q, %v", text, got, ok)
		}
	}
}

func TestAnIDSurvivesTheReuseOfItsTextsMemory(t *testing.T) {
	t.Parallel()
	memory := []byte("01890a5d-ac96-774b-bcce-b302099a8057")
	id, _ := Parse(unsafe.String(&memory[0], len(memory)))
	memory[0] = 'f'
	if id[0] != '0' {
		t.Errorf("it changed to %s", id)
	}
}
