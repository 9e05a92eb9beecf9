package search

import (
	"strings"
	"testing"

	"tenement/reports/capacity"
)

func TestParseVary(t *testing.T) {
	rows := []struct {
		vary []string
		x    string
		want capacity.Range
		at   string // the settings when x is 61, or the error
	}{
		{[]string{"fleet.web.tasks=1..80"}, "", capacity.Range{Low: 1, High: 80}, "fleet.web.tasks=61"},
		{[]string{"fleet.web.tasks=1..81/4"}, "", capacity.Range{Low: 1, High: 81, Step: 4}, "fleet.web.tasks=61"},
		{[]string{"endpoint.limit.rate=20/s..200/s"}, "", capacity.Range{Low: 20, High: 200}, "endpoint.limit.rate=61/s"},
		{[]string{"endpoint.limit.rate=20..200/s/5"}, "", capacity.Range{Low: 20, High: 200, Step: 5}, "endpoint.limit.rate=61/s"},
		{[]string{"endpoint.limit.rate=20/s..200/s/5/s"}, "", capacity.Range{Low: 20, High: 200, Step: 5}, "endpoint.limit.rate=61/s"},
		{[]string{"w=50ms..2s"}, "", capacity.Range{Low: 50, High: 2000}, "w=61ms"},
		{[]string{"fleet.web.tasks=1e0..1e2"}, "", capacity.Range{Low: 1, High: 100}, "fleet.web.tasks=61"},
		{[]string{"w=1e2ms..2e3"}, "", capacity.Range{Low: 100, High: 2000}, "w=61ms"},
		{[]string{"a=1..1e400"}, "", capacity.Range{}, "--vary a=1..1e400: 1e400 is above 1e+15: want " + wantVary},
		{[]string{"a=" + strings.Repeat("9", 400)}, "", capacity.Range{}, "--vary a=999999999999999999999999999…999999999999999999999999999999: there is no range: want " + wantVary},
		{[]string{"w=10%..90%"}, "", capacity.Range{Low: 10, High: 90}, "w=61%"},
		{[]string{"r=x/s", "b=1.5x"}, "20..200", capacity.Range{Low: 20, High: 200, Step: 1}, "r=61/s b=91"},
		{[]string{"r=x/s", "b=1.5*x+2"}, "20..200/2", capacity.Range{Low: 20, High: 200, Step: 2}, "r=61/s b=93"},
		{[]string{"r=0.5x/s"}, "20.0..200", capacity.Range{Low: 20, High: 200}, "r=30.5/s"},
		{[]string{"a=1..2", "b=1..2"}, "", capacity.Range{}, "--vary b=1..2: a has a range already: let both follow x (--vary b=x --x LO..HI), or give one to --by"},
		{[]string{"a=x"}, "", capacity.Range{}, "--vary a=x is a formula of x: give its range with --x LO..HI"},
		{[]string{"a=1..2"}, "1..2", capacity.Range{}, "--x 1..2: a has a range already"},
		{[]string{"a=x"}, "1s..2s", capacity.Range{}, `--x 1s..2s: x is a number, and the unit "s" belongs to the formulas`},
		{[]string{"a=2..1"}, "", capacity.Range{}, "--vary a=2..1: 1 is not above 2: want " + wantVary},
		{[]string{"a=1..2/0"}, "", capacity.Range{}, "--vary a=1..2/0: the step is 0: want " + wantVary},
		{[]string{"a=1ms..2/s"}, "", capacity.Range{}, `--vary a=1ms..2/s: 2/s is not in the unit "ms" of the range: want ` + wantVary},
		{[]string{"a"}, "", capacity.Range{}, "--vary a: want " + wantVary},
		{[]string{"a=5"}, "", capacity.Range{}, "--vary a=5: there is no range: want " + wantVary},
		{[]string{"a=-5..5"}, "", capacity.Range{}, "--vary a=-5..5: a range and its step are not negative: want " + wantVary},
		{[]string{"a=1..5/-1"}, "", capacity.Range{}, "--vary a=1..5/-1: a range and its step are not negative: want " + wantVary},
		{nil, "1..2", capacity.Range{}, "nothing varies: want --vary " + wantVary},
	}
	for _, row := range rows {
		v, err := ParseVary(row.vary, row.x)
		if err != nil {
			if err.Error() != row.at {
				t.Errorf("%v %s: got the error\n%v\nwant\n%s", row.vary, row.x, err, row.at)
			}
			continue
		}
		if got := strings.Join(v.At(61), " "); got != row.at || v.Range != row.want {
			t.Errorf("%v %s: got %s of %+v, want %s of %+v", row.vary, row.x, got, v.Range, row.at, row.want)
		}
	}
}

// FuzzParseVary reads anything. What is taken has a range and settings.
func FuzzParseVary(f *testing.F) {
	for _, s := range []string{"a=1..2", "a=x", "a=1.5x/s", "a=1/s..2/s/1", "=..", "a=1...2", "a=1..9e99"} {
		f.Add(s, "1..2")
	}
	f.Fuzz(func(t *testing.T, vary, x string) {
		v, err := ParseVary([]string{vary}, x)
		if err == nil && !(v.Range.Low < v.Range.High && len(v.Settings) == 1) {
			t.Fatalf("%q %q: got %+v", vary, x, v)
		}
	})
}
