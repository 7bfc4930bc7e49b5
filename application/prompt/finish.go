package prompt

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"convoke/domain/design"
)

// ErrNoDrawing means that an answer holds no drawing that can be used.
var ErrNoDrawing = errors.New("the answer holds no drawing")

// Drawing takes a drawing out of an answer, makes it safe and gives it what a brief may rely on: the size as asked, and
// the brief's words in <desc>. removed lists what was not allowed. The error is ErrNoDrawing, with the reason, or
// design.ErrAssetTooLarge.
func Drawing(answer string, b design.Brief) (asset design.Asset, removed []string, err error) {
	markup, ok := Extract(answer)
	if !ok {
		return design.Asset{}, nil, ErrNoDrawing
	}
	svg, err := parse([]byte(markup))
	if err != nil {
		return design.Asset{}, nil, err
	}
	fitted, err := fit(svg.Bytes(), b)
	if err != nil {
		return design.Asset{}, nil, err
	}
	again, err := parse(fitted)
	if err != nil {
		return design.Asset{}, nil, err
	}
	return design.Asset{MediaType: design.SVGType, Data: again.Bytes()}, svg.Removed(), nil
}

func parse(markup []byte) (design.SVG, error) {
	svg, err := design.ParseSVG(markup)
	if err != nil && !errors.Is(err, design.ErrAssetTooLarge) {
		return svg, fmt.Errorf("%w: %w", ErrNoDrawing, err)
	}
	return svg, err
}

// visible finds an element that paints.
var visible = regexp.MustCompile(`<(path|rect|circle|ellipse|line|polyline|polygon|image|text|use)[ />]`)

// fit rewrites the root of safe markup: size as asked, a viewBox, and the brief's words.
func fit(markup []byte, b design.Brief) ([]byte, error) {
	if !visible.Match(markup) {
		return nil, ErrNoDrawing
	}
	decoder := xml.NewDecoder(bytes.NewReader(markup))
	token, err := decoder.Token()
	root, ok := token.(xml.StartElement)
	if err != nil || !ok {
		return nil, ErrNoDrawing // can not be: the markup was written by design.ParseSVG
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="%s"`, b.Size.Width, b.Size.Height, escape(viewBox(root, b.Size)))
	for _, a := range root.Attr {
		switch a.Name.Local {
		case "xmlns", "width", "height", "viewBox":
		default:
			fmt.Fprintf(&out, ` %s="%s"`, a.Name.Local, escape(a.Value))
		}
	}
	out.WriteByte('>')
	body, words := markup[decoder.InputOffset():], "<desc>"+escape(b.Description)+"</desc>"
	if !bytes.Contains(body, []byte(words)) {
		out.WriteString(words)
	}
	out.Write(body)
	return out.Bytes(), nil
}

var pixels = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?(px)?$`)

// viewBox is the root's own, or follows from the size that it was drawn at.
func viewBox(root xml.StartElement, asked design.Size) string {
	value := map[string]string{}
	for _, a := range root.Attr {
		value[a.Name.Local] = a.Value
	}
	if value["viewBox"] != "" {
		return value["viewBox"]
	}
	if w, h := value["width"], value["height"]; pixels.MatchString(w) && pixels.MatchString(h) {
		return "0 0 " + strings.TrimSuffix(w, "px") + " " + strings.TrimSuffix(h, "px")
	}
	return fmt.Sprintf("0 0 %d %d", asked.Width, asked.Height)
}

// escape writes text as design.ParseSVG does, so that words that are there already are found.
func escape(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\t", " ", "\n", " ", "\r", " ").Replace(text)
}
