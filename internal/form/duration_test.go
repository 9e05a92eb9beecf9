package form

import (
	"testing"
	"time"

	"tenement/internal/quantity"
)

func TestParseDuration(t *testing.T) {
	tests := []struct {
		text string
		want time.Duration
	}{
		{"0", 0}, {"0s", 0}, {"50ms", 50 * time.Millisecond}, {"1.5s", 1500 * time.Millisecond},
		{"1h30m", 90 * time.Minute}, {"1d", 24 * time.Hour}, {"1.5d", 36 * time.Hour}, {"2d6h", 54 * time.Hour},
		{"10us", 10 * time.Microsecond}, {"10µs", 10 * time.Microsecond}, {"3ns", 3}, {"3660d", quantity.Longest},
	}
	for _, test := range tests {
		if got, problem := ParseDuration(test.text); got != test.want || problem != "" {
			t.Errorf("%s: got %v, %q, want %v", test.text, got, problem, test.want)
		}
	}
	for _, text := range []string{"", "d", "1", "1.5", "s", "-1s", "+1s", "1s2", "1h1d", "1dd", "1 s", "1S", "3661d", "99999999999999999999d", "1e3s", "one day", ".5s"} {
		if got, problem := ParseDuration(text); problem == "" {
			t.Errorf("%q: got %v, want a problem", text, got)
		}
	}
}

func TestFormatDuration(t *testing.T) {
	tests := []struct {
		d    time.Duration
		want string
	}{
		{0, "0s"}, {time.Nanosecond, "1ns"}, {1500, "1.5us"}, {50 * time.Millisecond, "50ms"}, {time.Minute, "1m"},
		{90 * time.Second, "1m30s"}, {6 * time.Hour, "6h"}, {90 * time.Minute, "1h30m"}, {10 * time.Hour, "10h"},
		{3601 * time.Second, "1h0m1s"}, {24 * time.Hour, "24h"}, {48 * time.Hour, "2d"}, {49 * time.Hour, "49h"},
	}
	for _, test := range tests {
		if got := FormatDuration(test.d); got != test.want {
			t.Errorf("%v: got %s, want %s", test.d, got, test.want)
		}
		if back, problem := ParseDuration(test.want); back != test.d || problem != "" {
			t.Errorf("%s: got back %v, %q, want %v", test.want, back, problem, test.d)
		}
	}
}
