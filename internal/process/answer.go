package process

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"tenement/internal/draw"
	"tenement/internal/throttle"
)

// Answer is one answer of the vocabulary. (It stands here until the common one of
// package throttle is there.)
type Answer struct {
	Text        string
	Fault       throttle.Fault       // NoFault: none
	Credentials throttle.Credentials // the zero value: the default life
	RetryAfter  string               // the header; "" is none
	Refuse      bool                 // nothing listens
}

// ParseAnswers reads a list of answers, parted by commas.
func ParseAnswers(text string) ([]Answer, error) {
	var all []Answer
	for word := range strings.SplitSeq(text, ",") {
		a, err := parseAnswer(strings.TrimSpace(word))
		if err != nil {
			return nil, fmt.Errorf("answer %q: %w", word, err)
		}
		all = append(all, a)
	}
	return all, nil
}

func parseAnswer(word string) (Answer, error) {
	name, value, valued := strings.Cut(word, ":")
	a := Answer{Text: word}
	status := func(code int, body string) {
		a.Fault = throttle.Fault{Kind: throttle.StatusFault, Status: code, Body: body}
	}
	var d time.Duration
	if valued {
		var err error
		if d, err = time.ParseDuration(value); err != nil {
			n, numeric := strconv.ParseFloat(value, 64)
			if numeric != nil {
				return a, err
			}
			d = time.Duration(n * float64(time.Second))
		}
	}
	switch name {
	case "ok":
		if valued {
			a.Credentials = throttle.Credentials{Lifetime: d, RenewBefore: d}
		}
	case "429json":
		status(http.StatusTooManyRequests, `{"code":"ThrottlingException","message":"Rate exceeded"}`)
	case "429ra":
		status(http.StatusTooManyRequests, "")
		a.RetryAfter = strconv.Itoa(int(d / time.Second))
	case "badjson":
		a.Fault.Kind = throttle.MalformedFault
	case "empty":
		a.Fault.Kind = throttle.EmptyFault
	case "missing":
		a.Fault.Kind = throttle.MissingFieldFault
	case "truncate":
		a.Fault.Kind = throttle.TruncateFault
	case "hang":
		a.Fault.Kind = throttle.HangFault
	case "reset":
		a.Fault.Kind = throttle.ResetFault
	case "cut":
		a.Fault = throttle.Fault{Kind: throttle.CutFault, After: time.Millisecond}
	case "refuse":
		a.Refuse = true
	case "slow":
		a.Fault = throttle.Fault{Kind: throttle.SlowFault, Latency: draw.NewTable(func(float64, bool) float64 { return float64(d) })}
	case "expired":
		const life = time.Hour
		a.Credentials = throttle.Credentials{Lifetime: life, RenewBefore: life}
		a.Fault = throttle.Fault{Kind: throttle.ExpiryFault, Shift: -life - d}
	default:
		code, err := strconv.Atoi(name)
		if err != nil || code < 400 || code > 599 {
			return a, fmt.Errorf("unknown")
		}
		status(code, "")
	}
	return a, nil
}
