// Command documents makes the contract's documents, which are written in YAML for people, into the JSON that is served:
//
//	go run ./bootstrap/documents application/contract
//
// It keeps the order of the fields, resolves anchors and merge keys, and copies what asyncapi.yaml takes from openapi.yaml,
// so that each document is whole. `make generate` runs it.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: documents <folder>")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "documents:", err)
		os.Exit(1)
	}
}

// run writes both documents beside their sources.
func run(folder string) error {
	openapi, asyncapi, err := convert(folder)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "openapi.json"), openapi, 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "asyncapi.json"), asyncapi, 0o644)
}

// convert reads the sources of a folder and returns the documents.
func convert(folder string) (openapi, asyncapi []byte, err error) {
	http, err := load(filepath.Join(folder, "openapi.yaml"))
	if err != nil {
		return nil, nil, err
	}
	live, err := load(filepath.Join(folder, "asyncapi.yaml"))
	if err != nil {
		return nil, nil, err
	}
	http.drop("x-shared")
	if err := live.adopt(http); err != nil {
		return nil, nil, err
	}
	if openapi, err = http.json(); err != nil {
		return nil, nil, err
	}
	asyncapi, err = live.json()
	return openapi, asyncapi, err
}
