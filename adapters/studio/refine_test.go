package studio

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"convoke/adapters/studio/color"
	"convoke/application/port"
	"convoke/domain/design"
)

// refine draws a brief, refines it, and returns both specifications and the new drawing.
func refine(t *testing.T, s *Studio, brief design.Brief, instructions string) (before, after Spec, drawing port.Drawing) {
	t.Helper()
	first := generate(t, s, port.Request{Brief: brief, Seed: 5})
	parent := &design.Parent{DesignID: "d", Version: 1, Instructions: instructions, Brief: brief, Spec: first.Spec, Asset: first.Asset}
	drawing = generate(t, s, port.Request{Brief: brief, Parent: parent, Seed: 99})
	for _, pair := range []struct {
		data []byte
		spec *Spec
	}{{first.Spec, &before}, {drawing.Spec, &after}} {
		spec, err := parseSpec(pair.data)
		if err != nil {
			t.Fatal(err)
		}
		*pair.spec = spec
	}
	return before, after, drawing
}

// changed lists the names of the specification's fields that differ, text fields as "text.time".
func changed(t *testing.T, before, after Spec) []string {
	t.Helper()
	flat := func(s Spec) map[string]any {
		data, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var m map[string]any
		if err := json.Unmarshal(data, &m); err != nil {
			t.Fatal(err)
		}
		text, _ := m["text"].(map[string]any)
		for name, value := range text {
			m["text."+name] = value
		}
		delete(m, "text")
		return m
	}
	a, b := flat(before), flat(after)
	var names []string
	for name := range maps.Keys(a) {
		if !reflect.DeepEqual(a[name], b[name]) {
			names = append(names, name)
		}
	}
	for name := range maps.Keys(b) {
		if _, known := a[name]; !known {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

const refinable = "Wedding of Anna and James, 12 June at 4 pm, The Old Barn, Sussex. Black tie. Dinner to follow. RSVP by 1 May."

func TestARefinementChangesOnlyWhatItIsAskedTo(t *testing.T) {
	t.Parallel()
	s := open(t)
	rows := []struct {
		instructions string
		want         string // the fields that may change, and must
	}{
		{"make it darker", "palette"},
		{"Please make it a bit lighter.", "palette"},
		{"more blue", "palette"},
		{"make it more green", "palette"},
		{"a bit greener", "palette"},
		{"bluer, and a larger title", "palette titleSize"},
		{"less pink", "palette"},
		{"make the background navy", "palette"},
		{"more muted", "palette"},
		{"use sage and cream", "given palette"},
		{"larger title, navy and gold", "given palette titleSize"},
		{"change the colours to #112233 and #ddeeff", "given palette"},
		{"bigger title", "titleSize"},
		{"make the title much larger", "titleSize"},
		{"Increase the title size", "titleSize"},
		{"smaller text", "textSize"},
		{"remove the ornament", "amount"},
		{"no decorations", "amount"},
		{"more ornament", "amount"},
		{"add: bring a plate", "added description"},
		{`add "Children welcome"`, "added description"},
		{"mention that there is parking", "added description"},
		{"change the time to 5 pm", "description text.time"},
		{"the venue is now Kew Gardens", "description text.place"},
		{"sing me a song", ""},
		{"venue: Kew Gardens", "description text.place"},
		{"move it to 5:30 pm", "description text.time"},
		{"change the date to Saturday 19 June", "date description"},
		{"replace Sussex with Kent", "description text.place"},
		{"remove the RSVP", "text.reply"},
		{"remove the dress code", "text.dress"},
		{"use a handwritten font", "type"},
		{"another font", "turn type"},
		{"different layout", "composition turn"},
		{"make it darker and change the time to 5 pm", "description palette text.time"},
		{"bigger title; add: bring a plate", "added description titleSize"},
	}
	for _, row := range rows {
		before, after, drawing := refine(t, s, briefOf(t, refinable, design.Elegant, design.Size{Width: 900, Height: 1200}), row.instructions)
		got := strings.ReplaceAll(strings.Join(changed(t, before, after), " "), "text.date", "date")
		got = sorted(got)
		if got != sorted(row.want) {
			t.Errorf("%q changed [%s], want [%s]", row.instructions, got, row.want)
		}
		if _, ignored := drawing.Metadata["notUnderstood"]; ignored != (row.want == "") {
			t.Errorf("%q: metadata %v", row.instructions, drawing.Metadata)
		}
	}
}

func sorted(words string) string {
	all := strings.Fields(words)
	slices.Sort(all)
	return strings.Join(all, " ")
}

func TestARefinementDoesWhatItSays(t *testing.T) {
	t.Parallel()
	s := open(t)
	brief := briefOf(t, refinable, design.Elegant, design.Size{Width: 900, Height: 1200}, "#faf8f3", "#8fa68a")
	if before, after, _ := refine(t, s, brief, "make it darker"); color.Parse(after.Palette.Paper).L >= color.Parse(before.Palette.Paper).L {
		t.Errorf("darker: page %s became %s", before.Palette.Paper, after.Palette.Paper)
	}
	before, after, _ := refine(t, s, brief, "more blue")
	if blueness(after.Palette) <= blueness(before.Palette) {
		t.Errorf("more blue: %v became %v", before.Palette, after.Palette)
	}
	_, _, drawing := refine(t, s, brief, "change the time to 5 pm. Add: bring a plate")
	markup := string(drawing.Asset.Data)
	for _, want := range []string{"5 pm", `aria-label="bring a plate"`} {
		if !strings.Contains(markup, want) {
			t.Errorf("the markup lacks %q", want)
		}
	}
	if strings.Contains(markup, "4 pm") {
		t.Error("the old time is still in the markup")
	}
	_, _, drawing = refine(t, s, brief, "add flowers")
	if drawing.Metadata["ornament"] != "blossom" {
		t.Errorf("add flowers: metadata %v", drawing.Metadata)
	}
}

// blueness is how much the decoration leans to blue on the b axis of OKLab.
func blueness(p color.Palette) float64 {
	total := 0.0
	for _, tint := range p.Tints {
		c := color.Parse(tint)
		total -= c.C * math.Sin(c.H*math.Pi/180)
	}
	return total
}

func TestARefinementOfAnotherGeneratorsDesignStartsFromItsBrief(t *testing.T) {
	t.Parallel()
	s := open(t)
	brief := briefOf(t, refinable, "", design.Size{})
	parent := &design.Parent{Instructions: "make it sing, and bigger title", Brief: brief, Spec: []byte(`{"model":"other"}`)}
	d := generate(t, s, port.Request{Brief: brief, Parent: parent})
	if !strings.Contains(string(d.Asset.Data), `aria-label="The Old Barn, Sussex"`) {
		t.Error("the brief's words are missing")
	}
	if got := fmt.Sprint(d.Metadata["notUnderstood"], d.Metadata["understood"]); got != "[make it sing] [bigger title]" {
		t.Errorf("metadata says %s", got)
	}
}

func TestRefinementsKeepTheGeometry(t *testing.T) {
	t.Parallel()
	s := open(t)
	all := []string{"make it darker", "bigger title", "bigger text", "more ornament", "add: a long line about parking, trains, taxis and where to sleep",
		"use a script font", "add stars", "more playful", "make it lighter", "more vivid", "different layout", "make the background #777777"}
	for number := range uint64(60) {
		spec := plan(anyBrief(t, number), number)
		for i := range 4 {
			text := all[(int(number)+i*5)%len(all)]
			if !obey(&spec, text) {
				t.Fatalf("%q was not understood", text)
			}
			spec.reconcile()
			checkGeometry(t, sheetOf(t, s, spec), fmt.Sprintf("brief %d after %q (%s, %s)", number, text, spec.Composition, spec.Ornament))
		}
	}
}

// FuzzRefine checks that no instruction, however odd, breaks a design.
func FuzzRefine(f *testing.F) {
	for _, text := range []string{"make it darker", "add: x", "change the time to 5 pm", "replace Sussex with Kent", "remove the ornament", "more blue; bigger title",
		"use #112233", "replace a with ", "İ", "change \x00 to y", "venue:", "add flowers and remove the rsvp"} {
		f.Add(text)
	}
	s, brief := open(f), briefOf(f, refinable, "", design.Size{Width: 300, Height: 420})
	first := generate(f, s, port.Request{Brief: brief, Seed: 5})
	f.Fuzz(func(t *testing.T, text string) {
		instructions, err := design.NewInstructions(text)
		if err != nil {
			return
		}
		parent := &design.Parent{Instructions: instructions, Brief: brief, Spec: first.Spec}
		d := generate(t, s, port.Request{Brief: brief, Parent: parent})
		if svg, err := design.ParseSVG(d.Asset.Data); err != nil || len(svg.Removed()) > 0 {
			t.Fatalf("%q: error %v, removed %v", text, err, svg.Removed())
		}
		spec, err := parseSpec(d.Spec)
		if err != nil {
			t.Fatal(err)
		}
		checkGeometry(t, sheetOf(t, s, spec), text)
	})
}

func TestAListOfColoursIsOneWish(t *testing.T) {
	t.Parallel()
	s := open(t)
	for _, instructions := range []string{"larger title, navy and gold", "navy, gold, and fewer flowers", "bigger title and use navy and gold"} {
		_, after, _ := refine(t, s, briefOf(t, refinable, design.Elegant, design.Size{Width: 900, Height: 1200}), instructions)
		if !slices.Equal(after.Given, []string{"#1b2a4a", "#c39b4a"}) {
			t.Errorf("%s: %q", instructions, after.Given)
		}
	}
}
