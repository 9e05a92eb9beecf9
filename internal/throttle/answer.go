package throttle

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Answer is one answer of an AnswersFault: what one request gets. Its text, as
// ParseAnswer reads it, is the same in profiles, in flags and in the JSON of
// timelines. The zero Answer is ok: the request is served as ever.
type Answer struct {
	// Kind is what it does, as a fault of that kind does: NoFault, SlowFault,
	// StatusFault, HangFault, ResetFault, CutFault, TruncateFault,
	// MalformedFault, EmptyFault, MissingFieldFault, LifeFault or RefuseFault.
	Kind   FaultKind
	Status int  // StatusFault
	JSON   bool // StatusFault: the body is a JSON error with a code, not text
	// Span is, for a StatusFault, the Retry-After, in whole seconds, 0 for
	// none; for a SlowFault, how much later the answer comes; for a LifeFault,
	// how long the credentials live, in whole seconds; below 0, they expired
	// that long ago.
	Span time.Duration
}

// maxAnswers bounds the answers of a fault.
const maxAnswers = 1000

// check says what is wrong with an answer.
func (a Answer) check() error {
	whole := a.Span%time.Second == 0
	switch {
	case a.Kind == StatusFault && (a.Status < 400 || a.Status > 599):
		return fmt.Errorf("status %d: want 400 to 599", a.Status)
	case a.Kind == StatusFault && (a.Span < 0 || a.JSON && a.Span != 0 || !whole):
		return fmt.Errorf("%dra: want whole seconds, which is all that the header can tell", a.Status)
	case a.Kind == SlowFault && a.Span <= 0:
		return fmt.Errorf("slow: want more than 0")
	case a.Kind == LifeFault && (a.Span == 0 || !whole):
		return fmt.Errorf("%s: want whole seconds, which is all that a document can tell", a)
	case a.Span > longestSpan || a.Span < -longestSpan:
		return fmt.Errorf("%s: want at most 10 years", a)
	}
	return nil
}

// fault is an answer of a fault as a fault of its own.
func (a Answer) fault(of *Fault) Fault {
	f := *of
	f.Kind = a.Kind
	if a.Kind == StatusFault {
		f.Status, f.Body, f.RetryAfter = a.Status, a.Body(), a.Span
	}
	return f
}

// Body is that of a StatusFault.
func (a Answer) Body() string {
	switch {
	case !a.JSON && a.Status == 429:
		return "Too Many Requests\n"
	case !a.JSON:
		return "Status " + strconv.Itoa(a.Status) + "\n"
	case a.Status == 429:
		return `{"code":"ThrottlingException","message":"Rate exceeded"}`
	case a.Status >= 500:
		return `{"code":"InternalServerException","message":"Something went wrong"}`
	default:
		return `{"code":"ValidationException","message":"Something is wrong with the request"}`
	}
}

// shift is, of a LifeFault, how far after now the credentials served at now
// expire. They expire at a whole second, as documents tell it.
func (a Answer) shift(now time.Duration) time.Duration {
	at := now + a.Span
	past := at % time.Second
	if past < 0 {
		past += time.Second
	}
	return at - past - now
}

// checkAnswers says what is wrong with the answers of an AnswersFault.
func (f *Fault) checkAnswers() error {
	if len(f.Answers) == 0 || len(f.Answers) > maxAnswers {
		return fmt.Errorf("answers: %d of them: want 1 to %d", len(f.Answers), maxAnswers)
	}
	for i, a := range f.Answers {
		if err := a.check(); err != nil {
			return fmt.Errorf("answer %d: %w", i+1, err)
		}
		switch {
		case f.routes(a.Kind) == 0:
			return fmt.Errorf("answer %d: %s: changes nothing on %s", i+1, a, strings.Join(f.Routes.Names(), ", "))
		case a.Kind == RefuseFault && (f.Routes != 0 || f.Share > 0 && f.Share < 1):
			return fmt.Errorf("answer %d: refuse: a connection is refused before it asks: want no routes and no share", i+1)
		}
	}
	return nil
}

// RefusesAt is the place of the first answer that refuses a connection, counted
// from 1, or 0. A server on a shared port cannot give that answer to one client.
func RefusesAt(all []Answer) int {
	for i, a := range all {
		if a.Kind == RefuseFault {
			return i + 1
		}
	}
	return 0
}
