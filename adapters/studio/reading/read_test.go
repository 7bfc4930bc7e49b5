package reading

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestReadFindsWhatABriefSays(t *testing.T) {
	t.Parallel()
	rows := []struct {
		brief string
		want  Facts
	}{
		{
			"A garden party for Ada's 36th birthday, 12 June at 4 pm, Kew Gardens, sage and cream",
			Facts{Kind: Birthday, Lead: "A garden party for", Title: "Ada's 36th birthday", Date: "12 June", Time: "4 pm", Place: "Kew Gardens"},
		},
		{
			"Wedding of Anna and James on Saturday, June 12, 2027 at 4pm at the Old Barn, Sussex. Dinner and dancing to follow. Black tie. RSVP by 1 May to anna@example.org",
			Facts{Kind: Wedding, Lead: "Wedding of", Title: "Anna and James", Date: "Saturday, June 12, 2027", Time: "4pm", Place: "the Old Barn, Sussex",
				Dress: "Black tie", Reply: "RSVP by 1 May to anna@example.org", Notes: []string{"Dinner and dancing to follow"}},
		},
		{
			"Create an elegant minimalist invitation for the wedding of Sofia & Luca, 3 September 2026, Villa Cimbrone, Ravello, in ivory and gold",
			Facts{Kind: Wedding, Lead: "the wedding of", Title: "Sofia & Luca", Date: "3 September 2026", Place: "Villa Cimbrone, Ravello"},
		},
		{
			"Maya turns 7! Dinosaur party on Sunday 3 May from 2-5pm at 14 Mill Lane. Bring wellies.",
			Facts{Kind: Kids, Title: "Maya", Tail: "turns 7!", Date: "Sunday 3 May", Time: "2-5pm", Place: "14 Mill Lane",
				Notes: []string{"Dinosaur party", "Bring wellies"}},
		},
		{
			"Title: Summer BBQ\nWhen: July 4th, 5 PM\nWhere: Our backyard, 22 Elm St\nDress code: casual\nRSVP: Tom 555-1234\nBring a plate",
			Facts{Kind: Barbecue, Title: "Summer BBQ", Date: "July 4th", Time: "5 PM", Place: "Our backyard, 22 Elm St", Dress: "Dress code: casual",
				Reply: "RSVP: Tom 555-1234", Notes: []string{"Bring a plate"}},
		},
		{
			"You're invited to our housewarming at 8 Rue de la Paix, Paris on Friday night",
			Facts{Kind: Housewarming, Lead: "You're invited to", Title: "our housewarming", Date: "Friday night", Place: "8 Rue de la Paix, Paris"},
		},
		{
			"Join us for a charity gala in honour of Dr. Jane Goodall, 18 November, 7:30 p.m., Grand Ballroom, The Savoy",
			Facts{Kind: Gala, Lead: "Join us for a charity gala in honour of", Title: "Dr. Jane Goodall", Date: "18 November", Time: "7:30 p.m.",
				Place: "Grand Ballroom, The Savoy"},
		},
		{
			"Opening night: New Forms in Clay, Thursday 9 October, 18:30, Gallery Nine, Rotterdam",
			Facts{Kind: Exhibition, Lead: "Opening night", Title: "New Forms in Clay", Date: "Thursday 9 October", Time: "18:30", Place: "Gallery Nine, Rotterdam"},
		},
		{
			"Wedding in Tuscany, the twelfth of June 2027",
			Facts{Kind: Wedding, Title: "Wedding", Date: "the twelfth of June 2027", Place: "Tuscany"},
		},
		{
			"Halloween costume party, Saturday 31 October, 8 pm, 66 Crow Street. Come in costume.",
			Facts{Kind: Halloween, Title: "Halloween costume party", Date: "Saturday 31 October", Time: "8 pm", Place: "66 Crow Street", Dress: "Come in costume"},
		},
		{
			"Hochzeit von Anna und Ben am Samstag, 12. Juni 2027 um 15 Uhr, Schloss Elmau",
			Facts{Title: "Hochzeit von Anna und Ben", Date: "Samstag, 12. Juni 2027", Time: "15 Uhr", Place: "Schloss Elmau"},
		},
		{
			"誕生日パーティー、6月12日、午後4時、上野公園",
			Facts{Title: "誕生日パーティー", Date: "6月12日", Time: "午後4時", Place: "上野公園"},
		},
		{"Anna and James are getting married", Facts{Kind: Wedding, Title: "Anna and James", Tail: "are getting married"}},
		{"party", Facts{Kind: Party, Title: "party"}},
		{"Wine tasting in black and gold, Nov 12, 6.30pm", Facts{Kind: Harvest, Title: "Wine tasting", Date: "Nov 12", Time: "6.30pm"}},
	}
	for _, row := range rows {
		got := Read(row.brief)
		got.Moods, got.Colors = nil, nil
		if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", row.want) {
			t.Errorf("%s\n got %+v\nwant %+v", row.brief, got, row.want)
		}
	}
}

