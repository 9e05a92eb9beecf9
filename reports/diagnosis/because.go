package diagnosis

import (
	"cmp"
	"strings"
)

// Because is why calls fail, in one clause for behind a because: "your first tries are
// 42/s, and the limit is 40/s". It is empty where the figures do not show a reason.
func (d *Diagnosis) Because() string {
	if d.Base == nil {
		return ""
	}
	switch {
	case d.Cause.UsedBy == ByYou:
		return d.yourLoad()
	case d.Cause.UsedBy == ByEachTask && d.You.Fail():
		return cmp.Or(d.unevenWords(), d.perTask())
	}
	for _, say := range []func() string{d.sayFailuresInFault, d.sayCause, d.sayFailures, d.sayExpired} {
		if text := say(); text != "" {
			return clause(text)
		}
	}
	return ""
}

// clause is the first sentence of a text as a part of another one.
func clause(text string) string {
	text, _, _ = strings.Cut(text, ". ")
	text = strings.TrimSuffix(text, ".")
	first, rest, _ := strings.Cut(text, " ")
	switch first {
	case "The", "Your", "You", "All", "Each", "Bursts", "A", "An", "None", "Most", "Half", "Every", "Requests", "Tasks", "One", "It", "At", "In", "Over":
		first = strings.ToLower(first)
	}
	return strings.TrimSpace(first + " " + rest)
}
