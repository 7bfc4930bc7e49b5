package design

import (
	"slices"
	"strings"
	"testing"

	"convoke/domain/fault"
)

func fieldsOf(err error) []string {
	var fields []string
	for _, f := range fault.All(err) {
		fields = append(fields, f.Field)
	}
	return fields
}

func TestABriefIsNormalised(t *testing.T) {
	t.Parallel()
	b, err := NewBrief("  A party \n", Retro, []string{"#AABBcc"}, Size{})
	if err != nil {
		t.Fatal(err)
	}
	if b.Description != "A party" || b.Palette[0] != "#aabbcc" || b.Size != (Size{DefaultSide, DefaultSide}) {
		t.Errorf("got %+v", b)
	}
}

func TestABriefKeepsItsOwnPalette(t *testing.T) {
	t.Parallel()
	given := []string{"#AABBCC"}
	if _, err := NewBrief("A party", "", given, Size{}); err != nil || given[0] != "#AABBCC" {
		t.Errorf("the caller's palette became %v, error %v", given, err)
	}
}

func TestABriefNamesEveryProblem(t *testing.T) {
	t.Parallel()
	_, err := NewBrief("", "baroque", []string{"#123456", "red"}, Size{63, 4097})
	want := []string{"description", "style", "colorPalette[1]", "size.width", "size.height"}
	if got := fieldsOf(err); !slices.Equal(got, want) {
		t.Errorf("fields %v, want %v", got, want)
	}
}

func TestABriefsBounds(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name        string
		description string
		palette     int
		size        Size
		fields      []string
	}{
		{"longest text, in characters", strings.Repeat("ü", MaxDescription), 0, Size{64, 4096}, nil},
		{"one character more", strings.Repeat("ü", MaxDescription+1), 0, Size{64, 4096}, []string{"description"}},
		{"NUL", "a\x00b", 0, Size{64, 64}, []string{"description"}},
		{"broken UTF-8", "a\xffb", 0, Size{64, 64}, []string{"description"}},
		{"full palette", "a", MaxPalette, Size{64, 64}, nil},
		{"one colour more", "a", MaxPalette + 1, Size{64, 64}, []string{"colorPalette"}},
		{"half a size", "a", 0, Size{Width: 100}, []string{"size.height"}},
	}
	for _, row := range rows {
		palette := slices.Repeat([]string{"#000000"}, row.palette)
		_, err := NewBrief(row.description, "", palette, row.size)
		if got := fieldsOf(err); !slices.Equal(got, row.fields) {
			t.Errorf("%s: fields %v, want %v", row.name, got, row.fields)
		}
	}
}

func TestInstructionsAreTrimmedAndBounded(t *testing.T) {
	t.Parallel()
	if text, err := NewInstructions(" darker "); text != "darker" || err != nil {
		t.Errorf("got %q, %v", text, err)
	}
	for _, bad := range []string{"  ", strings.Repeat("x", MaxInstructions+1), "a\x00"} {
		if _, err := NewInstructions(bad); !slices.Equal(fieldsOf(err), []string{"instructions"}) {
			t.Errorf("%.10q: error %v, want the field instructions", bad, err)
		}
	}
}
