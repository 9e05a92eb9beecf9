package tracestat

import (
	"math"
	"strconv"
	"time"

	"tenement/internal/stat"
)

// statuses are counts by status as text; 0 is not recorded, and left out.
func statuses(all map[int]uint64) map[string]uint64 {
	out := map[string]uint64{}
	for status, n := range all {
		if status != 0 {
			out[strconv.Itoa(status)] = n
		}
	}
	return out
}

// ratio is n/of, or nil of nothing.
func ratio(n, of uint64) *float64 {
	if of == 0 {
		return nil
	}
	x := stat.Tidy(float64(n) / float64(of))
	return &x
}

// milliseconds is a duration in milliseconds, to a microsecond.
func milliseconds(d time.Duration) float64 { return float64(d.Round(time.Microsecond)) / 1e6 }

// tenthousandths rounds a sum of fractions, and hides what rounding left of 0.
func tenthousandths(x float64) float64 { return math.Round(x*1e4)/1e4 + 0 }

func orEmpty(row []uint64) []uint64 {
	if row == nil {
		return []uint64{}
	}
	return row
}
