package mcp

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"convoke/domain/design"
)

func tool(t *testing.T, name, schema string) *mcp.Tool {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal([]byte(schema), &object); err != nil {
		t.Fatalf("%s: %v", schema, err)
	}
	return &mcp.Tool{Name: name, InputSchema: object}
}

const takesPrompt = `{"type":"object","properties":{"prompt":{"type":"string"}}}`

func TestTheToolThatDrawsIsFound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ tools, wanted, want string }{
		{"list_images create_svg generate_image", "", "generate_image"},
		{"list_images create_logo generate-poster", "", "generate-poster"},
		{"echo create_thing makeDesign", "", "makeDesign"},
		{"echo list_images", "", "list_images"},
		{"echo add", "", ""},
		{"", "", ""},
		{"generate_image paint", "paint", "paint"},
		{"generate_image", "paint", ""},
	} {
		var tools []*mcp.Tool
		for name := range strings.FieldsSeq(c.tools) {
			tools = append(tools, tool(t, name, takesPrompt))
		}
		got, err := choose(tools, c.wanted)
		if c.want == "" && !errors.Is(err, errUnfit) || c.want != "" && (err != nil || got.Name != c.want) {
			t.Errorf("%+v: %+v %v", c, got, err)
		}
	}
	if _, err := choose([]*mcp.Tool{tool(t, "generate_id", `{"type":"object","properties":{"count":{"type":"integer"}}}`)}, ""); err == nil {
		t.Error("a tool that takes no text can not draw")
	}
}

func TestARequestIsMappedOntoAToolsSchema(t *testing.T) {
	t.Parallel()
	const size = "\n\n200 × 100 pixels"
	const look = "\n\nretro style; colours #112233"
	for name, c := range map[string]struct{ schema, fixed, want string }{
		"a prompt":         {takesPrompt, `{}`, `{"prompt":"A party for Ada` + look + size + `"}`},
		"a description":    {`{"properties":{"description":{"type":"string"},"text":{"type":"string"}}}`, `{}`, `{"description":"A party for Ada` + look + size + `"}`},
		"two texts":        {`{"required":["text"],"properties":{"prompt":{"type":"string"},"text":{"type":"string"}}}`, `{}`, `{"prompt":"A party for Ada` + look + size + `","text":"A party for Ada` + look + size + `"}`},
		"everything":       {`{"properties":{"Prompt":{},"style":{"type":"string"},"width":{"type":"integer"},"image_height":{"type":"number"},"colorPalette":{"type":"array"}}}`, `{}`, `{"Prompt":"A party for Ada","style":"retro","width":200,"image_height":100,"colorPalette":["#112233"]}`},
		"choices":          {`{"properties":{"prompt":{"type":"string"},"style":{"enum":["Photo","RETRO"]},"size":{"type":"string","enum":["1024x1024","1792x1024","auto"]},"output_format":{"enum":["png","SVG"]},"colors":{"type":"string"}}}`, `{}`, `{"prompt":"A party for Ada","style":"RETRO","size":"1792x1024","output_format":"SVG","colors":"#112233"}`},
		"no such choice":   {`{"properties":{"prompt":{"type":"string"},"style":{"type":"string","enum":["photo"]},"size":{"type":"string","enum":["auto"]}}}`, `{}`, `{"prompt":"A party for Ada` + look + size + `"}`},
		"shapes":           {`{"properties":{"prompt":{"type":"string"},"aspect_ratio":{"type":"string"},"size":{"type":"object"}}}`, `{}`, `{"prompt":"A party for Ada` + look + `","aspect_ratio":"2:1","size":{"width":200,"height":100}}`},
		"near shapes":      {`{"properties":{"prompt":{"type":"string"},"aspectRatio":{"enum":["1:1","16:9","9:16"]}}}`, `{}`, `{"prompt":"A party for Ada` + look + size + `","aspectRatio":"16:9"}`},
		"null or text":     {`{"properties":{"prompt":{"anyOf":[{"type":"null"},{"type":"string"}]},"size":{"type":["null","string"]}}}`, `{}`, `{"prompt":"A party for Ada` + look + `","size":"200x100"}`},
		"what is required": {`{"required":["n","mode","safe"],"properties":{"prompt":{"type":"string"},"n":{"type":"integer","default":1},"mode":{"enum":["fast","slow"]},"safe":{"const":true},"x":{"type":"string"}}}`, `{}`, `{"prompt":"A party for Ada` + look + size + `","n":1,"mode":"fast","safe":true}`},
		"the entry's own":  {`{"required":["model"],"properties":{"prompt":{"type":"string"},"model":{"type":"string"},"style":{"type":"string"}}}`, `{"model":"m","style":"ink"}`, `{"prompt":"A party for Ada` + look + size + `","model":"m","style":"ink"}`},
	} {
		var fixed, want map[string]any
		if err := errors.Join(json.Unmarshal([]byte(c.fixed), &fixed), json.Unmarshal([]byte(strings.ReplaceAll(c.want, "\n", `\n`)), &want)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		given, err := arguments(tool(t, "x", c.schema), request(), fixed)
		encoded, _ := json.Marshal(given)
		var got map[string]any
		_ = json.Unmarshal(encoded, &got)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v\n got %s\nwant %s", name, err, encoded, strings.ReplaceAll(c.want, "\n", `\n`))
		}
	}
	_, err := arguments(tool(t, "x", `{"required":["model"],"properties":{"prompt":{"type":"string"},"model":{"type":"string"}}}`), request(), nil)
	if !errors.Is(err, errUnfit) || !strings.Contains(err.Error(), `"model"`) {
		t.Errorf("%v", err)
	}
}

