package reading

import "strings"

// kinds maps words to the kind of occasion; the first that the text holds decides.
var kinds = []struct {
	kind  Kind
	words string
}{
	{Memorial, "memorial,funeral,in memory,celebration of life,remembrance"},
	{Shower, "baby shower,bridal shower,shower,gender reveal,christening,baptism"},
	{Anniversary, "anniversary,jubilee"},
	{Engagement, "engagement,engaged"},
	{Kids, "kids,children's,toddler,dinosaur,unicorn,princess,superhero,bouncy castle"},
	{Birthday, "birthday,turns,turning,bday,quinceañera,sweet sixteen"},
	{Wedding, "wedding,marriage,getting married,marry,nuptial,bride,tying the knot,vows"},
	{Halloween, "halloween,spooky,haunted"},
	{NewYear, "new year"},
	{Holiday, "christmas,xmas,holiday party,hanukkah,yule,advent,nikolaus,santa"},
	{Graduation, "graduation,graduate,graduating,commencement"},
	{Retirement, "retirement,retiring"},
	{Farewell, "farewell,going away,leaving party,goodbye"},
	{Housewarming, "housewarming,house warming,new home,new flat,new house"},
	{Exhibition, "exhibition,vernissage,gallery opening,art show,opening night"},
	{Launch, "launch,grand opening,premiere,release party"},
	{Workshop, "workshop,class,course,hackathon,meetup,seminar,lecture,talk,reading,book club"},
	{Corporate, "conference,corporate,company,team,networking,summit,board,all-hands,offsite"},
	{Music, "concert,gig,dj,disco,dance,live music,band,jazz,karaoke,techno,rave,recital"},
	{Gala, "gala,ball,black tie,charity,fundraiser,masquerade,gatsby,casino"},
	{Harvest, "harvest,thanksgiving,wine tasting,oktoberfest,autumn feast"},
	{Pool, "pool party,beach,swim,luau,boat,sailing"},
	{Barbecue, "barbecue,bbq,cookout,grill,picnic,potluck,street party"},
	{Tea, "tea party,afternoon tea,high tea"},
	{Brunch, "brunch,breakfast"},
	{Camping, "camping,hike,bonfire,cabin,campfire"},
	{Garden, "garden"},
	{Dinner, "dinner,supper,feast,banquet,lunch,cocktail,drinks"},
	{Party, "party,celebration,bash,soirée,soiree,reunion,get-together"},
}

func kindOf(lower string) Kind {
	for _, k := range kinds {
		for word := range strings.SplitSeq(k.words, ",") {
			if !containsWord(lower, word) {
				continue
			}
			if k.kind == Birthday && agePattern.MatchString(afterBirthday(lower)) {
				return Kids
			}
			return k.kind
		}
	}
	return ""
}

// afterBirthday returns the few words in which an age is spoken of: "turns 7", "her 5th birthday".
func afterBirthday(lower string) string {
	for _, word := range []string{"turns ", "turning "} {
		if at := strings.Index(lower, word); at >= 0 {
			age, _, _ := strings.Cut(lower[at+len(word):], " ")
			return strings.Trim(age, ".,!")
		}
	}
	if at := strings.Index(lower, " birthday"); at >= 0 {
		words := strings.Fields(lower[:at])
		if len(words) > 0 {
			return words[len(words)-1]
		}
	}
	return ""
}

// moods maps words to the moods that themes, ornaments and types are chosen by.
var moods = []struct{ mood, words string }{
	{"minimal", "minimal,minimalist,minimalistic,simple,clean,understated,scandinavian"},
	{"elegant", "elegant,classy,sophisticated,timeless,refined,chic,classic"},
	{"playful", "playful,whimsical,silly,cute,fun,joyful,cheerful"},
	{"retro", "retro,vintage,70s,seventies,60s,sixties,50s,80s,disco,mid-century,midcentury,groovy"},
	{"modern", "modern,contemporary,bold,typographic,swiss,brutalist"},
	{"rustic", "rustic,boho,bohemian,country,barn,farmhouse,woodland,letterpress"},
	{"romantic", "romantic,love,valentine,valentine's"},
	{"glamorous", "glamorous,glam,luxury,luxurious,sparkle,gatsby,1920s,20s,roaring"},
	{"formal", "formal,black tie,cordially,honour of your presence,honor of your presence"},
	{"calm", "calm,quiet,peaceful,serene,gentle"},
	{"bright", "bright,colourful,colorful,vibrant,vivid,rainbow,neon"},
	{"soft", "soft,pastel,delicate,watercolour,watercolor"},
	{"warm", "warm,cosy,cozy,candlelight,candlelit,fireside"},
	{"fresh", "fresh,crisp,citrus"},
	{"dark", "dark,moody,midnight,night sky,noir,black background,gothic"},
	{"night", "night,evening,late,stars,starry,moon,moonlit"},
	{"spring", "spring,easter,april,may"},
	{"summer", "summer,june,july,august,sunny,sun"},
	{"autumn", "autumn,fall,september,october,november,harvest"},
	{"winter", "winter,snow,december,january,february,frost"},
	{"botanical", "botanical,leaves,leaf,greenery,eucalyptus,fern,foliage,woodland,jungle,tropical,palm"},
	{"floral", "floral,flower,flowers,blossom,blossoms,roses,peonies,wildflowers,daisies"},
	{"deco", "deco,gatsby,1920s,20s,roaring"},
	{"memphis", "memphis,80s,eighties,90s,geometric"},
	{"waves", "waves,wave,sea,ocean,beach,surf,nautical,sailing,coastal,lake,boat,pool,swim"},
	{"sunburst", "sunburst,sunrise,sunset,sun,sunny,rays"},
	{"stars", "stars,starry,star,space,astronomy,galaxy,planetarium,celestial,moon,rocket"},
	{"arches", "arch,arches,rainbow,rainbows,boho"},
	{"lattice", "lattice,trellis,tiles,tile,moroccan,azulejo,terrace,terrazzo"},
	{"papercut", "mountain,mountains,hills,hike,camping,landscape,forest,woods,papercut,paper cut,valley,desert"},
	{"gingham", "gingham,picnic,checked,plaid,checkered,barbecue,bbq,cookout"},
	{"fireworks", "fireworks,firework,new year,new year's,sparkler,sparklers"},
	{"confetti", "confetti,sprinkles,party popper,streamers,piñata"},
	{"bunting", "bunting,garland,flags,fête,fete,street party,fair"},
	{"balloons", "balloon,balloons"},
}

func moodWords(lower string) []string {
	var found []string
	for _, m := range moods {
		for word := range strings.SplitSeq(m.words, ",") {
			if containsWord(lower, word) {
				found = append(found, m.mood)
				break
			}
		}
	}
	return found
}

func containsWord(lower, word string) bool {
	for from := 0; ; {
		i := strings.Index(lower[from:], word)
		if i < 0 {
			return false
		}
		at, end := from+i, from+i+len(word)
		before := at == 0 || lower[at-1] < 'a' || lower[at-1] > 'z'
		after := end == len(lower) || lower[end] < 'a' || lower[end] > 'z'
		if before && after {
			return true
		}
		from = end
	}
}
