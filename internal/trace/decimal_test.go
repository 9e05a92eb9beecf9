package trace

import (
	"math/rand/v2"
	"testing"
	"time"
)

func TestParseDuration(t *testing.T) {
	for _, c := range []struct {
		name, text string
		digits     int
		want       time.Duration
		err        string
	}{
		{"zero", "0", secondDigits, 0, ""},
		{"negative zero", "-0.0", secondDigits, 0, ""},
		{"seconds", "17", secondDigits, 17 * time.Second, ""},
		{"a tenth is exact", "0.1", secondDigits, 100 * time.Millisecond, ""},
		{"a nanosecond", "0.000000001", secondDigits, 1, ""},
		{"a nanosecond late in a year", "31536000.000000001", secondDigits, 31536000*time.Second + 1, ""},
		{"trailing zeros", "1.500000000000", secondDigits, 1500 * time.Millisecond, ""},
		{"binary noise is rounded", "0.30000000000000004", secondDigits, 300 * time.Millisecond, ""},
		{"rounds up", "0.0000000015", secondDigits, 2, ""},
		{"rounds down", "0.00000000149", secondDigits, 1, ""},
		{"half a nanosecond", "5e-10", secondDigits, 1, ""},
		{"below half a nanosecond", "4e-10", secondDigits, 0, ""},
		{"far below", "1e-99", secondDigits, 0, ""},
		{"exponent", "1.25e+2", secondDigits, 125 * time.Second, ""},
		{"capital exponent", "1E-5", secondDigits, 10 * time.Microsecond, ""},
		{"exponent of zero", "0e50", secondDigits, 0, ""},
		{"microseconds", "512", microDigits, 512 * time.Microsecond, ""},
		{"part of a microsecond", "0.001", microDigits, 1, ""},
		{"a leap year", "31622400", secondDigits, longest, ""},
		{"more than a year", "31622400.000000001", secondDigits, 0, "must be at most a year"},
		{"eighteen figures", "999999999.999999999", secondDigits, 0, "must be at most a year"},
		{"beyond int64", "99999999999999999999", secondDigits, 0, "must be at most a year"},
		{"huge exponent", "1e98", secondDigits, 0, "must be at most a year"},
		{"absurd exponent", "1e100", secondDigits, 0, "the exponent is out of range: want -99..99"},
		{"an exponent no int holds", "1e99999999999999999999", secondDigits, 0, "the exponent is out of range: want -99..99"},
		{"negative", "-0.5", secondDigits, 0, "must not be negative"},
		{"negative and huge", "-1e50", secondDigits, 0, "must not be negative"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := parseDuration(c.text, c.digits)
			if got != c.want || errorText(err) != c.err {
				t.Errorf("%s: got %v, %v, want %v, %s", c.text, int64(got), err, int64(c.want), c.err)
			}
		})
	}
}

func TestDurationsSurviveWriting(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		want := time.Duration(r.Int64N(1<<r.Int64N(54))) % (longest + 1)
		for _, digits := range []int{secondDigits, microDigits} {
			text := string(appendDuration(nil, want, digits))
			if got, err := parseDuration(text, digits); got != want || err != nil {
				t.Fatalf("%d ns as %q: got %d, %v", want, text, got, err)
			}
		}
	}
}

// errorText is the text of an error, empty if there is none.
func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