func TestARefinementSaysWhatToChange(t *testing.T) {
	t.Parallel()
	r := request()
	r.Parent = &design.Parent{Instructions: "make it blue"}
	given, err := arguments(tool(t, "x", takesPrompt), r, nil)
	if words, _ := given["prompt"].(string); err != nil || !strings.Contains(words, "A party for Ada") || !strings.Contains(words, "Change: make it blue") {
		t.Fatalf("%v %v", given, err)
	}
}

func FuzzAnswer(f *testing.F) {
	f.Add(sampleSVG)
	f.Add("data:image/png;base64," + base64.StdEncoding.EncodeToString(samplePNG()) + ")")
	f.Add("see data:image/svg+xml;charset=utf-8," + url.PathEscape(sampleSVG))
	f.Add(`{"a":["<svg><rect width=\"1\"/></svg>", 1, null]}`)
	f.Fuzz(func(t *testing.T, text string) {
		find := finder{brief: request().Brief}
		find.text(text)
		if find.found == nil {
			return
		}
		if _, err := design.NewAsset(find.found.MediaType, find.found.Data); err != nil {
			t.Fatal(err)
		}
		if find.found.IsText() {
			if _, err := design.ParseSVG(find.found.Data); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestADataURLIsADrawing(t *testing.T) {
	t.Parallel()
	for text, kind := range map[string]design.MediaType{
		"see data:image/svg+xml;charset=utf-8," + url.PathEscape(sampleSVG) + " and be glad":         design.SVGType,
		"(data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString([]byte(sampleSVG)) + ")":   design.SVGType,
		`<img src="data:image/png;base64,` + base64.StdEncoding.EncodeToString(samplePNG()) + `">`:   design.PNGType,
		`{"url":"data:image/png;base64,` + base64.RawStdEncoding.EncodeToString(samplePNG()) + `"}`:  design.PNGType,
		"data:image/png;base64,AAAA and " + sampleSVG:                                                design.SVGType,
		"data:image/gif;base64," + base64.StdEncoding.EncodeToString([]byte("GIF89a no such thing")): "",
	} {
		find := finder{brief: request().Brief}
		find.text(text)
		if (find.found == nil) != (kind == "") || find.found != nil && find.found.MediaType != kind {
			t.Errorf("%.60s: %+v %v", text, find.found, find.err)
		}
	}
}
