package gate

import "testing"

// A figure and a bound that differ are written differently.
func TestFiguresAndBoundsAreToldApart(t *testing.T) {
	rows := []struct {
		unit                  Unit
		figure, bound         float64
		text, limit, distance string
	}{
		{Fraction, 0.118, 0.01, "11.8 %", "1 %", "10.8 points above"},
		{Fraction, 0.0102, 0.01, "1.02 %", "1 %", "0.02 points above"},
		{Fraction, 0.01000001, 0.01, "1.000001 %", "1 %", "0.000001 points above"},
		{Fraction, 0, 0.01, "0 %", "1 %", "1 point below"},
		{Fraction, 0.00004, 0.01, "0.004 %", "1 %", "0.996 points below"},
		{Fraction, 0.00000004, 0, "0.000004 %", "0 %", "0.000004 points above"},
		{Fraction, 0.9995, 0.999, "99.95 %", "99.9 %", "0.05 points above"},
		{Fraction, 1, 0.999, "100 %", "99.9 %", "0.1 points above"},
		{Fraction, 0.01, 0.01, "1 %", "1 %", ""},
		{Milliseconds, 2900, 100, "2.9 s", "100 ms", "2.8 s above"},
		{Milliseconds, 100.4, 100, "100.4 ms", "100 ms", "0.4 ms above"},
		{Milliseconds, 2001, 2000, "2.001 s", "2 s", "1.0 ms above"},
		{Milliseconds, 0, 0.1, "0 ms", "0.1 ms", "0.1 ms below"},
		{Milliseconds, 600_001, 600_000, "10.00002 min", "10 min", "1.0 ms above"},
		{Number, 2.18, 2, "2.18", "2", "0.18 above"},
		{Number, 400.0000001, 400, "400.0000001", "400", "0.0000001 above"},
		{Number, 1e15, 1e15 - 1, "1000000000000000", "999999999999999", "1 above"},
	}
	for _, row := range rows {
		text, limit := row.unit.Apart(row.figure, row.bound)
		if text != row.text || limit != row.limit {
			t.Errorf("%g and %g %s: got %q and %q, want %q and %q", row.figure, row.bound, row.unit, text, limit, row.text, row.limit)
		}
		if got := row.unit.Margin(row.figure, row.bound); got != row.distance {
			t.Errorf("%g and %g %s: margin %q, want %q", row.figure, row.bound, row.unit, got, row.distance)
		}
	}
}
