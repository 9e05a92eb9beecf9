package conformance

import (
	"regexp"
	"strings"
)

// address is where a server is, or the ID of a task's credentials.
var address = regexp.MustCompile(`\b\d+\.\d+\.\d+\.\d+(:\d+)?|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b`)

// anywhere is a text in one line, without the addresses and IDs in it: a preset's
// text has those of the service, and a real client's those of the mock.
func anywhere(text string) string {
	text = address.ReplaceAllString(strings.Join(strings.Fields(text), " "), "HOST")
	return strings.ReplaceAll(text, "HOST//", "HOST/") // of clients that append a path to an endpoint with a slash
}

// says reports whether an error contains a text, in which ... and <hash> stand for
// anything.
func says(got, want string) bool {
	for part := range strings.SplitSeq(strings.NewReplacer("[...", "...", "<hash>", "...").Replace(want), "...") {
		part = strings.TrimLeft(part, "],) ")
		at := strings.Index(got, part)
		if at < 0 {
			return false
		}
		got = got[at+len(part):]
	}
	return true
}
