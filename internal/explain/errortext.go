package explain

import (
	"strconv"
	"strings"

	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

// errorText is what a user of the client sees of a call that failed; "" if the
// client has no text for that.
func (w *watcher) errorText(s *seen) string {
	for _, e := range w.client.Errors {
		if e.On != 0 && (s.last.outcome.Good() || !e.On.Has(&s.last.outcome)) {
			continue // a document can be good, and too old
		}
		return strings.NewReplacer(
			"{status}", strconv.Itoa(int(s.last.outcome.Status)),
			"{body}", w.body(&s.last.outcome),
			"{attempts}", strconv.Itoa(int(s.call.Attempts)),
			"{url}", w.urls[s.last.resource],
		).Replace(e.Text)
	}
	return ""
}

// body is the body of the answer with that outcome: of the answers that were asked
// for, or "" if it is the server's own.
func (w *watcher) body(o *strategy.Outcome) string {
	for _, a := range w.question.Answers {
		if a.Kind == throttle.StatusFault && a.Status == int(o.Status) && strategy.ErrorBody([]byte(a.Body())) == o.Body {
			return strings.TrimSpace(a.Body())
		}
	}
	return ""
}
