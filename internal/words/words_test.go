package words

import (
	"testing"
)

func TestWords(t *testing.T) {
	rows := []struct{ got, want string }{
		{Percent(0.623), "62.3 %"}, {Percent(0), "0 %"}, {Percent(1), "100 %"}, {Percent(0.9999), "> 99.9 %"}, {Percent(0.0004), "0.04 %"}, {Percent(0.001), "0.1 %"}, {Percent(5e-9), "< 0.001 %"}, {Roughly(5e-9), "< 0.001 %"}, {Below(4e-9), "< 0.001 %"}, {Below(1e-5), "< 0.001 %"}, {Below(1.1e-5), "< 0.002 %"},
		{Roughly(0.623), "62 %"}, {Roughly(0.05), "5 %"}, {Roughly(0.0579), "5.8 %"}, {Roughly(0.9996), "over 99 %"}, {Roughly(1), "100 %"}, {Roughly(0.00012), "0.01 %"}, {Roughly(1.68), "168 %"}, {Roughly(9008.89), "900,889 %"}, {Roughly(99.99), "9999 %"},
		{Below(0.0000472), "< 0.005 %"}, {Below(0.0095), "< 1 %"}, {Below(0.002), "< 0.2 %"}, {Below(0), "0 %"}, {Below(5e-324), "0 %"},
		{Points(0.003), "+0.3 pp"}, {Points(-0.298), "-29.8 pp"}, {Points(0.0001), "0.0 pp"},
		{PerSecond(60), "60/s"}, {PerSecond(6.72), "6.7/s"}, {PerSecond(7.04), "7/s"}, {PerSecond(0.0213), "0.021/s"}, {PerSecond(0), "0/s"}, {PerSecond(1234567), "1,234,567/s"},
		{Rate(40), "40/s"}, {Rate(2.5), "2.5/s"}, {Rate(1.0 / 3), "0.333333/s"},
		{Milliseconds(0), "0 ms"}, {Milliseconds(0.42), "0.4 ms"}, {Milliseconds(2.04), "2.0 ms"}, {Milliseconds(15), "15 ms"}, {Milliseconds(1999), "2.0 s"}, {Milliseconds(120_000), "120 s"}, {Milliseconds(3_600_000), "60 min"},
		{Span(60), "60 s"}, {Span(600), "10 min"}, {Span(43_200), "12 h"}, {Span(604_800), "7 d"},
		{Number(999), "999"}, {Number(1234), "1234"}, {Number(12345), "12,345"}, {Number(1234567), "1,234,567"},
		{List([]string{"a"}, "or"), "a"}, {List([]string{"a", "b", "c"}, "or"), "a, b or c"},
		{Capital("über"), "Über"}, {Significant(0.000012345, 2), "0.000012"}, {Significant(1e300, 1)[:3], "100"},
	}
	for _, row := range rows {
		if row.got != row.want {
			t.Errorf("got %q, want %q", row.got, row.want)
		}
	}
}

func TestSpansAreInOneUnit(t *testing.T) {
	for _, row := range []struct {
		a, b float64
		want string
	}{
		{120, 420, "2 min to 7 min"}, {20, 45, "20 s to 45 s"}, {120, 240, "120 s to 240 s"}, {110, 420, "110 s to 420 s"},
		{0, 420, "0 s to 7 min"}, {0.5, 4, "0.5 s to 4 s"}, {3600, 43_200, "1 h to 12 h"}, {0.2, 0.4, "200 ms to 400 ms"}, {45, 43_200, "45 s to 12 h"},
	} {
		from, to := Spans(row.a, row.b)
		if got := from + " to " + to; got != row.want {
			t.Errorf("got %q, want %q", got, row.want)
		}
	}
}
