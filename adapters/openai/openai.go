// Package openai draws with a model behind OpenAI's chat completions, or behind any server that speaks them: vLLM, Ollama,
// llama.cpp, LM Studio, gateways.
//
// The model writes SVG; its answer is streamed, so that progress moves and an answer that is too large is cut off. Only what
// every compatible server knows is sent: model, a system and a user message, stream. A drawing that is to be refined is shown
// to the model again, together with the changes. Nothing is retried here: failures go to the worker's fallbacks and to the
// job's own retries, and a Retry-After keeps the next calls away.
package openai

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/packages/ssestream"

	"convoke/application/port"
	"convoke/application/prompt"
	"convoke/application/provider"
	"convoke/domain/event"
)

// ID is the name by which requests ask for this generator.
const ID = "openai"

const endpoint = "https://api.openai.com/v1"

// Config of a Generator.
type Config struct {
	APIKey  string // may be empty: a server of one's own asks for none
	Model   string
	BaseURL string            // with the version, such as http://127.0.0.1:11434/v1; empty: OpenAI's
	HTTP    http.RoundTripper // nil: http.DefaultTransport
}

// Generator is the generator "openai". Safe for concurrent use.
type Generator struct {
	completions openai.ChatCompletionService
	model       string
	watch       *provider.Watch
}

var (
	_ port.Generator     = (*Generator)(nil)
	_ port.HealthChecker = (*Generator)(nil)
)

// New makes a generator. It asks nobody yet.
func New(c Config, clock port.Clock, log *slog.Logger) *Generator {
	if c.BaseURL == "" {
		c.BaseURL = endpoint
	}
	options := []option.RequestOption{
		option.WithBaseURL(c.BaseURL), option.WithMaxRetries(0),
		option.WithHTTPClient(&http.Client{Transport: &provider.Transport{Base: c.HTTP}}),
	}
	if c.APIKey != "" {
		options = append(options, option.WithAPIKey(c.APIKey))
	}
	// The service without its client: that one would look into the environment.
	return &Generator{openai.NewChatCompletionService(options...), c.Model, provider.NewWatch(ID, clock, log)}
}

// ID is "openai".
func (g *Generator) ID() string { return ID }

// Health tells how the last call went.
func (g *Generator) Health(ctx context.Context) (event.Health, string) { return g.watch.Health(ctx) }

// Generate asks the model for a drawing, or for a changed one.
func (g *Generator) Generate(ctx context.Context, r port.Request, progress func(percent int, message string)) (port.Drawing, error) {
	return g.watch.Run(ctx, func() (port.Drawing, error) { return g.draw(ctx, r, progress) })
}

func (g *Generator) draw(ctx context.Context, r port.Request, progress func(int, string)) (port.Drawing, error) {
	asked, answer := prompt.For(r), provider.NewAnswer(ID, progress)
	stream := g.completions.NewStreaming(ctx, openai.ChatCompletionNewParams{
		Model:    g.model,
		Messages: []openai.ChatCompletionMessageParamUnion{openai.SystemMessage(asked.System), openai.UserMessage(asked.User)},
	})
	defer stream.Close()
	answer.Note("model", g.model)
	ended := false
	for stream.Next() {
		piece := stream.Current()
		answer.Note("model", piece.Model)
		if len(piece.Choices) == 0 {
			continue
		}
		choice := piece.Choices[0]
		if choice.Delta.Refusal != "" || choice.FinishReason == "content_filter" {
			return port.Drawing{}, provider.Failure(ID, provider.Refused)
		}
		if err := answer.Add(choice.Delta.Content); err != nil {
			return port.Drawing{}, err
		}
		ended = ended || choice.FinishReason != "" && choice.FinishReason != "length"
	}
	if err := stream.Err(); err != nil {
		return port.Drawing{}, translate(err)
	}
	return answer.Drawing(r.Brief, ended)
}

// translate turns an error in the middle of a stream into the same that an HTTP status would be.
func translate(err error) error {
	var told *ssestream.StreamError
	if !errors.As(err, &told) {
		return err
	}
	status := http.StatusInternalServerError
	var said struct{ Error struct{ Code json.Number } }
	if json.Unmarshal(told.Event.Data, &said) == nil {
		if code, err := said.Error.Code.Int64(); err == nil && code >= 400 && code < 600 {
			status = int(code)
		}
	}
	return provider.ReadRefusal(status, told.Event.Data)
}
