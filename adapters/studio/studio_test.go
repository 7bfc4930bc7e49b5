package studio

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"convoke/application/port"
	"convoke/domain/design"
	"convoke/test/leak"
)

func TestMain(m *testing.M) { os.Exit(leak.Check(m.Run())) }

const gardenParty = "A garden party for Ada's 36th birthday, 12 June at 4 pm, Kew Gardens, sage and cream"

func open(t testing.TB) *Studio {
	t.Helper()
	s, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func briefOf(t testing.TB, description string, style design.Style, size design.Size, palette ...string) design.Brief {
	t.Helper()
	b, err := design.NewBrief(description, style, palette, size)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func generate(t testing.TB, s *Studio, r port.Request) port.Drawing {
	t.Helper()
	d, err := s.Generate(context.Background(), r, func(int, string) {})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestADesignKeepsTheBriefsWordsAndSize(t *testing.T) {
	t.Parallel()
	d := generate(t, open(t), port.Request{Brief: briefOf(t, gardenParty, "", design.Size{Width: 640, Height: 360}), Seed: 3})
	markup := string(d.Asset.Data)
	for _, want := range []string{
		`width="640" height="360" viewBox="0 0 640 360"`, "<desc>" + gardenParty + "</desc>",
		`aria-label="Ada's 36th birthday"`, `aria-label="12 June · 4 pm"`, `aria-label="Kew Gardens"`,
	} {
		if !strings.Contains(markup, want) {
			t.Errorf("the markup lacks %s", want)
		}
	}
}

func TestADesignIsSafeAsItIs(t *testing.T) {
	t.Parallel()
	for _, description := range []string{
		`Party </desc><script>alert(1)</script> at "The <b>Barn</b>" & more, 12 June`,
		"誕生日パーティー、6月12日、午後4時、上野公園", "حفل زفاف سارة وأحمد، 12 يونيو", gardenParty + ", with waves", gardenParty + ", with gingham",
	} {
		d := generate(t, open(t), port.Request{Brief: briefOf(t, description, "", design.Size{}), Seed: 2})
		svg, err := design.ParseSVG(d.Asset.Data)
		if err != nil {
			t.Fatal(err)
		}
		if len(svg.Removed()) > 0 || !bytes.Equal(svg.Bytes(), d.Asset.Data) {
			t.Errorf("cleaning changed the design of %q: removed %v", description, svg.Removed())
		}
	}
}

func TestEqualRequestsGiveEqualDesigns(t *testing.T) {
	t.Parallel()
	r := port.Request{Brief: briefOf(t, gardenParty, design.Rustic, design.Size{}), Seed: 9}
	first, second := generate(t, open(t), r), generate(t, open(t), r)
	if !bytes.Equal(first.Asset.Data, second.Asset.Data) || !bytes.Equal(first.Spec, second.Spec) {
		t.Error("two studios drew the same request differently")
	}
}

func TestSeedsAndBriefsGiveVisiblyDifferentDesigns(t *testing.T) {
	t.Parallel()
	s, looks := open(t), map[string]bool{}
	for seed := range uint64(40) {
		m := generate(t, s, port.Request{Brief: briefOf(t, "A party for Kim, 3 May, 7 pm, The Barn", "", design.Size{}), Seed: seed}).Metadata
		looks[fmt.Sprint(m["composition"], m["ornament"], m["palette"])] = true
	}
	if len(looks) < 25 {
		t.Errorf("40 seeds gave %d looks", len(looks))
	}
}

func TestAGivenColourIsUsedAsItIs(t *testing.T) {
	t.Parallel()
	s := open(t)
	for seed := range uint64(60) {
		given := fmt.Sprintf("#%06x", (seed*2654435761+12345)&0xffffff)
		d := generate(t, s, port.Request{Brief: briefOf(t, gardenParty, "", design.Size{}, strings.ToUpper(given)), Seed: seed})
		if !bytes.Contains(d.Asset.Data, []byte(given)) {
			t.Errorf("seed %d: %s is not in the markup", seed, given)
		}
	}
}

func TestProgressRisesAndACancelledRequestStops(t *testing.T) {
	t.Parallel()
	s, last := open(t), 0
	r := port.Request{Brief: briefOf(t, gardenParty, "", design.Size{})}
	_, err := s.Generate(context.Background(), r, func(percent int, message string) {
		if percent <= last || percent >= 100 || message == "" {
			t.Errorf("progress %d (%q) after %d", percent, message, last)
		}
		last = percent
	})
	if err != nil || last == 0 {
		t.Fatalf("progress %d, error %v", last, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.Generate(ctx, r, func(int, string) {}); err == nil {
		t.Error("a cancelled request was drawn")
	}
}

func BenchmarkStudio(b *testing.B) {
	s := open(b)
	briefs := []design.Brief{
		briefOf(b, gardenParty, "", design.Size{}),
		briefOf(b, "Wedding of Anna and James on Saturday, June 12, 2027 at 4pm at the Old Barn, Sussex. Black tie.", design.Elegant, design.Size{Width: 1000, Height: 1400}),
		briefOf(b, "Launch of Meridian, 4 February, 19:00, Factory 51, Berlin", design.Modern, design.Size{Width: 1080, Height: 1920}),
	}
	size := 0
	for i := 0; b.Loop(); i++ {
		d := generate(b, s, port.Request{Brief: briefs[i%3], Seed: uint64(i)})
		size += len(d.Asset.Data)
	}
	b.ReportMetric(float64(size)/float64(b.N), "bytes/design")
}

// BenchmarkLongBrief is the worst honest case: the longest text on the largest page.
func BenchmarkLongBrief(b *testing.B) {
	s := open(b)
	text := "A reunion of the Whitfield family, 3 July, 2 pm, The Orchard. " + strings.Repeat("Bring something to share, and stories of old. ", 84)
	brief := briefOf(b, text, design.Playful, design.Size{Width: 4096, Height: 4096})
	for i := 0; b.Loop(); i++ {
		generate(b, s, port.Request{Brief: brief, Seed: uint64(i)})
	}
}

// BenchmarkCleaning is what each design costs once more on worker and api.
func BenchmarkCleaning(b *testing.B) {
	d := generate(b, open(b), port.Request{Brief: briefOf(b, refinable, design.Rustic, design.Size{Width: 1000, Height: 1400}), Seed: 4})
	b.SetBytes(int64(len(d.Asset.Data)))
	for b.Loop() {
		if _, err := design.ParseSVG(d.Asset.Data); err != nil {
			b.Fatal(err)
		}
	}
}

func TestManyDesignsAtOnceAreTheSameAsOneByOne(t *testing.T) {
	t.Parallel()
	s := open(t)
	want := make([][]byte, 12)
	for i := range want {
		want[i] = generate(t, s, port.Request{Brief: anyBrief(t, uint64(i)), Seed: 1}).Asset.Data
	}
	var group sync.WaitGroup
	for worker := range 4 {
		group.Go(func() {
			for i := range want {
				at := (i + worker*3) % len(want)
				d, err := s.Generate(context.Background(), port.Request{Brief: anyBrief(t, uint64(at)), Seed: 1}, func(int, string) {})
				if err != nil || !bytes.Equal(d.Asset.Data, want[at]) {
					t.Errorf("brief %d was drawn differently beside others (error %v)", at, err)
				}
			}
		})
	}
	group.Wait()
}
