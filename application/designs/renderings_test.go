package designs

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"convoke/domain/design"
	"convoke/domain/fault"
	"convoke/test/leak"
)

func TestMain(m *testing.M) { os.Exit(leak.Check(m.Run())) }

// shelf is a store of one design's versions.
type shelf []design.Version

func (s shelf) DesignVersions(context.Context, string) ([]design.Version, error) { return s, nil }

func (s shelf) DesignVersion(_ context.Context, id string, number int) (design.Version, error) {
	if id != "d" {
		return design.Version{}, ErrNotFound
	}
	if number > len(s) {
		return design.Version{}, ErrVersionNotFound
	}
	return s[number-1], nil
}

func version(mediaType design.MediaType, data string) design.Version {
	return design.Version{Result: design.Result{Asset: design.Asset{MediaType: mediaType, Data: []byte(data)}}}
}

// drawer draws what a test tells it to, and counts.
type drawer struct {
	calls, running, most atomic.Int32
	draw                 func(ctx context.Context, markup []byte, width int) ([]byte, error)
}

func (d *drawer) Rasterize(ctx context.Context, markup []byte, width int) ([]byte, error) {
	d.calls.Add(1)
	now := d.running.Add(1)
	defer d.running.Add(-1)
	for most := d.most.Load(); now > most && !d.most.CompareAndSwap(most, now); most = d.most.Load() {
	}
	return d.draw(ctx, markup, width)
}

// slow takes a second of a bubble's time.
func slow(ctx context.Context, markup []byte, _ int) ([]byte, error) {
	select {
	case <-time.After(time.Second):
		return append([]byte("drawn "), markup...), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// memory is a cache without bounds.
type memory struct {
	mu     sync.Mutex
	values map[string][]byte
	ill    bool
}

func (m *memory) Get(_ context.Context, space, key string) ([]byte, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ill {
		return nil, false, errors.New("the cache is ill")
	}
	value, found := m.values[space+"/"+key]
	return value, found, nil
}

func (m *memory) Set(_ context.Context, space, key string, value []byte, _ time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ill {
		return errors.New("the cache is ill")
	}
	m.values[space+"/"+key] = value
	return nil
}

func (m *memory) Drop(context.Context, ...string) error { return nil }

func (m *memory) Clear(context.Context) error { return nil }

func gallery(d *drawer, atOnce int, versions ...design.Version) *Renderings {
	return NewRenderings(shelf(versions), d, &memory{values: map[string][]byte{}}, atOnce)
}

func TestTenThousandRequestsAreOneDrawing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &drawer{draw: slow}
		r := gallery(d, 1, version(design.SVGType, "<svg/>"))
		var asking sync.WaitGroup
		for range 10_000 {
			asking.Go(func() {
				if png, err := r.PNG(t.Context(), "d", 1, 1200, free); err != nil || string(png) != "drawn <svg/>" {
					t.Errorf("%q, %v", png, err)
				}
			})
		}
		asking.Wait()
		if _, err := r.PNG(t.Context(), "d", 1, 1200, free); err != nil || d.calls.Load() != 1 {
			t.Errorf("drawn %d times, %v", d.calls.Load(), err)
		}
		if _, err := r.PNG(t.Context(), "d", 1, 600, free); err != nil || d.calls.Load() != 2 {
			t.Errorf("another width: drawn %d times, %v", d.calls.Load(), err)
		}
	})
}

func TestOnlySoManyAreDrawnAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &drawer{draw: slow}
		r := gallery(d, 2, version(design.SVGType, "<svg/>"))
		var asking sync.WaitGroup
		for i := range 10 {
			asking.Go(func() {
				if _, err := r.PNG(t.Context(), "d", 1, 100+i, free); err != nil {
					t.Error(err)
				}
			})
		}
		asking.Wait()
		if most := d.most.Load(); most != 2 || d.calls.Load() != 10 {
			t.Errorf("%d at once, %d in all", most, d.calls.Load())
		}
	})
}

