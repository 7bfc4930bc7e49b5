package reading

import "regexp"

const (
	month = `(?:(?:de\s+)?(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|enero|febrero|marzo|abril|mayo|` +
		`junio|julio|agosto|septiembre|octubre|noviembre|diciembre|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|` +
		`januar|februar|märz|juni|juli|oktober|dezember)\b|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|` +
		`nov(?:ember)?|dec(?:ember)?)\b`
	weekday = `(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|` +
		`lunes|martes|miércoles|jueves|viernes|sábado|domingo|mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)\b`
	day = `(?:\d{1,2}(?:st|nd|rd|th|er|º|\.)?|(?:(?:twenty|thirty)[- ])?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|tenth|eleventh|` +
		`twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth)`
	dash    = `\s*(?:-|–|—|to|until|till)\s*`
	meridem = `\s*(?:[ap]\.?\s?m\b\.?)`
	clock   = `\d{1,2}(?:[:.]\d{2})?`
)

// The patterns of dates and times, those that say most first.
var (
	datePattern = regexp.MustCompile(`(?i)\b(?:` +
		`(?:` + weekday + `,?\s+)?(?:the\s+)?` + day + `(?:\s*(?:-|–|&|and)\s*` + day + `)?(?:\s+of)?\s+` + month + `(?:,?\s+\d{4}\b)?` +
		`|(?:` + weekday + `,?\s+)?` + month + `\s+` + day + `(?:\s*(?:-|–|&|and)\s*` + day + `)?(?:,?\s+\d{4}\b)?` +
		`|\d{4}-\d{2}-\d{2}\b|\d{1,2}[./]\d{1,2}[./]\d{2,4}\b` +
		`|(?:next\s+|this\s+)?(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)(?:\s+(?:night|evening|afternoon|morning))?(?:,?\s+(?:the\s+)?\d{1,2}(?:st|nd|rd|th)\b)?` +
		`|(?:january|february|march|april|june|july|august|september|october|november|december)\s+\d{4}\b` +
		`|tomorrow\b|tonight\b)` +
		`|\d{1,2}\s+(?:января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря|` +
		`січня|лютого|березня|квітня|травня|червня|липня|серпня|вересня|жовтня|листопада|грудня)(?:\s+\d{4})?` +
		`|(?:\d{4}年)?\d{1,2}月\d{1,2}日(?:[（(]\p{Han}[）)])?|(?:\d{4}년\s*)?\d{1,2}월\s*\d{1,2}일`)
	timePattern = regexp.MustCompile(`(?i)\b(?:` +
		clock + `(?:` + meridem + `)?` + dash + `(?:` + clock + meridem + `|midnight|noon|late)` +
		`|` + clock + meridem +
		`|(?:[01]?\d|2[0-3])[:.][0-5]\d(?:\s*h\b)?(?:` + dash + `(?:[01]?\d|2[0-3])[:.][0-5]\d(?:\s*h\b)?)?` +
		`|(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\s+o['’]clock(?:\s+in\s+the\s+(?:morning|afternoon|evening))?` +
		`|half\s+past\s+\w+(?:\s+in\s+the\s+(?:morning|afternoon|evening))?` +
		`|\d{1,2}\s?h(?:\d{2})?\b|\d{1,2}(?:[:.]\d{2})?\s+uhr\b` +
		`|(?:12\s+)?noon\b|midday\b|midnight\b)` +
		`|(?:午前|午後|上午|下午|晚上)?\d{1,2}[時时点點](?:半|\d{1,2}分)?|(?:오전|오후)\s*\d{1,2}시(?:\s*\d{1,2}분)?`)
	replyPattern = regexp.MustCompile(`(?i)\b(?:r\.?\s?s\.?\s?v\.?\s?p\b|please\s+(?:reply|respond|confirm|let\s+(?:us|me)\s+know)|` +
		`kindly\s+(?:reply|respond)|regrets\s+only|let\s+(?:us|me)\s+know\s+by|reply\s+(?:by|to)\b)`)
	dressPattern = regexp.MustCompile(`(?i)\b(?:dress\s+code|attire|black\s+tie|white\s+tie|smart\s+casual|fancy\s+dress|` +
		`cocktail\s+dress|casual\s+dress|formal\s+dress|costumes?\b|dress\s+(?:up|warm|in|to)|come\s+(?:dressed|in\s+(?:costume|your))|please\s+wear|wear\s)`)
	labelPattern = regexp.MustCompile(`(?i)^\s*(title|event|occasion|what|name|names|who|host|hosts|hosted by|date|when|day|` +
		`time|start|starts|doors|where|place|location|venue|address|dress(?: code)?|attire|rsvp|reply|note|notes|` +
		`theme|style|colou?rs?|palette|mood|look)\s*[:=]\s*(.+)$`)
	commandPattern = regexp.MustCompile(`(?i)^(?:hi|hello|hey)?[,!\s]*(?:please\s+)?(?:(?:can|could|would)\s+you\s+(?:please\s+)?)?` +
		`(?:(?:create|design|make|draw|generate|i\s+need|i\s+want|i['’]d\s+like|we\s+need|we\s+want|we['’]d\s+like|looking\s+for)\s+)?` +
		`(?:(?:me|us)\s+)?(?:an?\s+|the\s+|some\s+|our\s+|my\s+)?((?:[\w&'’-]+,?\s+){0,6}?)(?:invitations?|invites?|invitation\s+cards?|cards?|flyers?|posters?|` +
		`designs?|announcements?|save[- ]the[- ]dates?)\s+(?:for|to|of|announcing)\s+`)
	leadPattern = regexp.MustCompile(`(?i)^((?:you\s+are|you['’]re|you\s+and\s+your\s+family\s+are|we\s+are|we['’]re)\s+(?:all\s+)?(?:cordially\s+|warmly\s+)?` +
		`(?:invited|inviting\s+you|throwing|hosting|having)(?:\s+(?:to|for))?|(?:please\s+)?(?:come\s+and\s+|come\s+)?(?:join|celebrate\s+with)\s+(?:us|me)` +
		`(?:\s+(?:for|to\s+celebrate|as\s+we\s+celebrate|in\s+celebrating|at))?|(?:come\s+|let['’]s\s+|help\s+us\s+)celebrate(?:\s+with\s+us)?|save\s+the\s+date(?:\s+for)?|` +
		`we\s+invite\s+you\s+(?:to|for)|together\s+with\s+their\s+families)[,:]?\s+(.+)$`)
	tailPattern = regexp.MustCompile(`(?i)^(.{2,60}?)\s+((?:who\s+)?(?:is|are|will\s+be)\s+(?:turning|getting|tying|graduating|retiring|engaged|expecting|having|moving|leaving|celebrating)\b.*|turns\s+.*)$`)
	agePattern  = regexp.MustCompile(`(?i)\b(?:turn(?:s|ing)\s+|is\s+)?(one|two|three|four|five|six|seven|eight|nine|ten|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|1st|2nd|3rd|[4-9]th|1[0-2]th|[1-9]\b|1[0-2]\b)(?:\s+birthday)?`)
	// joinPattern divides "A garden party for Ada" after "for"; the division counts only before a name.
	joinPattern = regexp.MustCompile(`(?i)\b(?:to\s+celebrate|celebrating|in\s+hono[u]?r\s+of|hono[u]?ring|to\s+mark|marking|in\s+memory\s+of|for|` +
		`(?:wedding|marriage|engagement|celebration|christening|baptism|birth|launch|opening|union|anniversary|life|retirement|graduation)\s+of)\s+`)
)
