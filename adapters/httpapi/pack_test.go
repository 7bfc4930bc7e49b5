package httpapi

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"

	"convoke/domain/design"
)

func TestADrawingIsPackedForWhoAcceptsIt(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	markup := `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50">` + strings.Repeat(`<rect width="100" height="50" fill="#336699"/>`, 100) + `</svg>`
	path := s.finished(design.Asset{MediaType: design.SVGType, Data: []byte(markup)}) + ".svg"
	plain := s.ask("GET", path, "", "Accept-Encoding", "identity")
	for range 2 { // packed, and kept
		packed := s.ask("GET", path, "", "Accept-Encoding", "br, gzip")
		r, err := gzip.NewReader(bytes.NewReader(packed.body))
		if err != nil {
			t.Fatal(err)
		}
		if unpacked, err := io.ReadAll(r); err != nil || !bytes.Equal(unpacked, plain.body) {
			t.Errorf("%d bytes instead of %d, %v", len(unpacked), len(plain.body), err)
		}
		if len(packed.body) > len(plain.body)/3 || packed.header.Get("Content-Encoding") != "gzip" || packed.header.Get("Vary") == "" {
			t.Errorf("%d bytes of %d, %v", len(packed.body), len(plain.body), packed.header)
		}
		tag := packed.header.Get("ETag")
		if tag == plain.header.Get("ETag") {
			t.Error("other bytes have the same tag")
		}
		if b := s.ask("GET", path, "", "Accept-Encoding", "gzip", "If-None-Match", tag); b.status != 304 || len(b.body) != 0 {
			t.Errorf("who has it gets status %d", b.status)
		}
	}
	if refused := s.ask("GET", path, "", "Accept-Encoding", "gzip;q=0, br"); refused.header.Get("Content-Encoding") != "" {
		t.Error("it is packed for a client that refuses gzip")
	}
	if plain.header.Get("Content-Encoding") != "" || plain.header.Get("Vary") == "" {
		t.Errorf("%v", plain.header)
	}
	if small := s.ask("GET", s.finished(square("#000"))+".svg", "", "Accept-Encoding", "gzip"); small.header.Get("Content-Encoding") != "" {
		t.Error("a drawing that is small already is packed")
	}
}
