// Package reading understands a brief in plain words: what is celebrated, by whom, when, where, and in which mood. It
// reads English best and any other language as lines of words. What it keeps for the page it keeps verbatim.
package reading

// Kind is the kind of occasion.
type Kind string

// The kinds that the studio knows; the empty kind is any other.
const (
	Birthday     Kind = "birthday"
	Kids         Kind = "kids"
	Wedding      Kind = "wedding"
	Engagement   Kind = "engagement"
	Anniversary  Kind = "anniversary"
	Shower       Kind = "shower"
	Graduation   Kind = "graduation"
	Housewarming Kind = "housewarming"
	Dinner       Kind = "dinner"
	Brunch       Kind = "brunch"
	Tea          Kind = "tea"
	Barbecue     Kind = "barbecue"
	Garden       Kind = "garden"
	Pool         Kind = "pool"
	Holiday      Kind = "holiday"
	NewYear      Kind = "newyear"
	Halloween    Kind = "halloween"
	Harvest      Kind = "harvest"
	Retirement   Kind = "retirement"
	Farewell     Kind = "farewell"
	Corporate    Kind = "corporate"
	Launch       Kind = "launch"
	Exhibition   Kind = "exhibition"
	Workshop     Kind = "workshop"
	Music        Kind = "music"
	Gala         Kind = "gala"
	Memorial     Kind = "memorial"
	Camping      Kind = "camping"
	Party        Kind = "party"
)

// Facts is what a brief says. Every string is the brief's own words.
type Facts struct {
	Kind   Kind     `json:"kind,omitempty"`
	Lead   string   `json:"lead,omitempty"`  // what stands above the title: "A garden party for"
	Title  string   `json:"title"`           // "Ada's 36th birthday"
	Tail   string   `json:"tail,omitempty"`  // what stands below the title: "are getting married"
	Date   string   `json:"date,omitempty"`  // "12 June"
	Time   string   `json:"time,omitempty"`  // "4 pm"
	Place  string   `json:"place,omitempty"` // "Kew Gardens"
	Dress  string   `json:"dress,omitempty"` // "Black tie"
	Reply  string   `json:"reply,omitempty"` // "RSVP by 1 June to ada@example.org"
	Notes  []string `json:"notes,omitempty"` // anything else, in order
	Moods  []string `json:"moods,omitempty"` // words such as "romantic", for the choice of a look
	Colors []string `json:"-"`               // "#rrggbb" of the colour words, in order
}
