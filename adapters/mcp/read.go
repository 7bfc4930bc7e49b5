package mcp

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"convoke/application/prompt"
	"convoke/domain/design"
)

// maxText is the longest text that is looked into: the largest asset as a data URL, with some words around it.
const maxText = design.MaxAssetBytes/3*4 + 64<<10

// maxLinks bounds the resources that one answer has read.
const maxLinks = 4

// errNoPicture means that an answer holds nothing that can be used as a drawing.
var errNoPicture = prompt.ErrNoDrawing

// read takes the first usable drawing out of a tool's answer: pictures, resources and texts in their order, then resources
// that it links to, then its structured content.
func read(ctx context.Context, session *sdk.ClientSession, result *sdk.CallToolResult, b design.Brief) (design.Asset, error) {
	f := finder{brief: b}
	var links []string
	for _, content := range result.Content {
		switch c := content.(type) {
		case *sdk.ImageContent:
			f.bytes(c.Data)
		case *sdk.TextContent:
			f.text(c.Text)
		case *sdk.EmbeddedResource:
			f.resource(c.Resource)
		case *sdk.ResourceLink:
			links = append(links, c.URI)
		}
	}
	for _, uri := range links[:min(len(links), maxLinks)] {
		if f.found != nil {
			break
		}
		got, err := session.ReadResource(ctx, &sdk.ReadResourceParams{URI: uri})
		var refused *jsonrpc.Error
		switch {
		case errors.As(err, &refused):
			continue // a link to somewhere else
		case err != nil:
			return design.Asset{}, err
		}
		for _, c := range got.Contents {
			f.resource(c)
		}
	}
	f.structure(result.StructuredContent)
	if f.found != nil {
		return *f.found, nil
	}
	return design.Asset{}, cmp.Or(f.err, errNoPicture)
}

// finder keeps the first drawing that it is shown, and why others could not be used.
type finder struct {
	brief design.Brief
	found *design.Asset
	err   error
	depth int
}

func (f *finder) keep(asset design.Asset, err error) {
	switch {
	case f.found != nil:
	case err != nil:
		f.failed(err)
	default:
		f.found = &asset
	}
}

// failed notes why nothing was found; that something is too large tells more than that there is nothing.
func (f *finder) failed(err error) {
	if f.err == nil || errors.Is(err, design.ErrAssetTooLarge) {
		f.err = err
	}
}

func (f *finder) resource(c *sdk.ResourceContents) {
	switch {
	case c == nil:
	case len(c.Blob) > 0:
		f.bytes(c.Blob)
	default:
		f.text(c.Text)
	}
}

// bytes judges by what the bytes are; what a server calls them proves nothing.
func (f *finder) bytes(data []byte) {
	if f.found != nil {
		return
	}
	switch kind := design.MediaType(http.DetectContentType(data)); kind {
	case design.PNGType, design.JPEGType, design.WebPType:
		f.keep(design.NewAsset(kind, data))
	default:
		f.markup(string(data))
	}
}

func (f *finder) markup(text string) {
	asset, _, err := prompt.Drawing(text, f.brief)
	f.keep(asset, err)
}

// text looks for markup, then for a data URL, then into JSON.
func (f *finder) text(text string) {
	switch {
	case f.found != nil:
		return
	case len(text) > maxText:
		f.failed(design.ErrAssetTooLarge)
		return
	}
	f.markup(text)
	if m := dataURL.FindStringSubmatch(text); m != nil && f.found == nil {
		if data, ok := decode(m[1], m[2]); ok {
			f.bytes(data)
		}
	}
	if f.found != nil || f.depth > 0 {
		return
	}
	var structure any
	if json.Unmarshal([]byte(text), &structure) == nil {
		f.structure(structure)
	}
}

// structure looks at every text inside of JSON.
func (f *finder) structure(value any) {
	const deepest = 8
	if f.depth > deepest || f.found != nil {
		return
	}
	f.depth++
	defer func() { f.depth-- }()
	switch v := value.(type) {
	case string:
		f.text(v)
	case []any:
		for _, item := range v {
			f.structure(item)
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			f.structure(v[key])
		}
	default:
		f.failed(errNoPicture)
	}
}

var dataURL = regexp.MustCompile(`data:image/[a-z+.-]+((?:;[A-Za-z0-9=_-]+)*),([A-Za-z0-9+/=_%.~!*'()&:;?@$-]+)`)

func decode(parameters, data string) ([]byte, bool) {
	if !strings.HasSuffix(parameters, ";base64") {
		text, err := url.PathUnescape(data)
		return []byte(text), err == nil
	}
	data = strings.TrimRight(data, "=.)'!")
	decoded, err := base64.RawStdEncoding.DecodeString(data)
	return decoded, err == nil
}
