package words

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// The frame of the studio's pages.
const (
	Studio     = "Studio"
	BackToDesk = "Back to your desk"
)

// The brief.
const (
	BriefHeading     = "What are you celebrating?"
	BriefLead        = "Say it in your own words. We draw the invitation, and you change it until it is right."
	DescriptionLabel = "Your occasion, in your own words"
	DescriptionHint  = "What, for whom, when and where, and how it should feel. Words in “quotation marks” are set as they are."
	ExamplesLabel    = "For example"
	StyleLabel       = "Style"
	StyleAny         = "Whatever suits it"
	ColorsLabel      = "Colours"
	ColorsHint       = "Up to eight. Choose none, and we find some."
	OwnColorsLabel   = "Your own colours"
	OwnColorsHint    = "As #RRGGBB, with spaces between them."
	SizeLabel        = "Shape"
	SizeCard         = "Card"
	SizeSquare       = "Square"
	SizeTall         = "Phone"
	SizeWide         = "Wide"
	SizeOwn          = "Your own"
	WidthLabel       = "Width in pixels"
	HeightLabel      = "Height in pixels"
	GeneratorLabel   = "Drawn by"
	GeneratorAny     = "Whoever is best here"
	DrawIt           = "Draw it"
	DeskHeading      = "Your desk"
	DeskEmpty        = "What you make in this browser lies here, also after you close it."
	DeskBegin        = "Write the first brief"
	DeskHint         = "Only this browser knows your desk."
	DeskOccasion     = "Occasion"
	DeskDesign       = "Design"
	BriefTooSoon     = "A lot has come from your network just now. Wait a moment and send it again."
	BadDescription   = "Please say in 1 to 4,000 characters what the invitation is for."
	BadStyle         = "Please choose one of the styles."
	BadColors        = "Please write each colour as #RRGGBB, such as #2b3a67."
	TooManyColors    = "Please choose at most eight colours."
	BadSide          = "Please give whole numbers from 64 to 4096."
	BadGenerator     = "This one is not here any more. Please choose another."
	BadInstructions  = "Please say in 1 to 1,000 characters what is to change."
	HostSignedOut    = "Signed out. This browser no longer opens the occasion; your link still does."
	CalledOffNotice  = "The occasion is called off. Its guests see it when they open their invitation."
	NotFoundStudio   = "Perhaps a part of the address got lost. What you have made in this browser lies on your desk."
)

// Examples of briefs.
var Examples = []string{
	"A garden party for Ada’s 40th birthday, Saturday 12 June at 4 pm, Kew Gardens, London. Wild flowers, warm and a little untidy.",
	"We are getting married! “Mira & Jonas”, 5 September at 2 pm, Gut Sonnenhof. Quiet and elegant, lots of white space.",
	"Robot disco for Tim, who turns six. Sunday 3 May, 3 to 6 pm, at our flat. Loud colours, please.",
}

// Swatch is a colour to choose.
type Swatch struct{ Name, Color string }

// Swatches are colours that go well on an invitation.
var Swatches = []Swatch{
	{"Ink", "#1f2a44"},
	{"Forest", "#24523b"},
	{"Sage", "#9caf88"},
	{"Sky", "#8fb8de"},
	{"Plum", "#5b2a4e"},
	{"Wine", "#7a1f2b"},
	{"Coral", "#e76f51"},
	{"Rose", "#e8b4b8"},
	{"Marigold", "#e9a820"},
	{"Gold", "#c39b4a"},
	{"Cream", "#f7efdd"},
	{"Charcoal", "#2f2f2f"},
}

// A design, and the wall of its versions.
const (
	DesignTitle        = "Design"
	DrawingHeading     = "Your design is being drawn"
	QueuedHeading      = "Your design is in the queue"
	AgainSoonHeading   = "Waiting for another try"
	AgainSoonText      = "The last try did not work out. The next begins by itself in a moment."
	ReadyNotice        = "Your design is ready."
	FailedHeading      = "This one did not work out"
	CancelledHeading   = "You stopped this one"
	CancelledText      = "Nothing was drawn. The words are still here."
	StopIt             = "Stop"
	TryAgain           = "Try again"
	ChangeBrief        = "Change the brief"
	KeepsRunning       = "You can close this page. It goes on, and waits on your desk."
	NewestByReload     = "This page looks again by itself every few seconds."
	ProgressLabel      = "How far it is"
	FactsLabel         = "About this design"
	WordsLabel         = "Your words"
	InstructionsLabel  = "You asked for"
	StyleFact          = "Style"
	SizeFact           = "Size"
	DrawnByLabel       = "Drawn by"
	TookLabel          = "Took"
	DrawnLabel         = "Drawn"
	RefineHeading      = "Change it"
	RefineLabel        = "In your own words"
	RefineHint         = "This version stays as it is; a new one joins it on the wall."
	RefineIt           = "Draw a new version"
	ChooseHeading      = "Use this version"
	ChooseNew          = "New occasion with this design"
	ChooseFor          = "Use it for"
	HistoryHeading     = "How it came to be"
	WallHeading        = "Wall of versions"
	CompareHeading     = "Side by side"
	CompareIt          = "Compare"
	CompareFirst       = "Left"
	CompareSecond      = "Right"
	CompareOnlyOne     = "There is only one version so far. Change it, and there is something to compare."
	BackToDesign       = "Back to the design"
	StartFromThis      = "Start from this one"
	ShownNow           = "Shown above"
	DownloadSVG        = "Download SVG"
	DownloadPNG        = "Download PNG"
	DownloadPicture    = "Download the picture"
	VersionRunning     = "Being drawn"
	VersionWaiting     = "In the queue"
	NothingChanged     = "Nothing that was asked for or drawn differs."
	ChangedAsked       = "What was asked for"
	ChangedDrawn       = "What was drawn"
	ChangeWhat         = "What"
	ChangeNone         = "–"
	DesignNotThereText = "Its drawing can not be found. Try again."
)

