// Package gemini draws with Google's Gemini models over the Gemini API.
//
// The model writes SVG; its answer is streamed, so that progress moves and an answer that is too large is cut off. A drawing
// that is to be refined is shown to the model again, together with the changes. Nothing is retried here: failures go to the
// worker's fallbacks and to the job's own retries, and a Retry-After keeps the next calls away.
package gemini

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"google.golang.org/genai"

	"convoke/application/port"
	"convoke/application/prompt"
	"convoke/application/provider"
	"convoke/domain/event"
)

// ID is the name by which requests ask for this generator.
const ID = "gemini"

const endpoint = "https://generativelanguage.googleapis.com/"

// Config of a Generator.
type Config struct {
	APIKey  string
	Model   string
	BaseURL string            // empty: Google's
	HTTP    http.RoundTripper // nil: http.DefaultTransport
}

// Generator is the generator "gemini". Safe for concurrent use.
type Generator struct {
	models *genai.Models
	model  string
	watch  *provider.Watch
}

var (
	_ port.Generator     = (*Generator)(nil)
	_ port.HealthChecker = (*Generator)(nil)
)

// New makes a generator. It asks nobody yet.
func New(c Config, clock port.Clock, log *slog.Logger) (*Generator, error) {
	if c.BaseURL == "" {
		c.BaseURL = endpoint // else the library looks into the environment
	}
	client, err := genai.NewClient(context.Background(), &genai.ClientConfig{
		APIKey: c.APIKey, Backend: genai.BackendGeminiAPI,
		HTTPClient:  &http.Client{Transport: &provider.Transport{Base: c.HTTP}},
		HTTPOptions: genai.HTTPOptions{BaseURL: c.BaseURL},
	})
	if err != nil {
		return nil, errors.New("the client can not be made: is the key set?") // the library's own text quotes the key
	}
	return &Generator{client.Models, c.Model, provider.NewWatch(ID, clock, log)}, nil
}

// ID is "gemini".
func (g *Generator) ID() string { return ID }

// Health tells how the last call went.
func (g *Generator) Health(ctx context.Context) (event.Health, string) { return g.watch.Health(ctx) }

// Generate asks the model for a drawing, or for a changed one.
func (g *Generator) Generate(ctx context.Context, r port.Request, progress func(percent int, message string)) (port.Drawing, error) {
	return g.watch.Run(ctx, func() (port.Drawing, error) { return g.draw(ctx, r, progress) })
}

func (g *Generator) draw(ctx context.Context, r port.Request, progress func(int, string)) (port.Drawing, error) {
	asked, answer := prompt.For(r), provider.NewAnswer(ID, progress)
	config := &genai.GenerateContentConfig{SystemInstruction: genai.NewContentFromText(asked.System, genai.RoleUser)}
	answer.Note("model", g.model)
	ended := false
	for piece, err := range g.models.GenerateContentStream(ctx, g.model, genai.Text(asked.User), config) {
		if err != nil {
			return port.Drawing{}, translate(err)
		}
		text, done, err := read(piece)
		if err != nil {
			return port.Drawing{}, err
		}
		if err := answer.Add(text); err != nil {
			return port.Drawing{}, err
		}
		ended = ended || done
		answer.Note("model", piece.ModelVersion)
		if u := piece.UsageMetadata; u != nil {
			answer.Note("tokens", u.TotalTokenCount)
		}
	}
	return answer.Drawing(r.Brief, ended)
}

// read takes the text out of one piece of the answer; done is true when the model says that it has finished.
func read(piece *genai.GenerateContentResponse) (text string, done bool, err error) {
	if f := piece.PromptFeedback; f != nil && f.BlockReason != "" {
		return "", false, provider.Failure(ID, provider.Refused)
	}
	if len(piece.Candidates) == 0 {
		return "", false, nil
	}
	candidate := piece.Candidates[0]
	switch candidate.FinishReason {
	case genai.FinishReasonSafety, genai.FinishReasonRecitation, genai.FinishReasonBlocklist, genai.FinishReasonProhibitedContent,
		genai.FinishReasonSPII, genai.FinishReasonImageSafety, genai.FinishReasonImageProhibitedContent, genai.FinishReasonImageRecitation:
		return "", false, provider.Failure(ID, provider.Refused)
	case "", genai.FinishReasonUnspecified, genai.FinishReasonMaxTokens:
	default:
		done = true
	}
	if candidate.Content == nil {
		return "", done, nil
	}
	for _, part := range candidate.Content.Parts {
		if part != nil && !part.Thought {
			text += part.Text
		}
	}
	return text, done, nil
}

// translate turns an error in the middle of a stream into the same that an HTTP status would be.
func translate(err error) error {
	var told genai.APIError
	if errors.As(err, &told) {
		content := fmt.Appendf(nil, `{"error":{"status":%q}}`, told.Status)
		return provider.ReadRefusal(told.Code, content)
	}
	return err
}
