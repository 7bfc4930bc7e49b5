package main

import (
	"bytes"
	"os"
	"testing"
)

func TestTheDeclarationsAreThoseOfTheContract(t *testing.T) {
	t.Parallel()
	made, err := generate("../../../../application/contract")
	if err != nil {
		t.Fatal(err)
	}
	if kept, err := os.ReadFile("../types.d.ts"); err != nil || !bytes.Equal(kept, made) {
		t.Errorf("types.d.ts is stale: run `make generate` (%v)", err)
	}
}

const document = `
components:
  schemas:
    Party:
      type: object
      description: Who
        comes. */
      required: [size, kind, on]
      properties: &party
        size: &size {type: integer, description: People.}
        kind: {$ref: "other.yaml#/components/schemas/Kind"}
        on: {const: true}
        host: {oneOf: [{$ref: "#/components/schemas/Party"}, {type: "null"}]}
        tags: {type: array, items: {enum: ["a", "b"]}}
        more: {description: Any JSON.}
        day: {$ref: "#/components/schemas/Day"}
        extra: {type: object, additionalProperties: {type: number}}
    Bigger:
      type: object
      properties:
        <<: *party
        size: {type: [string, "null"]}
    Kind: {type: string, enum: ["yes", "no"]}
    Day: {type: string, description: A date.}
    Unused: {type: string, enum: ["x"]}
    Both:
      allOf: [{$ref: "#/components/schemas/Kind"}]
      properties: {seats: *size}
`

func TestSchemasBecomeTypes(t *testing.T) {
	t.Parallel()
	s := &schemas{byName: map[string]*schema{}}
	if err := s.read([]byte(document)); err != nil {
		t.Fatal(err)
	}
	made, err := s.declare([]string{"Party", "Bigger", "Both"})
	if err != nil {
		t.Fatal(err)
	}
	const rest = `  /** A date. */ day?: string | undefined;
  extra?: Record<string, number> | undefined;
`
	want := head + `
/** Who comes. *\/ */
export interface Party {
  /** People. */ size: number;
  kind: Kind;
  on: true;
  host?: Party | null | undefined;
  tags?: Array<"a" | "b"> | undefined;
  /** Any JSON. */ more?: unknown;
` + rest + `}

export interface Bigger {
  kind?: Kind | undefined;
  on?: true | undefined;
  host?: Party | null | undefined;
  tags?: Array<"a" | "b"> | undefined;
  /** Any JSON. */ more?: unknown;
` + rest + `  size?: string | null | undefined;
}

export type Kind = "yes" | "no";

export type Both = Kind & { /** People. */ seats?: number | undefined };
`
	if string(made) != want {
		t.Errorf("%s", made)
	}
	if _, err := s.declare([]string{"Nobody"}); err == nil {
		t.Error("a name that is not there was declared")
	}
	if err := s.read([]byte("openapi: 3.1.0")); err == nil {
		t.Error("a document without schemas was read")
	}
}
