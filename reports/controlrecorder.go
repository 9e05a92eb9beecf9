package reports

import (
	"math"
	"time"

	"tenement/internal/stat"
)

// ControlRecorder takes the times of a simulated control plane in, and makes figures of
// them.
type ControlRecorder struct {
	waits, took     []distribution // by step
	answers, starts []distribution // by caller
}

// NewControlRecorder makes a recorder of so many steps and callers.
func NewControlRecorder(steps, callers int) *ControlRecorder {
	return &ControlRecorder{
		waits: make([]distribution, steps), took: make([]distribution, steps),
		answers: make([]distribution, callers), starts: make([]distribution, callers),
	}
}

// Stepped counts a visit of a step, and how long it waited and took in all.
func (r *ControlRecorder) Stepped(step int, _, waited, took time.Duration) {
	r.waits[step].record(waited)
	r.took[step].record(took)
}

// Answered counts how long a caller waited for the answer to a call.
func (r *ControlRecorder) Answered(caller int, _, took time.Duration) { r.answers[caller].record(took) }

// Started counts how long a task took to RUNNING.
func (r *ControlRecorder) Started(caller int, _, took time.Duration) { r.starts[caller].record(took) }

// Step puts the times of a step into its report.
func (r *ControlRecorder) Step(step int, s *ControlStep) {
	s.Histogram = encode(r.took[step].histogram())
	s.TookMS = s.Histogram.figures()
	s.WaitMS = encode(r.waits[step].histogram()).figures()
}

// Caller puts the times of a caller into its report.
func (r *ControlRecorder) Caller(caller int, c *ControlCaller) {
	c.StartHistogram = encode(r.starts[caller].histogram())
	c.AnswerHistogram = encode(r.answers[caller].histogram())
	c.Derive()
}

// NewControlOverSeeds is a share over seeds, nil with fewer than two.
func NewControlOverSeeds(shares []float64) *ControlOverSeeds {
	n := float64(len(shares))
	if n < 2 {
		return nil
	}
	mean := 0.
	for _, x := range shares {
		mean += x / n
	}
	square := 0.
	for _, x := range shares {
		square += float64((x - mean) * (x - mean))
	}
	half := float64(stat.T95(n-1) * math.Sqrt(square/(n-1)/n))
	return &ControlOverSeeds{Mean: tidy(mean), CI95: &[2]float64{tidy(max(0, mean-half)), tidy(min(1, mean+half))}}
}
