package main

import "convoke/domain/design"

type entry struct {
	description string
	style       design.Style
	palette     []string
	size        design.Size
}

var (
	square = design.Size{Width: 1080, Height: 1080}
	card   = design.Size{Width: 1000, Height: 1400}
	story  = design.Size{Width: 1080, Height: 1920}
	wide   = design.Size{Width: 1400, Height: 1000}
	banner = design.Size{Width: 2000, Height: 640}
)

// entries lists the forty briefs of the contact sheet.
func entries() []entry {
	return []entry{
		{"A garden party for Ada's 36th birthday, 12 June at 4 pm, Kew Gardens, sage and cream", "", nil, square},
		{"Wedding of Anna and James on Saturday, June 12, 2027 at 4pm at the Old Barn, Sussex. Dinner and dancing to follow. Black tie. RSVP by 1 May to anna@example.org", "", nil, card},
		{"Create an elegant minimalist invitation for the wedding of Sofia & Luca, 3 September 2026, Villa Cimbrone, Ravello, in ivory and gold", "", nil, card},
		{"Maya turns 7! Dinosaur party on Sunday 3 May from 2-5pm at 14 Mill Lane. Bring wellies.", "", nil, square},
		{"Title: Summer BBQ\nWhen: July 4th, 5 PM\nWhere: Our backyard, 22 Elm St\nDress code: casual\nRSVP: Tom 555-1234\nBring a plate", "", nil, card},
		{"You're invited to our housewarming at 8 Rue de la Paix, Paris on Friday night", "", nil, square},
		{"Join us for a charity gala in honour of Dr. Jane Goodall, 18 November, 7:30 p.m., Grand Ballroom, The Savoy. Black tie.", design.Elegant, nil, card},
		{"Opening night: New Forms in Clay, Thursday 9 October, 18:30, Gallery Nine, Rotterdam", design.Modern, nil, card},
		{"Jazz night at the Blue Note, Thursday 9pm, dark and moody", "", nil, story},
		{"1920s New Year's Eve party, December 31 at 9 pm until late, The Plaza Hotel, New York", design.Retro, nil, card},
		{"Retirement party for Margaret Chen, March 3rd at noon, City Club", design.Minimal, nil, wide},
		{"Baby shower for Olivia, Saturday 18 April at 2 pm, 9 Rosewood Avenue, blush pink and sage", design.Playful, nil, square},
		{"Leo is turning 5! Rockets and stars, Saturday 20 June 11am-1pm, Science Museum. RSVP to Kim 555 0101", "", nil, card},
		{"Annual company offsite, 14–16 September 2026, Lake Bled. Bring hiking boots.", design.Modern, nil, wide},
		{"Dinner with friends, Friday 6 March at 7:30 pm, Luigi's Trattoria", design.Minimal, nil, square},
		{"Harvest supper at the farm, Sunday 27 September, 5 o'clock, Hollow Tree Farm. Bring a blanket and something to share.", design.Rustic, nil, card},
		{"The engagement of Priya and Daniel, Sunday 2 August, noon, The Conservatory, Horniman Gardens", design.Elegant, []string{"#6d1a32", "#e8c9b0", "#b08d57"}, card},
		{"Halloween costume party, Saturday 31 October, 8 pm, 66 Crow Street. Come in costume.", design.Playful, nil, square},
		{"Graduation celebration for Tomás Rivera, 28 May 2027, 6 pm, The Rooftop, Calle Mayor 12", design.Modern, []string{"#1f3fbf", "#f26b3a"}, card},
		{"Pool party! Saturday 11 July, 1 pm to 6 pm, 3 Coral Way. Swimsuits and sunscreen.", design.Retro, nil, square},
		{"Grace & Henry's 50th wedding anniversary, Sunday 9 November 2026, 1 pm, St. Mary's Hall", design.Elegant, nil, wide},
		{"Book club: The Left Hand of Darkness, Tuesday 7 pm, Corner Library", design.Minimal, nil, card},
		{"Launch of Meridian, 4 February, 19:00, Factory 51, Berlin", design.Modern, []string{"#ff4f2e"}, story},
		{"Christmas carols and mulled wine, 20 December, 6 pm, Holly House", design.Rustic, nil, card},
		{"Celebration of life for John Whitfield, 14 October at 11 am, Chapel of the Meadow", design.Elegant, nil, card},
		{"Disco night, Saturday 22 August, 10 pm till late, Club Stella", design.Retro, nil, square},
		{"Tea party for Rosie's first birthday, 3 pm, Sunday 17 May, Grandma's garden", design.Playful, nil, card},
		{"Street party on Acacia Road, Sunday 7 June, from noon. Bunting, cake and a brass band.", design.Playful, nil, banner},
		{"The wedding of Eleanor Vance and Theodora Crain, the twelfth of June 2027, Hill House", design.Elegant, []string{"#2f3e46", "#cad2c5"}, story},
		{"Farewell drinks for Sam, Friday 30 January, 5:30 pm, The Anchor", design.Modern, nil, square},
		{"Camping weekend, 3–5 July, Ullswater. Bring a tent and a torch.", design.Rustic, nil, wide},
		{"Brunch & bubbles, Sunday 11 am, Café Lumière", design.Playful, []string{"#f3b61f", "#ee7f2d", "#3d6b35"}, square},
		{"Workshop: Letterpress for beginners, 21 March, 10:00-16:00, Studio 4", design.Modern, nil, banner},
		{"Midsummer feast, 20 June, 7 pm, The Orchard", design.Rustic, []string{"#4f772d", "#f4e8c1"}, square},
		{"Свадьба Анны и Ивана, 12 июня, 16:00, Летний сад", design.Elegant, nil, card},
		{"誕生日パーティー、6月12日、午後4時、上野公園", design.Minimal, nil, card},
		{"Soirée d'été chez Camille, samedi 4 juillet à 20 h, 12 rue des Lilas, Lyon", design.Modern, nil, square},
		{"Wine tasting, Thursday 12 November, 6:30 pm, Château Margaux cellar", design.Elegant, []string{"#4a1526"}, wide},
		{"Rooftop cinema: Casablanca, Saturday 8 August, sunset, Hackney", design.Retro, nil, banner},
		{"Kids' painting afternoon, Saturday 2 pm, Community Hall, bright and colourful", design.Playful, nil, square},
	}
}