func TestReadTellsColoursFromNames(t *testing.T) {
	t.Parallel()
	rows := []struct {
		brief string
		want  []string
	}{
		{"A party, sage and cream", []string{"#9caf88", "#f7efdd"}},
		{"Wine tasting in black and gold", []string{"#1a1918", "#c39b4a"}},
		{"Black tie gala at the Blue Note with Rose Brown, 9 Orange Street", nil},
		{"A baby shower with navy blue balloons", []string{"#1b2a4a"}},
		{"Colours: dusty rose, olive\nParty", []string{"#c68b8b", "#7a7f3c"}},
		{"Mulled wine and gold medals", nil},
	}
	for _, row := range rows {
		if got := Read(row.brief).Colors; !slices.Equal(got, row.want) {
			t.Errorf("%q: %v, want %v", row.brief, got, row.want)
		}
	}
}

func TestReadFeelsTheMood(t *testing.T) {
	t.Parallel()
	for brief, mood := range map[string]string{
		"A dark and moody dinner": "dark", "1920s party": "deco", "Pool and sea": "waves", "a vintage fair": "retro", "with wildflowers": "floral",
	} {
		if moods := Read(brief).Moods; !slices.Contains(moods, mood) {
			t.Errorf("%q: moods %v, want %s among them", brief, moods, mood)
		}
	}
}

func TestALongTitleIsDivided(t *testing.T) {
	t.Parallel()
	facts := Read("The Honourable Society of Extraordinarily Long Names and Improbably Verbose Titles presents an evening of music")
	if n := utf8.RuneCountInString(facts.Title); n > longestTitle || len(facts.Notes) == 0 {
		t.Errorf("title of %d characters, notes %q", n, facts.Notes)
	}
}

// FuzzRead checks that a reading never fails and never invents a word.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"A garden party for Ada, 12 June at 4 pm, Kew Gardens, sage and cream", "RSVP", "::", "Date:", "at at at", "誕生日 6月12日", "a\xffb", ", , .", "in In",
		"Title: x\nWhen: 12 June, 5 pm", "turns 7", "𝔘𝔫𝔦 İstanbul'da parti", "Wedding in Tuscany in Black",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, description string) {
		if !utf8.ValidString(description) || strings.TrimSpace(description) == "" {
			return
		}
		facts := Read(description)
		if facts.Title == "" {
			t.Errorf("%q has no title", description)
		}
		lines := append([]string{facts.Lead, facts.Title, facts.Tail, facts.Date, facts.Time, facts.Place, facts.Dress, facts.Reply}, facts.Notes...)
		for _, line := range lines {
			for word := range strings.FieldsSeq(strings.TrimSuffix(line, "…")) {
				if !strings.Contains(description, strings.Trim(word, ",…")) {
					t.Errorf("%q reads the word %q, which is not its own", description, word)
				}
			}
		}
	})
}

func TestADateIsDividedOnlyWhenItIsASingleDay(t *testing.T) {
	t.Parallel()
	rows := map[string]DateParts{
		"Saturday, June 12, 2027":    {"Saturday", "12", "June", "2027"},
		"12 June":                    {"", "12", "June", ""},
		"the 3rd of May":             {"", "3", "May", ""},
		"Samstag, 12. Juni 2027":     {"Samstag", "12", "Juni", "2027"},
		"July 4th":                   {"", "4", "July", ""},
		"14–16 September 2026":       {},
		"Friday night":               {},
		"the twelfth of June 2027":   {},
		"6月12日":                      {},
		"Sunday 27 September and 28": {},
	}
	for date, want := range rows {
		got, ok := Parts(date)
		if ok != (want.Day != "") || ok && got != want {
			t.Errorf("%q: %+v, %v", date, got, ok)
		}
	}
}
