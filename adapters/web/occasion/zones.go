package occasion

import (
	_ "embed"
	"strings"
)

//go:embed zones.txt
var zones string

// Zones are the names of time zones that people may choose among, as IANA keeps them. Others are taken, too.
func Zones() []string { return strings.Fields(zones) }
