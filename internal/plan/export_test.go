package plan

import (
	"time"

	"tenement/internal/draw"
)

// What tests of the package see beside its users.
const (
	MaxBuckets = maxBuckets
	Never      = never
)

// At is the instant of a call by a pattern.
func At(p Pattern, k draw.Key, n uint32, last time.Duration, sum *int64) time.Duration {
	return p.at(k, n, last, sum)
}

// Calls is how many calls of one process a pattern expects before an end.
func Calls(p Pattern, end time.Duration) float64 { return p.expected(end) }

// Gap is the table of the gaps of a renewal.
func Gap(p Pattern) *draw.Table { return p.(*renewal).gap }
