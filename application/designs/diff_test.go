package designs

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"convoke/domain/design"
	"convoke/domain/fault"
)

func told(brief design.Brief, instructions, spec string) design.Version {
	return design.Version{Result: design.Result{Brief: brief, Instructions: instructions, Spec: []byte(spec)}}
}

// written shows changes as a test reads them.
func written(changes []Change) string {
	var b strings.Builder
	for _, c := range changes {
		fmt.Fprintf(&b, "%s: %s → %s\n", c.Path, c.Before, c.After)
	}
	return b.String()
}

func TestADiffNamesEveryFieldThatChanged(t *testing.T) {
	t.Parallel()
	one := design.Brief{Description: "Tea & cake", Palette: []string{"#112233", "#445566"}, Size: design.Size{Width: 512, Height: 512}}
	two := design.Brief{Description: "Tea <3", Style: design.Retro, Palette: []string{"#112233"}, Size: design.Size{Width: 512, Height: 700}}
	store := shelf{
		told(one, "", `{"seed":"7","turn":12345678901234567890,"palette":{"name":"moss","tints":["#a","#b"]},"text":{"title":"Tea"},"old":[1]}`),
		told(two, "bluer", `{"seed":"7","turn":12345678901234567891,"palette":{"name":"sea","tints":["#a","#c","#d"]},"text":null,"new":{"deep":true}}`),
		told(two, "bluer", ``),
	}
	d, err := Compare(t.Context(), store, "d", 1, 2)
	if err != nil {
		t.Fatal(err)
	}
	wantBrief := `description: "Tea & cake" → "Tea <3"
style:  → "retro"
colorPalette.1: "#445566" → 
size.height: 512 → 700
instructions:  → "bluer"
`
	wantSpec := `new:  → {"deep":true}
old: [1] → 
palette.name: "moss" → "sea"
palette.tints.1: "#b" → "#c"
palette.tints.2:  → "#d"
text: {"title":"Tea"} → null
turn: 12345678901234567890 → 12345678901234567891
`
	if got := written(d.Brief); got != wantBrief {
		t.Errorf("brief:\n%swant\n%s", got, wantBrief)
	}
	if got := written(d.Spec); got != wantSpec {
		t.Errorf("spec:\n%swant\n%s", got, wantSpec)
	}
	back, err := Compare(t.Context(), store, "d", 2, 1)
	if err != nil || back.From != 2 || len(back.Spec) != len(d.Spec) || string(back.Spec[2].Before) != `"sea"` {
		t.Errorf("backwards: %+v, %v", back, err)
	}
	if same, err := Compare(t.Context(), store, "d", 2, 2); err != nil || len(same.Brief)+len(same.Spec) != 0 {
		t.Errorf("with itself: %+v, %v", same, err)
	}
	if none, err := Compare(t.Context(), store, "d", 2, 3); err != nil || len(none.Brief) != 0 || len(none.Spec) != 5 || none.Spec[0].After != nil {
		t.Errorf("with one that is not described: %+v, %v", none, err)
	}
}

func TestADiffNeedsTwoVersions(t *testing.T) {
	t.Parallel()
	store := shelf{told(design.Brief{}, "", ""), told(design.Brief{}, "", "{")}
	_, err := Compare(context.Background(), store, "d", 0, -1)
	var named []string
	for _, f := range fault.All(err) {
		named = append(named, f.Field)
	}
	if strings.Join(named, " ") != "from to" {
		t.Errorf("the fault names %v", named)
	}
	for _, c := range []struct {
		id       string
		from, to int
		want     error
	}{{"x", 1, 2, ErrNotFound}, {"d", 3, 1, ErrVersionNotFound}, {"d", 1, 3, ErrVersionNotFound}} {
		if _, err := Compare(t.Context(), store, c.id, c.from, c.to); !errors.Is(err, c.want) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if _, err := Compare(t.Context(), store, "d", 1, 2); err == nil || fault.KindOf(err) != fault.Internal {
		t.Errorf("a specification that is no JSON: %v", err)
	}
}
