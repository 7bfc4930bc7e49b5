// Package uuid reads the ids that clients and other services send.
package uuid

import "strings"

// Parse returns an id as it is stored, in fresh memory, if the text can be one: a UUID in its usual form of 36 characters,
// in any case. What is no UUID is nobody's id and needs no look at a store.
func Parse(text string) (id string, ok bool) {
	const form = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
	if len(text) != len(form) {
		return "", false
	}
	for i := range len(form) {
		if dash := text[i] == '-'; dash != (form[i] == '-') || !dash && !isHex(text[i]) {
			return "", false
		}
	}
	return strings.Clone(strings.ToLower(text)), true
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
