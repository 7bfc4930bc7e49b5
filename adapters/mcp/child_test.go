package mcp

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"convoke/test/leak"
)

// asServer makes the test binary a real MCP server on its standard input and output.
const asServer = "CONVOKE_TEST_MCP_SERVER"

func TestMain(m *testing.M) {
	if os.Getenv(asServer) == "" {
		os.Exit(leak.Check(m.Run()))
	}
	mark := func(what string) { _ = os.WriteFile(os.Getenv("MARK"), []byte(what), 0o600) }
	fmt.Fprintln(os.Stderr, "the child has begun")
	if err := testServer(mark, nil).Run(context.Background(), &mcp.StdioTransport{}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

const sampleSVG = `<svg width="100" height="50"><rect width="100" height="50"/></svg>`

func samplePNG() []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 2, 2))); err != nil {
		panic(err)
	}
	return b.Bytes()
}

type input struct {
	Prompt  string   `json:"prompt"`
	Style   string   `json:"style,omitempty"`
	Width   int      `json:"width,omitempty"`
	Height  int      `json:"height,omitempty"`
	Palette []string `json:"palette,omitempty"`
}

// testServer has a tool for everything that a server may answer. mark is told what a call saw in its end; what hangs
// ends with over at the latest.
func testServer(mark func(string), over <-chan struct{}) *mcp.Server {
	s := mcp.NewServer(&mcp.Implementation{Name: "test", Version: "1"}, nil)
	answers := map[string]func(context.Context, *mcp.CallToolRequest, input) ([]mcp.Content, error){
		"generate_image": drawSlowly,
		"png":            content(&mcp.ImageContent{Data: samplePNG(), MIMEType: "image/jpeg"}),
		"data_url":       content(&mcp.TextContent{Text: "![x](data:image/png;base64," + base64.StdEncoding.EncodeToString(samplePNG()) + ")"}),
		"json":           content(&mcp.TextContent{Text: `{"result":{"svg":"` + strings.ReplaceAll(sampleSVG, `"`, `\"`) + `"}}`}),
		"embedded_blob":  content(&mcp.EmbeddedResource{Resource: &mcp.ResourceContents{URI: "x://y", Blob: samplePNG()}}),
		"embedded_text":  content(&mcp.EmbeddedResource{Resource: &mcp.ResourceContents{URI: "x://y", Text: sampleSVG}}),
		"linked":         content(&mcp.TextContent{Text: "Look:"}, &mcp.ResourceLink{URI: "file:///etc/passwd", Name: "no"}, &mcp.ResourceLink{URI: "test://drawing", Name: "yes"}),
		"linked_astray":  content(&mcp.ResourceLink{URI: "file:///etc/hostname", Name: "no"}),
		"prose":          content(&mcp.TextContent{Text: "I could not do it"}),
		"nothing":        content(),
		"too_large":      content(&mcp.ImageContent{Data: append(samplePNG(), make([]byte, 6<<20)...)}),
		"far_too_large":  content(&mcp.TextContent{Text: strings.Repeat("x", 20<<20)}),
		"fails": func(context.Context, *mcp.CallToolRequest, input) ([]mcp.Content, error) {
			return nil, errors.New("the secret is sk-12345")
		},
		"hang": func(ctx context.Context, _ *mcp.CallToolRequest, _ input) ([]mcp.Content, error) {
			mark("begun")
			select {
			case <-ctx.Done():
				mark("cancelled")
			case <-over:
			}
			return nil, ctx.Err()
		},
		"crash": func(context.Context, *mcp.CallToolRequest, input) ([]mcp.Content, error) {
			fmt.Fprintln(os.Stderr, "the child dies")
			os.Exit(3)
			return nil, nil
		},
		"environment": func(context.Context, *mcp.CallToolRequest, input) ([]mcp.Content, error) {
			names := os.Environ()
			for i, pair := range names {
				names[i], _, _ = strings.Cut(pair, "=")
			}
			slices.Sort(names)
			return []mcp.Content{&mcp.TextContent{Text: fmt.Sprintf(`<svg><text>%s %d</text></svg>`, strings.Join(names, " "), os.Getpid())}}, nil
		},
		"arguments": func(_ context.Context, _ *mcp.CallToolRequest, i input) ([]mcp.Content, error) {
			return []mcp.Content{&mcp.TextContent{Text: fmt.Sprintf(`<svg><text>%s|%s|%dx%d|%v</text></svg>`, i.Prompt, i.Style, i.Width, i.Height, i.Palette)}}, nil
		},
	}
	for name, answer := range answers {
		mcp.AddTool(s, &mcp.Tool{Name: name}, func(ctx context.Context, r *mcp.CallToolRequest, i input) (*mcp.CallToolResult, any, error) {
			c, err := answer(ctx, r, i)
			return &mcp.CallToolResult{Content: c}, nil, err
		})
	}
	s.AddTool(&mcp.Tool{Name: "structured", InputSchema: map[string]any{"type": "object"}}, func(context.Context, *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return &mcp.CallToolResult{Content: []mcp.Content{}, StructuredContent: map[string]any{"n": 1, "images": []string{sampleSVG}}}, nil
	})
	s.AddResource(&mcp.Resource{URI: "test://drawing", Name: "drawing"}, func(context.Context, *mcp.ReadResourceRequest) (*mcp.ReadResourceResult, error) {
		return &mcp.ReadResourceResult{Contents: []*mcp.ResourceContents{{URI: "test://drawing", Text: "```svg\n" + sampleSVG + "\n```"}}}, nil
	})
	return s
}

func content(c ...mcp.Content) func(context.Context, *mcp.CallToolRequest, input) ([]mcp.Content, error) {
	return func(context.Context, *mcp.CallToolRequest, input) ([]mcp.Content, error) {
		return append([]mcp.Content{}, c...), nil
	}
}

func drawSlowly(ctx context.Context, r *mcp.CallToolRequest, i input) ([]mcp.Content, error) {
	for step, message := range []string{"sketching", "", "inking\nthe  lines " + strings.Repeat("x", 500)} {
		err := r.Session.NotifyProgress(ctx, &mcp.ProgressNotificationParams{
			ProgressToken: r.Params.GetProgressToken(), Progress: float64(step + 1), Total: 4, Message: message,
		})
		if err != nil {
			return nil, err
		}
	}
	// The answer overtakes what the client has not handled yet. What it is asked now it handles after that.
	if err := r.Session.Ping(ctx, nil); err != nil {
		return nil, err
	}
	return []mcp.Content{&mcp.TextContent{Text: "```svg\n" + sampleSVG + "\n```"}}, nil
}
