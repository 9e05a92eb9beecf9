package throttle_test

import (
	"testing"

	"tenement/internal/throttle"
)

func TestParseRate(t *testing.T) {
	tests := []struct {
		text      string
		want      throttle.Rate
		perSecond float64
		canonical string
	}{
		{"40/s", throttle.Rate{Tokens: 40, Seconds: 1}, 40, "40/s"},
		{"2.5/s", throttle.Rate{Tokens: 5, Seconds: 2}, 2.5, "2.5/s"},
		{"30/m", throttle.Rate{Tokens: 1, Seconds: 2}, 0.5, "30/m"},
		{"0.5/s", throttle.Rate{Tokens: 1, Seconds: 2}, 0.5, "30/m"},
		{"100/h", throttle.Rate{Tokens: 1, Seconds: 36}, 1. / 36, "100/h"},
		{"100/m", throttle.Rate{Tokens: 5, Seconds: 3}, 5. / 3, "100/m"},
		{"20/m", throttle.Rate{Tokens: 1, Seconds: 3}, 1. / 3, "20/m"},
		{"2400/m", throttle.Rate{Tokens: 40, Seconds: 1}, 40, "40/s"},
		{"007.50/m", throttle.Rate{Tokens: 1, Seconds: 8}, 0.125, "450/h"},
		{"1.000000/s", throttle.Rate{Tokens: 1, Seconds: 1}, 1, "1/s"},
		{"39.999/s", throttle.Rate{Tokens: 39999, Seconds: 1000}, 39.999, "39.999/s"},
		{"0.25/h", throttle.Rate{Tokens: 1, Seconds: 14400}, 1. / 14400, "0.25/h"},
		{"0.000001/h", throttle.Rate{Tokens: 1, Seconds: 3_600_000_000}, 1 / 3.6e9, "0.000001/h"},
		{"999999999.999999/s", throttle.Rate{Tokens: 999999999999999, Seconds: 1000000}, 999999999.999999, "999999999.999999/s"},
		{"0.1/s", throttle.Rate{Tokens: 1, Seconds: 10}, 0.1, "6/m"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got, err := throttle.ParseRate(tt.text)
			if err != nil {
				t.Fatal(err)
			}
			if got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
			if s := got.String(); s != tt.canonical {
				t.Errorf("String: got %s, want %s", s, tt.canonical)
			}
			if again, err := throttle.ParseRate(got.String()); again != got || err != nil {
				t.Errorf("parsing %s: got %+v, %v, want %+v", got, again, err, got)
			}
			if p := got.PerSecond(); p != tt.perSecond {
				t.Errorf("PerSecond: got %v, want %v", p, tt.perSecond)
			}
		})
	}
}

// The messages are shown to users as they are.
func TestParseRateErrors(t *testing.T) {
	tests := []struct{ text, want string }{
		{"40", `rate "40": want a number per unit, such as 40/s`},
		{"", `rate "": want a number per unit, such as 40/s`},
		{"40/", `rate "40/": unknown unit "": want s, m or h, such as 40/s`},
		{"40/day", `rate "40/day": unknown unit "day": want s, m or h, such as 40/s`},
		{"40/s/s", `rate "40/s/s": unknown unit "s/s": want s, m or h, such as 40/s`},
		{"40 /s", `rate "40 /s": "40 " is not a decimal number: want one such as 40 or 2.5`},
		{"/s", `rate "/s": "" is not a decimal number: want one such as 40 or 2.5`},
		{"-1/s", `rate "-1/s": "-1" is not a decimal number: want one such as 40 or 2.5`},
		{"1e3/s", `rate "1e3/s": "1e3" is not a decimal number: want one such as 40 or 2.5`},
		{".5/s", `rate ".5/s": ".5" is not a decimal number: want one such as 40 or 2.5`},
		{"5./s", `rate "5./s": "5." is not a decimal number: want one such as 40 or 2.5`},
		{"1.2.3/s", `rate "1.2.3/s": "1.2.3" is not a decimal number: want one such as 40 or 2.5`},
		{"٤/s", `rate "٤/s": "٤" is not a decimal number: want one such as 40 or 2.5`},
		{"0/s", `rate "0/s": want more than 0`},
		{"0.000/h", `rate "0.000/h": want more than 0`},
		{"1234567890/s", `rate "1234567890/s": want at most 9 digits before the point and 6 after it`},
		{"0.0000001/s", `rate "0.0000001/s": want at most 9 digits before the point and 6 after it`},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got, err := throttle.ParseRate(tt.text)
			if err == nil {
				t.Fatalf("got %+v, want an error", got)
			}
			if err.Error() != tt.want {
				t.Errorf("got  %s\nwant %s", err, tt.want)
			}
		})
	}
}

// A fraction that cannot be written as a rate still prints.
func TestRateStringOfAnyFraction(t *testing.T) {
	tests := []struct {
		rate throttle.Rate
		want string
	}{
		{throttle.Rate{}, "0/0s"},
		{throttle.Rate{Tokens: 1, Seconds: 7}, "1/7s"},
		{throttle.Rate{Tokens: 22, Seconds: 7}, "22/7s"},
		{throttle.Rate{Tokens: 80, Seconds: 2}, "40/s"},
	}
	for _, tt := range tests {
		if got := tt.rate.String(); got != tt.want {
			t.Errorf("%d per %d s: got %s, want %s", tt.rate.Tokens, tt.rate.Seconds, got, tt.want)
		}
	}
}

func FuzzParseRate(f *testing.F) {
	for _, s := range []string{"40/s", "2.5/s", "0.000001/h", "40", "999999999.999999/m"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		rate, err := throttle.ParseRate(s)
		if err != nil {
			return
		}
		if rate.Tokens <= 0 || rate.Seconds <= 0 {
			t.Errorf("%q: got %+v, want a positive rate", s, rate)
		}
		if again, err := throttle.ParseRate(rate.String()); again != rate || err != nil {
			t.Errorf("%q is %+v, printed as %s, which is %+v, %v", s, rate, rate, again, err)
		}
	})
}
