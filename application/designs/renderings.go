package designs

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"convoke/application/port"
	"convoke/domain/design"
	"convoke/domain/fault"
)

// Bounds of a rendering's width in pixels.
const (
	MinWidth = 16
	MaxWidth = 4096
)

// Faults of drawing a design as PNG.
var (
	ErrCannotDraw      = fault.New(fault.Invalid, "cannot-draw", "the design can not be drawn as PNG") // see CannotDraw
	ErrTooManyDrawings = fault.New(fault.Unavailable, "overloaded", "too many designs wait to be drawn")

	errBroken = errors.New("the rasterizer did not return")
)

// CannotDraw is ErrCannotDraw with a message that says why.
func CannotDraw(message string) error {
	refusal := *ErrCannotDraw
	refusal.Message = message
	return &refusal
}

// Rasterizer draws SVG as PNG.
type Rasterizer interface {
	// Rasterize draws markup that design.ParseSVG has written, width pixels wide; width 0 stands for the drawing's own.
	// Equal markup gives an equal picture. It returns a fault that names width if the picture would be too large, and
	// ErrCannotDraw, with the reason as its message, for what it can not draw as a browser would, or only with
	// unreasonable work; such a refusal is for ever. It uses one core, bounded time and memory, and ends with the
	// context's error when that ends first. Safe for concurrent use.
	Rasterize(ctx context.Context, markup []byte, width int) ([]byte, error)
}

const (
	renderTimeout = 8 * time.Second
	keepFor       = 24 * time.Hour // in the cache, which forgets earlier what nobody asks for
	maxWaiting    = 256            // pictures to be drawn, each with its markup
)

// Renderings draws versions of designs as PNG: each once, however many ask for it at the same time or later, and only a
// few at once, so that drawing never takes the process's cores from orders and replies. Safe for concurrent use.
type Renderings struct {
	store  Store
	drawer Rasterizer
	cache  port.Cache
	slots  chan struct{}

	mu      sync.Mutex
	drawing map[picture]*rendering
}

// picture is what is drawn: a version in a width.
type picture struct {
	designID      string
	number, width int
}

// place is where the cache keeps a picture.
func (p picture) place() (space, key string) {
	return "png|" + p.designID + "|" + strconv.Itoa(p.number), strconv.Itoa(p.width)
}

// rendering is a picture that is being drawn; whoever wants it too waits for it.
type rendering struct {
	done chan struct{}
	png  []byte
	err  error
}

// NewRenderings draws at most atOnce pictures at a time, and keeps them in the cache.
func NewRenderings(store Store, drawer Rasterizer, cache port.Cache, atOnce int) *Renderings {
	return &Renderings{
		store: store, drawer: drawer, cache: cache, slots: make(chan struct{}, max(1, atOnce)), drawing: map[picture]*rendering{},
	}
}

// PNG returns a version of a design as PNG, width pixels wide; 0 stands for the design's own width. A version that was
// stored as PNG is answered as it is, whatever the width. It returns a fault that names width, ErrNotFound,
// ErrVersionNotFound (also for other kinds of pictures), or ErrCannotDraw. The bytes are not to be modified. admit is asked
// when the picture is not kept, since it costs a drawing then; its error is returned.
func (r *Renderings) PNG(ctx context.Context, designID string, number, width int, admit func() error) ([]byte, error) {
	if width != 0 && (width < MinWidth || width > MaxWidth) {
		return nil, fault.Field("width", fmt.Sprintf("must be between %d and %d", MinWidth, MaxWidth))
	}
	p := picture{designID, number, width}
	if png, found, err := r.kept(ctx, p); found {
		return png, err
	}
	if err := admit(); err != nil {
		return nil, err
	}
	r.mu.Lock()
	if d := r.drawing[p]; d != nil {
		r.mu.Unlock()
		select {
		case <-d.done:
			return d.png, d.err
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if len(r.drawing) >= maxWaiting {
		r.mu.Unlock()
		return nil, ErrTooManyDrawings
	}
	d := &rendering{done: make(chan struct{}), err: errBroken}
	r.drawing[p] = d
	r.mu.Unlock()

	defer func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.drawing, p)
		close(d.done)
	}()
	d.png, d.err = r.draw(context.WithoutCancel(ctx), p) // others wait for it, too
	return d.png, d.err
}

// draw takes a version's picture from the store, or draws it when it is its turn, and keeps what it has drawn.
func (r *Renderings) draw(ctx context.Context, p picture) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, renderTimeout)
	defer cancel()
	v, err := r.store.DesignVersion(ctx, p.designID, p.number)
	switch {
	case err != nil:
		return nil, err
	case v.Asset.MediaType == design.PNGType:
		return v.Asset.Data, nil
	case v.Asset.MediaType != design.SVGType:
		return nil, ErrVersionNotFound
	}
	select {
	case r.slots <- struct{}{}:
		defer func() { <-r.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	png, err := r.drawer.Rasterize(ctx, v.Asset.Data, p.width)
	var refused *fault.Error
	switch {
	case err == nil:
		r.keep(ctx, p, png)
	case errors.As(err, &refused) && errors.Is(refused, ErrCannotDraw):
		r.keep(ctx, p, append([]byte{refusalMark}, refused.Message...))
	}
	return png, err
}

// refusalMark begins what is kept of a refusal; no PNG begins with it.
const refusalMark = '!'

// kept looks into the cache, where an ill one only costs another drawing.
func (r *Renderings) kept(ctx context.Context, p picture) (png []byte, found bool, err error) {
	space, key := p.place()
	value, found, err := r.cache.Get(ctx, space, key)
	if err != nil || !found || len(value) == 0 {
		return nil, false, nil
	}
	if value[0] == refusalMark {
		return nil, true, CannotDraw(string(value[1:]))
	}
	return value, true, nil
}

func (r *Renderings) keep(ctx context.Context, p picture, value []byte) {
	space, key := p.place()
	_ = r.cache.Set(ctx, space, key, value, keepFor) // without it the next one draws again
}
