package studio

import (
	"regexp"
	"strings"
)

// rule is one kind of instruction. Apply reports false when the words match but mean something else.
type rule struct {
	pattern *regexp.Regexp
	apply   func(s *Spec, words []string) bool
}

const (
	itself  = `(?:(?:make|turn|keep|set)\s+)?(?:(?:it|this|that|everything|(?:the\s+)?(?:whole\s+)?(?:design|card|invitation|page|colou?rs?|palette|look|background))\s+)?(?:to\s+be\s+|look\s+|feel\s+)?`
	degree  = `(?:(a\s+(?:bit|little|touch|lot)|slightly|somewhat|much|far|even|way)\s+)?`
	hexList = `(?:#[0-9a-fA-F]{6}(?:\s*(?:,|and|&)\s*)?)+`
)

func instruction(pattern string, apply func(*Spec, []string) bool) rule {
	return rule{regexp.MustCompile(`(?i)^` + pattern + `$`), apply}
}

// comparatives of colours.
var comparatives = map[string]string{
	"bluer": "blue", "greener": "green", "redder": "red", "pinker": "pink", "yellower": "yellow", "browner": "brown",
	"greyer": "grey", "grayer": "grey", "purpler": "purple",
}

// rules are tried in this order.
var rules = []rule{
	instruction(itself+degree+`(darker|lighter|brighter|dark|light|dark\s+mode|light\s+mode)`, changeTone),
	instruction(itself+degree+`(?:more\s+)?(vivid|colou?rful|vibrant|saturated|muted|subdued|pastel|softer|calmer|warmer|cooler|warm|cool)`, changeStrength),
	instruction(`(?:`+itself+`|add\s+|use\s+|with\s+)`+degree+`(more|less)\s+([a-z -]+)`, changeHue),
	instruction(`(?:make|set|change|turn)\s+(?:the\s+)?(?:background|page|paper)(?:\s+colou?r)?\s+(?:to\s+)?([a-z -]+|#[0-9a-f]{6})`, changePaper),
	instruction(`(?:use|try|change\s+(?:it|the\s+colou?rs?|the\s+palette|colou?rs?)\s+to|switch\s+to|go\s+(?:with|for)|`+itself+`)\s*(?:the\s+colou?rs?\s+)?(`+hexList+`|[a-z ,&-]+?)(?:\s+(?:colou?rs?|tones?|palette|instead))*`, changeColors),
	instruction(itself+degree+`(bluer|greener|redder|pinker|yellower|browner|gr[ea]yer|purpler)`, func(s *Spec, m []string) bool {
		return changeHue(s, []string{"", m[1], "more", comparatives[strings.ToLower(m[2])]})
	}),
	instruction(`(?:make\s+)?(?:the\s+)?(title|headline|names?|text|words|details|font|type|letters|lettering)\s+(?:size\s+)?`+degree+`(bigger|larger|smaller|tinier)`, func(s *Spec, m []string) bool {
		return changeSize(s, m[1], m[2], m[3])
	}),
	instruction(`(?:an?\s+)?`+degree+`(bigger|larger|smaller)\s+(title|headline|names?|text|words|details|font|type|letters|lettering)`, func(s *Spec, m []string) bool {
		return changeSize(s, m[3], m[1], m[2])
	}),
	instruction(`(increase|enlarge|decrease|reduce|shrink)\s+(?:the\s+)?(?:size\s+of\s+the\s+)?(title|headline|names?|text|words|details|font|type|letters|lettering)(?:\s+size)?`, func(s *Spec, m []string) bool {
		return changeSize(s, m[2], "", map[string]string{"increase": "bigger", "enlarge": "bigger"}[strings.ToLower(m[1])])
	}),
	instruction(`(?:remove|no|without|drop|lose|get\s+rid\s+of|delete|take\s+(?:away|out|off)|hide|omit)\s+(?:the\s+|any\s+|all\s+(?:the\s+)?)?(.+)`, remove),
	instruction(`(?:add|use|with|give\s+it|put|try|have|include|i\s+want|show)\s+(?:some\s+|more\s+|a\s+few\s+|lots\s+of\s+|an?\s+)?([a-z ]+?)(?:\s+(?:instead|pattern|around\s+it|to\s+it|everywhere|in\s+the\s+corners))?`, changeFamily),
	instruction(`(fewer|less|more)\s+([a-z]+)`, changeAmount),
	instruction(`(?:use\s+|try\s+|pick\s+|choose\s+|make\s+|give\s+me\s+|show\s+me\s+|i\s+want\s+|change\s+(?:the\s+)?)?(?:an?\s+)?(?:another|different|new|other|change\s+the)?\s*(layout|composition|arrangement|fonts?|typeface|lettering|colou?rs?|colou?r\s+scheme|palette|ornaments?|decorations?|pattern|design|version|look)`, changeAnother),
	instruction(`(?:try\s+again|surprise\s+me|start\s+over|something\s+(?:else|different))`, func(s *Spec, _ []string) bool { return another(s, "design") }),
	instruction(`(?:use\s+|try\s+|in\s+)?(?:an?\s+)?(serif|sans(?:[- ]serif)?|script|handwritten|calligraphy|calligraphic|bold|art\s+deco|slab|rounded)\s+(?:font|fonts|type|typeface|lettering|letters)?`, changeType),
	instruction(itself+degree+`(?:more\s+|in\s+an?\s+|an?\s+)?([a-z]+)(?:\s+style)?`, changeStyle),
	instruction(`(?:(?:change|set|move|update|correct|switch|shift|make|reschedule)\s+)?(?:the\s+)?(time|start|date|day|place|venue|location|address|title|headline|names?|dress\s+code|rsvp|reply)\s*(?:to|is|into|be|should\s+be|should\s+say|should\s+read|:|=)\s*(?:now\s+)?(.+)`, changeField),
	instruction(`(?:change|replace|swap)\s+["“']?(.+?)["”']?\s+(?:to|with|by|for|into)\s+["“']?(.+?)["”']?`, replaceWords),
	instruction(`(?:move|change|reschedule|shift|push)\s+(?:it|this)?\s*(?:to|at|on)\s+(.+)`, moveTo),
	instruction(`(?:it(?:['’]s|\s+is|\s+starts)?|we\s+start|starts?)\s+(?:now\s+)?(?:at|on)\s+(.+)`, moveTo),
	instruction(`(?:add|write|mention|include|say|note|put)(?:\s+(?:a\s+)?(?:line|note|text|words?|sentence))?(?:\s+(?:that\s+says|saying|that|with|to\s+say))?\s*:?\s+(.+)`, addLine),
}
