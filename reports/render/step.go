package render

import "tenement/internal/words"

// A chart has room for chartSteps steps, and a long run has more buckets. Then a step
// is the mean of its buckets, unless these are long: a wave of a few seconds that
// comes every few hours would not be seen in the mean of half an hour. So from
// longBucket seconds on, a step shows its busiest bucket.
const longBucket = 5.0

// stepping is how the buckets of a series become steps.
type stepping struct {
	width, n int     // buckets to a step, and steps
	bucket   float64 // seconds
	runs     float64
	pick     []int // by step: the bucket that it shows; nil is the mean of all
}

// stepsOf are the steps of a series in which so much was sent, over so many runs.
func stepsOf(sent []uint32, bucket float64, runs, most int) stepping {
	width := max((len(sent)+most-1)/most, 1)
	s := stepping{width: width, n: (len(sent) + width - 1) / width, bucket: bucket, runs: float64(runs)}
	if width == 1 || bucket < longBucket {
		return s
	}
	s.pick = busiest(sent, width, s.n)
	return s
}

// busiest is the bucket with the most of each of n steps.
func busiest(row []uint32, width, n int) []int {
	pick := make([]int, n)
	for i := range pick {
		pick[i] = i * width
		for j := i * width; j < min((i+1)*width, len(row)); j++ {
			if row[j] > row[pick[i]] {
				pick[i] = j
			}
		}
	}
	return pick
}

// seconds is the length of a step.
func (s *stepping) seconds() float64 { return s.bucket * float64(s.width) }

// rate is the rate of each step. A missing series is all zero.
func (s *stepping) rate(row []uint32) []float64 {
	if s.pick == nil || row == nil {
		return perStep(row, s.width, s.n, s.seconds()*s.runs)
	}
	out := make([]float64, s.n)
	for i, at := range s.pick {
		out[i] = float64(row[at]) / (s.bucket * s.runs)
	}
	return out
}

// most is the rate of each step's bucket with the highest one.
func (s *stepping) most(row []uint32) []float64 {
	if s.pick == nil || row == nil {
		return s.rate(row)
	}
	own := *s
	own.pick = busiest(row, s.width, s.n)
	return own.rate(row)
}

// note says what a step shows, if that is not its mean.
func (s *stepping) note() string {
	if s.pick == nil {
		return ""
	}
	return "Each step of " + words.Span(s.seconds()) + " shows the busiest " + words.Span(s.bucket) + " of it."
}
