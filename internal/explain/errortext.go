package explain

import (
	"net/http"
	"strings"

	"tenement/internal/sdk"
	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

// errorText is what a user of the client sees of a call that failed; "" if the
// client has no text for that.
func (w *watcher) errorText(s *seen) string {
	o := s.last.outcome
	if f := s.call.Failure(); f.Err == strategy.OutOfTime {
		o = f // the error tells of the time limit, not of the last answer
	}
	return sdk.ErrorText(w.client.Errors, &sdk.Last{
		Outcome: o, Leg: w.legs[s.last.resource],
		Method: w.plan.Resources[s.last.resource].Method, URL: w.urls[s.last.resource], Host: w.plan.Service.Row().IPv4, Role: service.DefaultRole,
		Reason: http.StatusText(int(o.Status)), Body: w.body(&s.last.outcome), Attempts: int(s.call.Attempts),
	})
}

// body is the body of the answer with that outcome, if it is one of the question's
// answers; "" if the server has made it by itself.
func (w *watcher) body(o *strategy.Outcome) string {
	for _, a := range w.question.Answers {
		if a.Kind == throttle.StatusFault && a.Status == int(o.Status) && strategy.ErrorBody([]byte(a.Body())) == o.Body {
			return strings.TrimSpace(a.Body())
		}
	}
	return ""
}
