package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"convoke/application/contract"
	"convoke/domain/job"
)

type generate struct {
	server   `embed:""`
	Brief    string   `arg:"" help:"What the invitation is for, in plain words."`
	Style    string   `help:"minimal, elegant, playful, retro, modern or rustic."`
	Palette  []string `help:"Up to eight colours as #RRGGBB."`
	Width    int      `help:"Pixels, 64 to 4096."`
	Height   int      `help:"Pixels, 64 to 4096."`
	ServerID string   `name:"server" help:"The generator to use; see GET /api/mcp/servers."`
	Out      string   `short:"o" help:"The file to write; - for standard output. Without it only the address is printed."`
}

// Run orders a design, shows its progress and saves it.
func (g generate) Run(ctx context.Context) error {
	body := map[string]any{"description": g.Brief}
	if g.Style != "" {
		body["style"] = g.Style
	}
	if len(g.Palette) > 0 {
		body["colorPalette"] = g.Palette
	}
	if g.Width != 0 || g.Height != 0 {
		body["size"] = map[string]int{"width": g.Width, "height": g.Height}
	}
	if g.ServerID != "" {
		body["serverId"] = g.ServerID
	}
	return order(ctx, g.server, "/api/mcp/tools/generate", body, g.Out)
}

type refine struct {
	server       `embed:""`
	JobID        string `arg:"" help:"The finished job whose design is to be changed."`
	Instructions string `arg:"" help:"What to change, in plain words."`
	Out          string `short:"o" help:"The file to write; - for standard output."`
}

// Run orders the next version of a design, shows its progress and saves it.
func (r refine) Run(ctx context.Context) error {
	return order(ctx, r.server, "/api/mcp/tools/refine", map[string]any{"jobId": r.JobID, "instructions": r.Instructions}, r.Out)
}

// order posts an order, watches its job until it is finished and saves the design.
func order(ctx context.Context, s server, path string, body any, out string) error {
	var taken struct{ JobID string }
	if err := s.call(ctx, http.MethodPost, path, body, &taken); err != nil {
		return err
	}
	end, err := watch(ctx, s, taken.JobID)
	if err != nil {
		return err
	}
	switch end.Status {
	case job.Completed:
		return save(ctx, s, end.Asset, taken.JobID, out)
	case job.Failed:
		return fmt.Errorf("job %s failed: %s (%s)", taken.JobID, text(end.ErrorMessage), text(end.ErrorCode))
	}
	return fmt.Errorf("job %s is %s", taken.JobID, end.Status)
}

// watch follows a job over its event stream, reconnecting as often as it takes, and returns its terminal message.
func watch(ctx context.Context, s server, id string) (contract.Live, error) {
	bar := progressbar.NewOptions(100, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionSetWidth(32),
		progressbar.OptionSetDescription("waiting for a worker"), progressbar.OptionClearOnFinish(), progressbar.OptionSetPredictTime(false))
	defer func() { _ = bar.Finish() }()
	version := uint64(0)
	for ctx.Err() == nil {
		end, err := follow(ctx, s, id, &version, bar)
		if err == nil {
			return end, nil
		}
		var final *finalError
		if errors.As(err, &final) {
			return end, final.error
		}
		pause(ctx, 500*time.Millisecond)
	}
	return contract.Live{}, ctx.Err()
}

// finalError is a failure that no reconnection mends.
type finalError struct{ error }

// follow reads one connection's events until the terminal one.
func follow(ctx context.Context, s server, id string, version *uint64, bar *progressbar.ProgressBar) (contract.Live, error) {
	response, err := s.send(ctx, http.MethodGet, "/api/streams/jobs/"+id, nil, http.Header{"Accept": {"text/event-stream"}})
	if err != nil {
		return contract.Live{}, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		err := problemOf(response)
		if response.StatusCode < 500 {
			err = &finalError{err}
		}
		return contract.Live{}, err
	}
	lines := bufio.NewReaderSize(response.Body, 64<<10)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return contract.Live{}, err
		}
		data, ok := strings.CutPrefix(line, "data:")
		var live contract.Live
		if !ok || json.Unmarshal([]byte(data), &live) != nil {
			continue
		}
		if live.Version > *version {
			*version = live.Version
			show(bar, live)
		}
		if live.Status.Finished() && live.Type != contract.JobStatus {
			return live, nil
		}
	}
}

func show(bar *progressbar.ProgressBar, live contract.Live) {
	description := text(live.ProgressMessage)
	if description == "" {
		description = strings.ToLower(string(live.Status))
	}
	if live.Attempt > 1 {
		description = fmt.Sprintf("%s (attempt %d)", description, live.Attempt)
	}
	bar.Describe(description)
	_ = bar.Set(min(live.Progress, 99))
}

// save writes the drawing where it is wanted and says where everything is.
func save(ctx context.Context, s server, asset *contract.Asset, id, out string) error {
	if asset == nil {
		return errors.New("the server sent no design")
	}
	if out == "" {
		fmt.Printf("job     %s\ndesign  %s version %d\nurl     %s\n", id, asset.DesignID, asset.Version, absolute(s.URL, asset.URL))
		return nil
	}
	data, err := drawing(ctx, s, asset)
	if err != nil {
		return err
	}
	if out == "-" {
		_, err = os.Stdout.Write(data)
		return err
	}
	if err := os.WriteFile(out, data, 0o644); err != nil { //nolint:gosec // a design is for everybody to see
		return err
	}
	fmt.Printf("job     %s\ndesign  %s version %d\nsaved   %s (%d bytes, %s)\n", id, asset.DesignID, asset.Version, out, len(data), asset.AssetType)
	return nil
}

// drawing returns the asset's bytes: markup came with the message, rasters are fetched.
func drawing(ctx context.Context, s server, asset *contract.Asset) ([]byte, error) {
	if asset.Content != nil {
		return []byte(*asset.Content), nil
	}
	path := asset.URL[strings.Index(asset.URL, "/api/"):]
	response, err := s.send(ctx, http.MethodGet, path, nil, nil)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, problemOf(response)
	}
	return io.ReadAll(response.Body)
}

func absolute(base, url string) string {
	if strings.HasPrefix(url, "/") {
		return strings.TrimSuffix(base, "/") + url
	}
	return url
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