// RefineExamples are instructions to begin with.
var RefineExamples = []string{"Navy and gold instead", "Larger title", "Fewer flowers", "More festive"}

// Ahead says where in the queue a job is.
func Ahead(n, most int) string {
	switch {
	case n == 0:
		return "It is next."
	case n == 1:
		return "One other is before it."
	case n >= most:
		return fmt.Sprintf("More than %d others are before it.", most-1)
	}
	return fmt.Sprintf("%d others are before it.", n)
}

// TryNumber says which try it is.
func TryNumber(n int) string { return fmt.Sprintf("Try %d", n) }

// Version names a version.
func Version(n int) string { return fmt.Sprintf("Version %d", n) }

// FromVersion says what a version was made from.
func FromVersion(n int) string { return fmt.Sprintf("from version %d", n) }

// Fallback says that somebody else has drawn it than was asked.
func Fallback(asked, drew string) string {
	return asked + " could not draw it this time, so " + drew + " did."
}

// Style names a style.
func Style(style string) string {
	if style == "" {
		return StyleAny
	}
	return strings.ToUpper(style[:1]) + style[1:]
}

// DrawnIn writes how long something took.
func DrawnIn(d time.Duration) string {
	switch {
	case d < time.Second:
		return "Less than a second"
	case d < time.Minute:
		return fmt.Sprintf("%.1f seconds", d.Seconds())
	}
	return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
}

// Stamp writes a moment of the studio's own doings. Servers do not know the reader's clock; a script says it in theirs.
func Stamp(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04") + " UTC" }

// Failure says what went wrong with a design, and what may help.
func Failure(code string) string {
	switch code {
	case "deadline-exceeded":
		return "Nobody got to it in time. Please try again: the queue may be shorter now."
	case "worker-lost", "timeout":
		return "It took too long. Please try again, perhaps with a shorter brief."
	case "refused":
		return "The brief was refused. Please put it into other words."
	case "rate-limited", "provider-unavailable":
		return "Whoever draws here has too much to do right now. Please try again in a few minutes."
	case "provider-unauthorized", "provider-rejected":
		return "Whoever was to draw it can not be used right now. Please choose another in the brief, or ask whoever runs this site."
	case "unsafe-asset", "unsafe-svg", "asset-too-large", "asset-type", "asset-empty", "no-drawing", "cut-short":
		return "What was drawn can not be shown. Please try again; a simpler brief may help."
	case "unknown-server":
		return "Whoever you asked to draw it is not here any more. Please choose another in the brief."
	}
	return "Something went wrong while drawing. Please try again; if it stays so, change the brief a little."
}

// Thing names what differs between two versions, by its path in what the API calls a diff; empty: it is not worth telling.
func Thing(path string) string {
	first, rest, _ := strings.Cut(path, ".")
	switch first {
	case "description":
		return WordsLabel
	case "instructions":
		return InstructionsLabel
	case "style":
		return StyleFact
	case "colorPalette", "given":
		return "Your colours"
	case "size":
		return strings.ToUpper(rest[:1]) + rest[1:]
	case "palette":
		return part(rest)
	case "text":
		return "Text: " + strings.ReplaceAll(rest, ".", " ")
	case "added":
		return "Added line"
	case "titleSize":
		return "Size of the title"
	case "textSize":
		return "Size of the text"
	case "amount":
		return "Amount of ornament"
	case "composition", "ornament", "type":
		return map[string]string{"composition": "Arrangement", "ornament": "Ornament", "type": "Typefaces"}[first]
	case "seed", "turn", "format":
		return ""
	}
	return path
}

// part names a colour of a drawing.
func part(name string) string {
	switch name {
	case "paper":
		return "Colour of the paper"
	case "ink":
		return "Colour of the words"
	case "deep":
		return "Colour of the second ground"
	case "name":
		return ""
	}
	if n, err := strconv.Atoi(strings.TrimPrefix(name, "tints.")); err == nil {
		return fmt.Sprintf("Colour %d of the ornament", n+1)
	}
	return "Colour: " + name
}
