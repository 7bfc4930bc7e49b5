package browser_test

import (
	"testing"

	"convoke/test/browser"
	"convoke/test/site"
)

// contrasts measures, as the browser paints them, the least contrast of text and of the seal over all hues.
const contrasts = `(() => {
	const brush = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
	const light = (color) => {
		brush.fillStyle = color;
		brush.fillRect(0, 0, 1, 1);
		const [r, g, b] = Array.from(brush.getImageData(0, 0, 1, 1).data, v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
		return .2126 * r + .7152 * g + .0722 * b;
	};
	const probe = document.createElement("i");
	document.body.append(probe);
	const value = (name) => {
		probe.style.color = "var(--" + name + ")";
		return light(getComputedStyle(probe).color);
	};
	const contrast = (a, b) => (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
	const pairs = [["ink", "paper"], ["muted", "paper"], ["muted", "wash"], ["muted", "sunk"], ["bad", "paper"], ["ok", "sunk"],
		["seal", "paper"], ["seal", "card"], ["seal", "wash"], ["on-seal", "seal"]];
	const poor = [];
	for (let hue = 0; hue < 360; hue += 10) {
		document.documentElement.className = "hue-" + String(hue).padStart(3, "0");
		if (getComputedStyle(document.documentElement).getPropertyValue("--h").trim() !== String(hue)) poor.push("no class for " + hue);
		for (const [a, b] of pairs) {
			const c = contrast(value(a), value(b));
			if (!(c >= 4.5)) poor.push(hue + ": " + a + " on " + b + " " + c.toFixed(2));
		}
		for (const surface of ["paper", "card"]) {
			const c = contrast(value("edge"), value(surface));
			if (!(c >= 3)) poor.push(hue + ": edge on " + surface + " " + c.toFixed(2));
		}
	}
	return poor;
})()`

func TestEveryHueIsReadable(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	p := browser.Open(t)
	p.Go(s.URL + "/o/default")
	for _, scheme := range []string{"light", "dark"} {
		if scheme == "dark" {
			p.Dark()
		}
		if poor := browser.Eval[[]string](p, contrasts); len(poor) > 0 {
			t.Errorf("%s: %q", scheme, poor)
		}
	}
}
