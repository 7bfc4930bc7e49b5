package jobs

import (
	"encoding/hex"
	"strings"
)

// before is the id just below another, after the one just above it; empty where there is none. They are the cursors of a
// page without jobs: a walk leaves out the job of its cursor, and here no page has shown that one.
func before(id string) string { return beside(id, 0x00, -1) }
func after(id string) string  { return beside(id, 0xff, 1) }

// beside adds a step to an id, a number of 16 bytes. A byte at its end turns over and takes the one before it along.
func beside(id string, end byte, step int) string {
	n, err := hex.DecodeString(strings.ReplaceAll(id, "-", ""))
	if err != nil || len(n) != 16 {
		return ""
	}
	for i := len(n) - 1; i >= 0; i-- {
		turns := n[i] == end
		if n[i] = byte(int(n[i]) + step); !turns {
			text := hex.EncodeToString(n)
			return text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
		}
	}
	return ""
}
