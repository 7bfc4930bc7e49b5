package design

import "strings"

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}

// The lists below are the whole language of a safe drawing; what they do not name does not exist. Left out on
// purpose: script and foreignObject (code), every animation element (it can change a reference later), feImage and
// cursor (loads), marker (repeats once for each vertex), switch and metadata (nothing to see). <a> is known so that
// its children survive; it is never written itself.
var (
	elements = setOf(`svg g defs symbol use title desc style a
		path rect circle ellipse line polyline polygon image text tspan textPath
		linearGradient radialGradient stop pattern clipPath mask filter
		feBlend feColorMatrix feComponentTransfer feComposite feDiffuseLighting feDisplacementMap feDistantLight
		feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset
		fePointLight feSpecularLighting feSpotLight feTile feTurbulence`)

	// refers lists the elements whose href may point into the drawing.
	refers = setOf("use textPath linearGradient radialGradient pattern")

	// flat lists what a style rule may refer to: painting with it repeats no shapes.
	flat = setOf("linearGradient radialGradient filter")

	// properties may stand in attributes, in style attributes and in style rules.
	properties = setOf(`alignment-baseline baseline-shift clip-path clip-rule color color-interpolation
		color-interpolation-filters direction display dominant-baseline fill fill-opacity fill-rule filter flood-color
		flood-opacity font-family font-size font-size-adjust font-stretch font-style font-variant font-weight
		image-rendering isolation letter-spacing lighting-color mask mix-blend-mode opacity overflow paint-order
		shape-rendering stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap
		stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-anchor text-decoration text-rendering
		transform transform-box transform-origin unicode-bidi vector-effect visibility word-spacing writing-mode`)

	// geometry may stand in attributes only.
	geometry = setOf(`x y x1 y1 x2 y2 cx cy r rx ry fx fy fr dx dy width height viewBox preserveAspectRatio pathLength
		offset spreadMethod gradientUnits gradientTransform patternUnits patternContentUnits patternTransform
		clipPathUnits maskUnits maskContentUnits filterUnits primitiveUnits textLength lengthAdjust startOffset method
		spacing side rotate in in2 result mode type values tableValues slope intercept amplitude exponent operator k1 k2 k3
		k4 stdDeviation scale xChannelSelector yChannelSelector radius baseFrequency numOctaves seed stitchTiles
		surfaceScale diffuseConstant specularConstant specularExponent azimuth elevation z pointsAtX pointsAtY
		pointsAtZ limitingConeAngle class role lang aria-hidden aria-labelledby aria-describedby`)

	functions = setOf(`rgb rgba hsl hsla hwb lab lch oklab oklch color calc min max clamp
		translate translatex translatey rotate scale scalex scaley skewx skewy matrix
		blur brightness contrast drop-shadow grayscale hue-rotate invert opacity saturate sepia`)

	// costly bounds the filter numbers that a renderer pays for by the pixel.
	costly = map[string]float64{"numOctaves": 8, "stdDeviation": 500, "radius": 100}

	special = map[string]attributeKind{
		"d": pathValue, "points": pathValue, "aria-label": wordsValue,
		"id": idValue, "href": hrefValue, "style": styleValue,
	}
)

// kindOf returns how an attribute is judged, 0 if it is not known.
func kindOf(attribute string) attributeKind {
	if kind, ok := special[attribute]; ok {
		return kind
	}
	if properties[attribute] || geometry[attribute] {
		return plainValue
	}
	return 0
}
