package console

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/console/pages"
	"convoke/adapters/web/words"
	"convoke/application/topics"
)

const topicSection = "/console/topics"

// tails are how many messages can be asked for.
var tails = []int{10, 20, 50}

// topics lists the deployment's topics.
func (h *Handler) topics(c *fiber.Ctx) error {
	ctx, cancel := bounded()
	defer cancel()
	v := pages.TopicsView{Shell: h.shell(ctx, c, words.ConsoleTopics, topicSection)}
	for _, name := range h.Viewer.Topics() {
		v.Topics = append(v.Topics, pages.Link{Text: name, Path: tailPath(name, 0, false)})
	}
	return show(c, pages.Topics(v))
}

func tailPath(topic string, n int, reveal bool) string {
	values := url.Values{"topic": {topic}}
	if n > 0 {
		values.Set("n", strconv.Itoa(n))
	}
	if reveal {
		values.Set("reveal", "1")
	}
	return address(topicSection+"/tail", values)
}

// tail shows the newest messages of a topic, the newest first.
func (h *Handler) tail(c *fiber.Ctx) error {
	topic, reveal := query(c, "topic"), c.Query("reveal") != ""
	if !slices.Contains(h.Viewer.Topics(), topic) {
		return fiber.ErrNotFound
	}
	n, err := strconv.Atoi(c.Query("n"))
	if err != nil || !slices.Contains(tails, n) {
		n = tails[1]
	}
	ctx, cancel := bounded()
	defer cancel()
	v := pages.TailView{
		Shell: h.shell(ctx, c, topic, topicSection), Topic: topic, Revealed: reveal, Other: tailPath(topic, n, !reveal),
	}
	for _, many := range tails {
		v.Many = append(v.Many, pages.Option{Value: tailPath(topic, many, reveal), Text: strconv.Itoa(many), Chosen: many == n})
	}
	if wants(c, "tail") {
		v.Lines = h.lines(ctx, topics.View{Topic: topic, Messages: n, Reveal: reveal, By: operator(c)})
	}
	return show(c, pages.Tail(v))
}

func (h *Handler) lines(ctx context.Context, ask topics.View) pages.Part[[]pages.Line] {
	found, err := h.Viewer.Tail(ctx, ask)
	part := pages.Part[[]pages.Line]{Trouble: trouble(err)}
	for _, m := range slices.Backward(found) {
		line := pages.Line{
			Key: strconv.Itoa(int(m.Partition)) + "-" + m.Offset, At: pages.At(m.Time), Place: strconv.Itoa(int(m.Partition)) + "/" + m.Offset,
			Type: m.Type, Subject: m.Subject, Payload: m.Payload, Folded: strings.Join(m.Folded, ", "), Cut: strings.Join(m.Shortened, ", "),
		}
		if m.Type == "" {
			line.Type = words.TopicsNoEvent
		}
		if ask.Reveal {
			line.MessageKey = m.Key
		}
		part.Value = append(part.Value, line)
	}
	return part
}
