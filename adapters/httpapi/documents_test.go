package httpapi

import (
	"bytes"
	"testing"

	"convoke/application/contract"
)

func TestTheContractIsServedToAnybodyAndSentOnce(t *testing.T) {
	t.Parallel()
	s := open(t, Config{AllowedOrigins: []string{"https://frontend.example"}}).serve()
	for path, document := range map[string][]byte{"/openapi.json": contract.OpenAPI(), "/asyncapi.json": contract.AsyncAPI()} {
		a := s.ask("GET", path, "", "Origin", "https://frontend.example")
		if a.status != 200 || !bytes.Equal(a.body, document) || a.header.Get("Access-Control-Allow-Origin") != "https://frontend.example" {
			t.Errorf("%s: %d %v", path, a.status, a.header)
		}
		if again := s.ask("GET", path, "", "If-None-Match", a.header.Get("ETag")); again.status != 304 || len(again.body) > 0 {
			t.Errorf("%s is sent again: %d", path, again.status)
		}
		if head := s.ask("HEAD", path, ""); head.status != 200 || len(head.body) > 0 {
			t.Errorf("HEAD %s: %d", path, head.status)
		}
	}
}
