package quantity

import (
	"testing"
	"time"
)

func TestDuration(t *testing.T) {
	rows := []struct {
		text    string
		want    time.Duration
		problem Problem
	}{
		{"0", 0, None}, {"50ms", 50 * time.Millisecond, None}, {"1d12h", 36 * time.Hour, None}, {"1.5d", 36 * time.Hour, None},
		{"-5s", 0, Negative}, {"5", 0, NoUnit}, {"", 0, Syntax}, {"soon", 0, Syntax}, {"3661d", 0, TooLong}, {"3660d1s", 0, TooLong},
	}
	for _, row := range rows {
		if got, problem := Duration(row.text); got != row.want || problem != row.problem {
			t.Errorf("%q: got %v, problem %d, want %v, problem %d", row.text, got, problem, row.want, row.problem)
		}
	}
}

func TestFraction(t *testing.T) {
	for text, want := range map[string]float64{"1%": 0.01, "0.2": 0.2, "-3": -3, "1e-3": 0.001} {
		if got, ok := Fraction(text); !ok || got != want {
			t.Errorf("%q: got %v, %v, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "%", "1 %", "0x1", "inf", "1e999"} {
		if got, ok := Fraction(text); ok {
			t.Errorf("%q: got %v, want nothing", text, got)
		}
	}
}
