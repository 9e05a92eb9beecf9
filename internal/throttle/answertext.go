package throttle

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"tenement/internal/quantity"
)

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
const longestSpan = quantity.Longest

// parseSpan reads seconds, or a duration; more than 0.
func parseSpan(text string) (time.Duration, error) {
	d, problem := quantity.Duration(text)
	if problem == quantity.NoUnit {
		d, problem = quantity.Duration(text + "s")
	}
	switch {
	case problem == quantity.TooLong:
		return 0, errors.New("want at most 10 years")
	case problem == quantity.Negative || problem == quantity.None && d == 0:
		return 0, errors.New("want more than 0")
	case problem != quantity.None:
		return 0, errors.New("want seconds, or a duration such as 500ms, 2s, 15m or 1d")
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
