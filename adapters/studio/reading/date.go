package reading

import (
	"regexp"
	"strings"
)

// DateParts are the words of a date, as far as it has them.
type DateParts struct{ Weekday, Day, Month, Year string }

var (
	weekdayPart = regexp.MustCompile(`(?i)\b` + weekday)
	monthPart   = regexp.MustCompile(`(?i)\b` + month)
	dayPart     = regexp.MustCompile(`\b(\d{1,2})(?:st|nd|rd|th|er|º|\.)?(?:[^\d]|$)`)
	yearPart    = regexp.MustCompile(`\b\d{4}\b`)
)

// Parts divides a single date such as "Saturday, June 12, 2027"; false if it has no day and month, or says more.
func Parts(date string) (DateParts, bool) {
	var p DateParts
	rest := date
	cut := func(pattern *regexp.Regexp) string {
		found := pattern.FindString(rest)
		rest = strings.Replace(rest, found, " ", 1)
		return strings.Trim(found, " ,.")
	}
	p.Weekday, p.Year, p.Month = cut(weekdayPart), cut(yearPart), cut(monthPart)
	if m := dayPart.FindStringSubmatch(rest); m != nil {
		p.Day, rest = m[1], strings.Replace(rest, m[0], " ", 1)
	}
	rest = strings.Trim(strings.ReplaceAll(strings.ToLower(rest), "the", ""), " ,.")
	return p, p.Day != "" && p.Month != "" && (rest == "" || rest == "of")
}
