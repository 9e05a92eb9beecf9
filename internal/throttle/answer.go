package throttle

import (
	"errors"
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

// plainAnswers are the answers without a value, by their word.
var plainAnswers = []struct {
	word string
	kind FaultKind
}{
	{"badjson", MalformedFault}, {"empty", EmptyFault}, {"missing", MissingFieldFault}, {"truncate", TruncateFault},
	{"hang", HangFault}, {"refuse", RefuseFault}, {"cut", CutFault}, {"reset", ResetFault}, {"ok", NoFault},
}

// AnswerForm is a form of answers, and what it does.
type AnswerForm struct{ Form, Doc string }

// AnswerForms are all forms of answers. S stands for seconds or a duration, and
// LIFETIME for a duration.
func AnswerForms() []AnswerForm {
	return []AnswerForm{
		{"429", "a status, 400 to 599, with a text that has no error code"},
		{"429json", "a status with a JSON error; 429 has a throttling code"},
		{"429ra:S", "a status with a text and Retry-After: S"},
		{"badjson", "200 and half a document"},
		{"empty", "200 and {}"},
		{"missing", "credentials without SecretAccessKey"},
		{"truncate", "the connection is closed within the body"},
		{"hang", "no answer"},
		{"refuse", "the connection is refused"},
		{"cut", "the connection is closed without an answer"},
		{"reset", "the connection is reset"},
		{"slow:S", "served, S later"},
		{"expired:S", "credentials that expired S ago"},
		{"ok:LIFETIME", "credentials that expire after LIFETIME"},
		{"ok", "credentials as they are"},
	}
}

// AnswerPattern is the regular expression of an answer, for schemas.
const AnswerPattern = `^([45][0-9][0-9](json|ra:[0-9.a-zµ]+)?|badjson|empty|missing|truncate|hang|refuse|cut|reset|(slow|expired|ok):[0-9.a-zµ]+|ok)$`

// vocabulary lists the forms of answers, for errors.
func vocabulary() string {
	var list string
	for i, f := range AnswerForms() {
		switch i {
		case 0:
		case len(AnswerForms()) - 1:
			list += " or "
		default:
			list += ", "
		}
		list += f.Form
	}
	return list
}

// ParseAnswer reads an answer: one of AnswerForms. The error says what is wrong.
func ParseAnswer(text string) (Answer, error) {
	for _, plain := range plainAnswers {
		if text == plain.word {
			return Answer{Kind: plain.kind}, nil
		}
	}
	word, value, valued := strings.Cut(text, ":")
	digits := strings.TrimRight(word, "abcdefghijklmnopqrstuvwxyz")
	status, err := strconv.Atoi(digits)
	if err == nil && strconv.Itoa(status) != digits {
		err = errors.New("a sign, or a zero that counts for nothing")
	}
	a := Answer{Kind: StatusFault, Status: status}
	switch tail := word[len(digits):]; {
	case err == nil && tail == "" && !valued:
		return a, a.check()
	case err == nil && tail == "json" && !valued:
		a.JSON = true
		return a, a.check()
	case err == nil && tail == "ra" && valued:
	case word == "slow" && valued:
		a = Answer{Kind: SlowFault}
	case (word == "expired" || word == "ok") && valued:
		a = Answer{Kind: LifeFault}
	default:
		return Answer{}, fmt.Errorf("%s: want %s", strconv.Quote(text), vocabulary())
	}
	if a.Span, err = parseSpan(value); err != nil {
		return Answer{}, fmt.Errorf("%q: %w", text, err)
	}
	if word == "expired" {
		a.Span = -a.Span
	}
	if a.Kind == LifeFault && a.Span%time.Second != 0 { // its own text would not show the fraction
		return Answer{}, fmt.Errorf("%q: want whole seconds, which is all that a document can tell", text)
	}
	return a, a.check()
}

// longestSpan bounds the Span of an answer, so that sums of a few of them cannot
// overflow.
const longestSpan = 10 * 366 * 24 * time.Hour

// parseSpan reads seconds, or a duration; more than 0.
func parseSpan(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil {
		d, err = time.ParseDuration(text + "s")
	}
	switch {
	case err != nil:
		return 0, errors.New("want seconds, or a duration such as 500ms, 2s or 15m")
	case d <= 0:
		return 0, errors.New("want more than 0")
	case d > longestSpan:
		return 0, errors.New("want at most 10 years")
	}
	return d, nil
}

// ParseAnswers reads a list of answers, separated by commas. The error names the
// place in the list.
func ParseAnswers(list string) ([]Answer, error) {
	texts := strings.Split(list, ",")
	if len(texts) > maxAnswers {
		return nil, fmt.Errorf("%d answers: want at most %d", len(texts), maxAnswers)
	}
	var all []Answer
	for i, text := range texts {
		a, err := ParseAnswer(strings.TrimSpace(text))
		if err != nil {
			return nil, fmt.Errorf("answer %d: %w", i+1, err)
		}
		all = append(all, a)
	}
	return all, nil
}

// FormatAnswers is the list that ParseAnswers reads.
func FormatAnswers(all []Answer) string {
	texts := make([]string, len(all))
	for i, a := range all {
		texts[i] = a.String()
	}
	return strings.Join(texts, ",")
}

// String is the text that ParseAnswer reads.
func (a Answer) String() string {
	switch status := strconv.Itoa(a.Status); {
	case a.Kind == StatusFault && a.JSON:
		return status + "json"
	case a.Kind == StatusFault && a.Span > 0:
		return status + "ra:" + seconds(a.Span)
	case a.Kind == StatusFault:
		return status
	case a.Kind == SlowFault:
		return "slow:" + seconds(a.Span)
	case a.Kind == LifeFault && a.Span < 0:
		return "expired:" + seconds(-a.Span)
	case a.Kind == LifeFault:
		return "ok:" + lifetime(a.Span)
	}
	for _, plain := range plainAnswers {
		if plain.kind == a.Kind {
			return plain.word
		}
	}
	return a.Kind.String()
}

// seconds is a duration above 0 in seconds, without an exponent.
func seconds(d time.Duration) string {
	text := fmt.Sprintf("%d.%09d", d/time.Second, d%time.Second)
	return strings.TrimRight(strings.TrimRight(text, "0"), ".")
}

// lifetime is a duration of whole seconds above 0, in the largest unit that it is a
// multiple of.
func lifetime(d time.Duration) string {
	switch {
	case d%time.Hour == 0:
		return strconv.FormatInt(int64(d/time.Hour), 10) + "h"
	case d%time.Minute == 0:
		return strconv.FormatInt(int64(d/time.Minute), 10) + "m"
	}
	return strconv.FormatInt(int64(d/time.Second), 10) + "s"
}

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
