package sdk_test

import (
	"fmt"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// Each preset does what its real client was recorded to do: the same requests in the
// same order, within the waits that it can draw, the same end, the same words. A
// recording that is said to differ does.
func TestPresetsDoWhatWasRecorded(t *testing.T) {
	files, err := filepath.Glob("testdata/recordings/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no recordings", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			all, err := parseRecordings(file)
			if err != nil {
				t.Fatal(err)
			}
			differ := 0
			for i := range all {
				r := &all[i]
				switch err := r.compare(); {
				case err != nil && r.differs == "":
					t.Errorf("%s: %s: %v", r.where, r.preset.Name, err)
				case err == nil && r.differs != "":
					t.Errorf("%s: %s: it differs no more: %s", r.where, r.preset.Name, r.differs)
				case err != nil:
					differ++
				}
			}
			t.Logf("%d recordings, %d differ", len(all), differ)
		})
	}
}

// seeds are enough that the shortest and the longest wait come near their bounds;
// a preset that draws nothing does the same with each, and a few are enough.
const seeds, few = 100, 4

// compare plays the recording to the preset, with several seeds. What is by chance
// must be as recorded with some; the error says what is not.
func (r *recording) compare() error {
	var samples [][]float64 // of each gap, batch after batch
	var differs error
	same := 0
	for seed := range seeds {
		if seed == few && same == few && !vary(samples) {
			break
		}
		got := r.play(uint64(seed))
		if err := r.compareOrder(got); err != nil {
			differs = err
			continue
		}
		n := 0
		for i := range got {
			for j := range r.batches[i].gaps {
				if same == 0 {
					samples = append(samples, nil)
				}
				samples[n] = append(samples[n], (got[i].requests[j+1].at - got[i].requests[j].at).Seconds())
				n++
			}
		}
		same++
	}
	if same == 0 {
		return differs
	}
	n := 0
	for i := range r.batches {
		for j, g := range r.batches[i].gaps {
			if err := r.compareGap(g, samples[n]); err != nil {
				return fmt.Errorf("batch %d, gap %d: %w", i+1, j+1, err)
			}
			n++
		}
	}
	return nil
}

// vary reports whether some gap is not the same with all seeds.
func vary(samples [][]float64) bool {
	return slices.ContainsFunc(samples, func(s []float64) bool { return slices.Min(s) != slices.Max(s) })
}

// compareOrder says how requests, results, times of calls and texts differ.
func (r *recording) compareOrder(got []played) error {
	if len(got) != len(r.batches) {
		return fmt.Errorf("batch %d hangs", len(got))
	}
	for i := range got {
		if err := r.batches[i].compare(&got[i], r.slack); err != nil {
			return fmt.Errorf("batch %d: %w", i+1, err)
		}
	}
	return nil
}

// compare says how a batch differs, but for its gaps.
func (b *batch) compare(got *played, s slack) error {
	var asked []byte
	for _, one := range got.requests {
		asked = append(asked, one.leg)
	}
	want := []byte(b.requests)
	if b.unordered {
		slices.Sort(asked)
		slices.Sort(want)
	}
	if !slices.Equal(asked, want) {
		return fmt.Errorf("asked %s, want %s", asked, want)
	}
	// The order of calls that begin together is by chance.
	results, wantResults := slices.Sorted(slices.Values(got.results)), slices.Sorted(slices.Values(b.results))
	if !slices.Equal(results, wantResults) {
		return fmt.Errorf("ends %v, want %v", results, wantResults)
	}
	if b.took != 0 && (b.took < got.took-s.early || b.took > got.took+time.Duration(b.calls)*s.took) {
		return fmt.Errorf("takes %v, want %v", got.took, b.took)
	}
	if !b.saysSo(said(got.text)) {
		return fmt.Errorf("says %q, want %q", got.text, b.says)
	}
	return nil
}

// saysSo reports whether that is the recorded error, as far as it is known.
func (b *batch) saysSo(text string) bool {
	want := said(b.says)
	return b.says == "" || text == want || b.more && text != "" && strings.HasPrefix(want, text)
}

// measured are the figures in an error that no preset can know.
var measured = regexp.MustCompile(`[0-9]+ (bytes remaining|milliseconds)`)

// unconnected is curl's sentence, with the host and the port.
var unconnected = regexp.MustCompile(`Failed to connect to .* server `)

// said is an error as the test compares it: a body may end its line or not.
func said(text string) string {
	text = unconnected.ReplaceAllString(text, "Failed to connect … ")
	return strings.TrimSpace(strings.ReplaceAll(measured.ReplaceAllString(text, "… $1"), "\n\n", "\n"))
}

// compareGap says how a recorded gap differs from what a preset waits.
func (r *recording) compareGap(g gap, samples []float64) error {
	if g.unknown {
		return nil
	}
	least, most := slices.Min(samples), slices.Max(samples)
	room := 0.05 * (most - least) // how far the seeds stay from the bounds of the wait
	early := r.slack.early.Seconds()
	if g.least < least-room-early || g.most > most+room+r.slack.late.Seconds() {
		return fmt.Errorf("waits %.2f to %.2f s, want %.2f to %.2f s", least, most, g.least, g.most)
	}
	if g.mean == 0 {
		return nil
	}
	var sum, squares float64
	for _, v := range samples {
		sum += v
	}
	mean := sum / float64(len(samples))
	for _, v := range samples {
		squares += (v - mean) * (v - mean)
	}
	n := float64(len(samples))
	spread := 4 * math.Sqrt(squares/n) * math.Sqrt(1/n+1/float64(r.runs))
	if g.mean < mean-spread-early || g.mean > mean+spread+r.slack.mean.Seconds() {
		return fmt.Errorf("waits %.2f ± %.2f s in the mean, want %.2f s", mean, spread, g.mean)
	}
	return nil
}
