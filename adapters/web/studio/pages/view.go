// Package pages holds the HTML of the host's studio. It shows what it is given and decides nothing: the views are plain
// values, and every text of a user stays text.
package pages

import (
	"strconv"

	"convoke/adapters/web/frame"
	"convoke/adapters/web/occasion"
	"convoke/adapters/web/words"
)

// Size is a shape to choose.
type Size struct{ Value, Label string }

// Sizes are the shapes to choose among, besides one's own. The first is the usual one.
var Sizes = []Size{
	{"1000x1400", words.SizeCard},
	{"1080x1080", words.SizeSquare},
	{"1080x1920", words.SizeTall},
	{"1200x630", words.SizeWide},
}

// Brief is what the first form holds.
type Brief struct {
	Description, Style  string
	Swatches            []string // colours that are chosen
	Colors              string   // others, as they are written
	Size, Width, Height string
	Generator           string
}

// DeskItem is a thing on a desk.
type DeskItem struct {
	Path, ID, Kind, Title, Detail string
	Picture                       *occasion.Picture
}

// StudioView is the page where everything begins.
type StudioView struct {
	frame.Page
	Brief      Brief
	Problems   frame.Problems
	Form       string
	Generators []string // empty: there is no choice
	Desk       []DeskItem
	Notice     string
}

// Stamp is a moment of the studio's own doings.
type Stamp struct{ At, Text string }

// Job is how a job stands.
type Job struct {
	ID, Path         string
	Version          uint64
	Heading, Text    string
	Running, Waiting bool
	Percent          int
	Message, Attempt string
	Instructions     string
}

// State is the job's state as the page's script compares it.
func (j Job) State() string {
	switch {
	case j.Waiting:
		return "waiting"
	case j.Running:
		return "running"
	}
	return "ended"
}

// Version is a version on the wall, or one that is being drawn.
type Version struct {
	JobID, Path       string
	JobVersion        uint64
	Number            int
	Name, Words, From string
	Generator, Took   string
	Fallback          string
	Drawn             Stamp
	Picture           *occasion.Picture
	PNG, File         string
	IsSVG             bool
	Current, Running  bool
	Percent           int
}

// Facts are what a brief asks for.
type Facts struct {
	Style, Size string
	Palette     []string
}

// Step is one thing that was asked for on the way to a version.
type Step struct{ Path, Name, Words string }

// DesignView is the page of a design.
type DesignView struct {
	frame.Page
	Job          Job
	Brief        Facts
	Shown        *Version // nil: there is no drawing
	Wall         []Version
	History      []Step
	Occasions    []DeskItem // of this browser
	Instructions string
	Problems     frame.Problems
	Form         string
}

// Finished counts the versions that are drawn.
func (v DesignView) Finished() int {
	n := 0
	for _, version := range v.Wall {
		if !version.Running {
			n++
		}
	}
	return n
}

// Value is one side of a difference.
type Value struct{ Text, Color string }

// Difference is what differs between two versions.
type Difference struct {
	What          string
	Before, After Value
}

// CompareView shows two versions side by side.
type CompareView struct {
	frame.Page
	Back         string
	Versions     []Version
	Left, Right  Version
	Asked, Drawn []Difference
}

func revision(n uint64) string { return strconv.FormatUint(n, 10) }

func decimal(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }
