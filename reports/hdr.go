package reports

import (
	"io"
	"strings"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// percentileSteps is how many lines the percentile format has for each halving of
// the distance to 100 %: as many as the HdrHistogram tools write by default.
const percentileSteps = 5

// WritePercentiles writes the distribution in the percentile format of the
// HdrHistogram tools (.hgrm), in milliseconds. Of no samples it is one line of
// zeros.
func (h Histogram) WritePercentiles(w io.Writer) error {
	d := h.must()
	if d == nil {
		d = hdrhistogram.New(lowest, highest, digits)
	}
	_, err := d.PercentilesPrint(w, percentileSteps, float64(time.Millisecond))
	return err
}

// Tagged is a distribution in a histogram log.
type Tagged struct {
	Tag       string
	Histogram Histogram
}

// WriteHistogramLog writes distributions of one run as an HdrHistogram log
// (.hlog), version 1.3: an interval each, all from the run's begin to its end. A
// zero begin is not written; a simulation has none. What a tag may not hold is
// replaced. Distributions without samples are left out.
func WriteHistogramLog(w io.Writer, began time.Time, length time.Duration, all []Tagged) error {
	log := hdrhistogram.NewHistogramLogWriter(w)
	start := int64(0)
	if err := log.OutputLogFormatVersion(); err != nil {
		return err
	}
	if !began.IsZero() {
		start = began.UnixMilli()
		log.SetBaseTime(start)
		if err := log.OutputBaseTime(start); err != nil {
			return err
		}
		if err := log.OutputStartTime(start); err != nil {
			return err
		}
	}
	if err := log.OutputLegend(); err != nil {
		return err
	}
	for _, t := range all {
		d := t.Histogram.must()
		if d == nil {
			continue
		}
		d.SetTag(logTag(t.Tag))
		d.SetStartTimeMs(start)
		d.SetEndTimeMs(start + length.Milliseconds())
		if err := log.OutputIntervalHistogram(d); err != nil {
			return err
		}
	}
	return nil
}

// logTag replaces what separates the fields and lines of a histogram log.
func logTag(text string) string {
	return strings.Map(func(c rune) rune {
		if c <= ' ' || c == ',' {
			return '_'
		}
		return c
	}, text)
}

// Upto is how many samples are at most each bound, which rise, and how many there
// are in all, with their sum in seconds. A sample counts by the upper end of its step of the
// histogram, which is at most 0.1 % above it.
func (h Histogram) Upto(bounds []time.Duration) (counts []uint64, all uint64, sum float64) {
	counts = make([]uint64, len(bounds))
	d := h.must()
	if d == nil {
		return counts, 0, 0
	}
	at, seen := 0, uint64(0)
	for _, bar := range d.Distribution() {
		for at < len(bounds) && bar.To > int64(bounds[at]) {
			counts[at] = seen
			at++
		}
		seen += uint64(bar.Count)
	}
	for ; at < len(bounds); at++ {
		counts[at] = seen
	}
	return counts, seen, tidy(d.Mean() * float64(d.TotalCount()) / float64(time.Second))
}
