package profiles

import (
	"math"
	"regexp"
	"time"

	"tenement/internal/form"
	"tenement/internal/quantity"
	"tenement/internal/throttle"
)

// duration is short for the forms, which name it once for each field.
type duration = time.Duration

// rateForm is a number per second, minute or hour, at most so many a second.
// With zero, 0 is a rate too.
func rateForm(most float64, zero bool) form.Form[throttle.Rate] {
	name := "rate"
	if zero {
		name = "rate-or-0"
	}
	return form.Form[throttle.Rate]{
		Read: func(r *form.Reader, n *form.Node, path string) throttle.Rate {
			const want = "a rate such as 40/s, 2.5/s or 30/m"
			text, ok := r.Scalar(n, path, want)
			if !ok {
				return throttle.Rate{}
			}
			if zero && zeroRate.MatchString(text) {
				return throttle.Rate{Seconds: 1}
			}
			if _, bare := quantity.Number(text); bare {
				r.Fail(n, path, "%s has no unit: want %s", text, want)
				return throttle.Rate{}
			}
			rate, err := throttle.ParseRate(text)
			switch {
			case err != nil:
				r.Fail(n, path, "%v", err)
			case rate.PerSecond() > most:
				r.Fail(n, path, "%s: want at most %s/s", text, form.FormatNumber(most))
			}
			return rate
		},
		Write: func(v throttle.Rate, _ bool) *form.Node { return form.Plain(v.String()) },
		Schema: func() *form.Schema {
			s := &form.Schema{Type: "string", Pattern: `^[0-9]{1,9}(\.[0-9]{1,6})?/[smh]$`}
			if zero {
				return &form.Schema{OneOf: []*form.Schema{s, {Const: 0}}}
			}
			return s
		},
	}.Named(name)
}

var zeroRate = regexp.MustCompile(`^0+(\.0+)?(/[smh])?$`)

// noLimit is the bound of rateForm for rates that may be as high as a profile
// can write them.
const noLimit = math.MaxFloat64