func TestTooManyWaitingAreToldSoAndLateOnesGiveUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &drawer{draw: slow}
		r := gallery(d, 1, version(design.SVGType, "<svg/>"))
		var refused, late, drawn atomic.Int32
		var asking sync.WaitGroup
		for i := range maxWaiting + 10 {
			asking.Go(func() {
				switch _, err := r.PNG(t.Context(), "d", 1, 100+i, free); {
				case err == nil:
					drawn.Add(1)
				case errors.Is(err, ErrTooManyDrawings):
					refused.Add(1)
				case errors.Is(err, context.DeadlineExceeded):
					late.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		asking.Wait()
		if refused.Load() != 10 || drawn.Load() < 7 || drawn.Load()+late.Load() != maxWaiting {
			t.Errorf("%d refused, %d drawn, %d late", refused.Load(), drawn.Load(), late.Load())
		}
	})
}

func TestAClientThatGoesAwayStopsNobodyElsesPicture(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &drawer{draw: slow}
		r := gallery(d, 1, version(design.SVGType, "<svg/>"))
		first, leave := context.WithCancel(t.Context())
		var asking sync.WaitGroup
		asking.Go(func() { _, _ = r.PNG(first, "d", 1, 0, free) })
		synctest.Wait()
		second, leaveToo := context.WithCancel(t.Context())
		asking.Go(func() {
			if _, err := r.PNG(second, "d", 1, 0, free); !errors.Is(err, context.Canceled) {
				t.Errorf("who left got %v", err)
			}
		})
		asking.Go(func() {
			if _, err := r.PNG(t.Context(), "d", 1, 0, free); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		leave()
		leaveToo()
		asking.Wait()
		if d.calls.Load() != 1 {
			t.Errorf("drawn %d times", d.calls.Load())
		}
	})
}

func TestARefusalIsRememberedAndAFailureIsNot(t *testing.T) {
	t.Parallel()
	d := &drawer{}
	r := gallery(d, 1, version(design.SVGType, "<svg/>"))
	d.draw = func(context.Context, []byte, int) ([]byte, error) { return nil, errors.New("out of luck") }
	if _, err := r.PNG(t.Context(), "d", 1, 0, free); err == nil || fault.KindOf(err) != fault.Internal {
		t.Errorf("got %v", err)
	}
	d.draw = func(context.Context, []byte, int) ([]byte, error) { return nil, CannotDraw("it has a filter") }
	for range 3 {
		_, err := r.PNG(t.Context(), "d", 1, 0, free)
		if !errors.Is(err, ErrCannotDraw) || !strings.Contains(err.Error(), "it has a filter") {
			t.Errorf("got %v", err)
		}
	}
	if d.calls.Load() != 2 {
		t.Errorf("tried %d times, want once for the failure and once for the refusal", d.calls.Load())
	}
}

func TestARasterizerThatPanicsLeavesNobodyWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &drawer{draw: func(ctx context.Context, m []byte, w int) ([]byte, error) {
			_, _ = slow(ctx, m, w)
			panic("a bug")
		}}
		r := gallery(d, 1, version(design.SVGType, "<svg/>"))
		var asking sync.WaitGroup
		asking.Go(func() {
			defer func() { _ = recover() }()
			_, _ = r.PNG(t.Context(), "d", 1, 0, free)
		})
		synctest.Wait()
		asking.Go(func() {
			if _, err := r.PNG(t.Context(), "d", 1, 0, free); err == nil {
				t.Error("who waited got a picture")
			}
		})
		asking.Wait()
		d.draw = slow
		if _, err := r.PNG(t.Context(), "d", 1, 0, free); err != nil {
			t.Errorf("the next one: %v", err)
		}
	})
}

func TestAnIllCacheCostsDrawingsOnly(t *testing.T) {
	t.Parallel()
	d := &drawer{draw: func(_ context.Context, m []byte, _ int) ([]byte, error) { return m, nil }}
	r := NewRenderings(shelf{version(design.SVGType, "<svg/>")}, d, &memory{ill: true}, 1)
	for range 2 {
		if png, err := r.PNG(t.Context(), "d", 1, 0, free); err != nil || string(png) != "<svg/>" {
			t.Errorf("%q, %v", png, err)
		}
	}
	if d.calls.Load() != 2 {
		t.Errorf("drawn %d times", d.calls.Load())
	}
}

func TestOnlyDrawingsAreDrawn(t *testing.T) {
	t.Parallel()
	d := &drawer{}
	r := gallery(d, 1, version(design.PNGType, "\x89PNG"), version(design.JPEGType, "\xff\xd8"))
	if png, err := r.PNG(t.Context(), "d", 1, 99, free); err != nil || string(png) != "\x89PNG" {
		t.Errorf("a PNG: %q, %v", png, err)
	}
	for _, c := range []struct {
		id     string
		number int
		want   error
	}{{"d", 2, ErrVersionNotFound}, {"d", 3, ErrVersionNotFound}, {"x", 1, ErrNotFound}} {
		if _, err := r.PNG(t.Context(), c.id, c.number, 0, free); !errors.Is(err, c.want) {
			t.Errorf("%s %d: %v, want %v", c.id, c.number, err, c.want)
		}
	}
	for _, width := range []int{-1, 1, 15, 4097} {
		var refused *fault.Error
		if _, err := r.PNG(t.Context(), "d", 1, width, free); !errors.As(err, &refused) || refused.Field != "width" {
			t.Errorf("width %d: %v", width, err)
		}
	}
	if d.calls.Load() != 0 {
		t.Error("something was drawn")
	}
}

func free() error { return nil }

func TestADrawingAsksForAdmissionAndAKeptPictureDoesNot(t *testing.T) {
	t.Parallel()
	refused := errors.New("too many")
	asked := 0
	admit := func() error { asked++; return refused }
	draw := func(context.Context, []byte, int) ([]byte, error) { return []byte("drawn"), nil }
	r := gallery(&drawer{draw: draw}, 1, version(design.SVGType, "<svg/>"))
	if _, err := r.PNG(t.Context(), "d", 1, 64, admit); !errors.Is(err, refused) || asked != 1 {
		t.Errorf("%v after %d questions", err, asked)
	}
	if _, err := r.PNG(t.Context(), "d", 1, 64, free); err != nil {
		t.Fatal(err)
	}
	if _, err := r.PNG(t.Context(), "d", 1, 64, admit); err != nil || asked != 1 {
		t.Errorf("a kept picture: %v after %d questions", err, asked)
	}
}
