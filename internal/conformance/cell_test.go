package conformance

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"tenement/internal/explain"
	"tenement/internal/process"
	"tenement/internal/sdk"
	"tenement/internal/service"
	"tenement/internal/throttle"
	"tenement/internal/timeline"
)

// cell is one question to one SDK, and what came of it.
type cell struct {
	sdk     string // the driver's name
	service service.Service
	question
	preset sdk.Preset

	differ []string // empty if the SDK does what its preset says
	took   time.Duration
}

// name is the cell as a subtest and an exception have it.
func (c *cell) name() string { return c.sdk + "/" + c.service.String() + "/" + c.question.name() }

const (
	// seeds are enough to see the range of a wait to 1 %.
	seeds = 200
	// repeats are the fresh clients whose random waits are held against a distribution.
	repeats = 20
	// early is how much a gap may be short: two clocks, read at different ends.
	early = 0.03
	// late is how much the machine may add to a gap. A gap that is longer is tried
	// again, because nothing but the machine makes waits longer now and then.
	late = 0.6
	// wide is how far apart the ends of a random wait are for its distribution to show.
	wide = 1.2
	// tries of a cell, unless it has taken longest already.
	tries   = 4
	longest = 90 * time.Second
	// endless is how long a client that waits for ever is watched.
	endless = 8 * time.Second
)

// run asks the preset and the real client, and notes where they differ.
func (c *cell) run(ctx context.Context, driver string) error {
	began := time.Now()
	defer func() { c.took = time.Since(began) }()
	answers, err := throttle.ParseAnswers(c.answers)
	if err != nil {
		return err
	}
	routes := service.RouteNamed(c.on)
	want, err := explain.Of(ctx, explain.Client{Name: c.preset.Name, Strategy: c.preset.Strategy, Errors: c.preset.Errors}, explain.Question{
		Service: c.service, Answers: answers, Routes: routes,
		Calls: c.calls, Concurrency: max(c.at, 1), Every: c.every, Seeds: seeds,
	})
	if err != nil {
		return err
	}
	asked, most := c.calls, tries
	switch {
	case exceptions.reason(c.name()) != "":
		most = 1
	case c.repeat:
		most = 2
	}
	if c.repeat {
		asked = fresh(&want)
	}
	var best timeline.Timeline // of the tries: nothing but the machine makes a gap longer
	for try := range most {
		var got timeline.Timeline
		got, err = process.Run(ctx, process.Config{
			Command: []string{driver}, Service: c.service, Fault: c.answers, Answers: answers, Routes: routes,
			Calls: asked, Every: c.every, Concurrency: max(c.at, 1), Timeout: patience(&want), Fresh: c.repeat, Linger: linger(&want),
		})
		if err != nil {
			c.differ = []string{err.Error()}
			continue
		}
		quickest(&got, &best)
		if c.differ = c.compare(&want, &got); len(c.differ) == 0 || try == most-1 || time.Since(began) > longest {
			break
		}
	}
	return ctx.Err()
}

// quickest gives a timeline the shortest gaps of the tries so far, if they made the
// same requests.
func quickest(got, best *timeline.Timeline) {
	if len(got.Gaps) == len(best.Gaps) {
		for i := range got.Gaps {
			got.Gaps[i].Mean = min(got.Gaps[i].Mean, best.Gaps[i].Mean)
		}
	}
	*best = *got
}

// linger is how long after the last call the preset still asks, in the background.
func linger(want *timeline.Timeline) time.Duration {
	var ended, asked float64
	for _, call := range want.Calls {
		if call.Result == timeline.Unfinished {
			return 0
		}
		ended = max(ended, call.End)
		for _, a := range call.Attempts {
			asked = max(asked, a.T)
		}
	}
	if asked <= ended {
		return 0
	}
	return time.Duration((asked - ended + late) * float64(time.Second))
}

// fresh is how many clients show a distribution: a few if all waits are fixed.
func fresh(want *timeline.Timeline) int {
	for _, gap := range want.Gaps {
		if gap.Max-gap.Min > early {
			return repeats
		}
	}
	return 3
}

// patience is how long the real client is waited for: some time longer than its
// preset takes, unless that waits for ever.
func patience(want *timeline.Timeline) time.Duration {
	var most time.Duration
	for _, call := range want.Calls {
		if call.Result == timeline.Unfinished {
			return endless
		}
		most = max(most, time.Duration((call.End-call.Start)*float64(time.Second)))
	}
	return 2*most + 20*time.Second
}

// compare says how the client differs from its preset.
func (c *cell) compare(want, got *timeline.Timeline) []string {
	if c.repeat {
		return compareWaits(want, got)
	}
	var differ []string
	for _, d := range timeline.Diff(*want, *got) {
		differ = append(differ, d.String())
	}
	if len(differ) > 0 {
		return differ
	}
	if c.at <= 1 {
		gaps, _ := timeline.DiffGaps(*want, *got, timeline.Tolerance{Early: early, Late: late})
		for _, d := range gaps {
			differ = append(differ, d.String())
		}
	}
	for i := range want.Calls {
		if got.Calls[i].Result == "expired" {
			continue // handed out without an error
		}
		if text := want.Calls[i].Error; !says(anywhere(got.Calls[i].Error), anywhere(text)) {
			differ = append(differ, fmt.Sprintf("call %d, error: want %q, got %q", i+1, text, got.Calls[i].Error))
		}
	}
	return differ
}

// address is where a server is, or the ID of a task's credentials.
var address = regexp.MustCompile(`\b\d+\.\d+\.\d+\.\d+(:\d+)?|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b`)

// anywhere is a text in one line, without the addresses and IDs in it: a preset's
// text has those of the service, and a real client's those of the mock.
func anywhere(text string) string {
	text = address.ReplaceAllString(strings.Join(strings.Fields(text), " "), "HOST")
	return strings.ReplaceAll(text, "HOST//", "HOST/") // of clients that append a path to an endpoint with a slash
}

// says reports whether an error contains a text, in which ... and <hash> stand for
// anything.
func says(got, want string) bool {
	for part := range strings.SplitSeq(strings.NewReplacer("[...", "...", "<hash>", "...").Replace(want), "...") {
		part = strings.TrimLeft(part, "],) ")
		at := strings.Index(got, part)
		if at < 0 {
			return false
		}
		got = got[at+len(part):]
	}
	return true
}

// compareWaits holds the waits of many fresh clients against the distribution of
// their preset's, which is uniform between the least and the most.
func compareWaits(want, got *timeline.Timeline) []string {
	var differ []string
	for n, w := range want.Gaps {
		var seen []float64
		for i, call := range got.Calls {
			if len(call.Attempts) != len(want.Calls[0].Attempts) {
				return []string{fmt.Sprintf("call %d: %d requests, want %d", i+1, len(call.Attempts), len(want.Calls[0].Attempts))}
			}
			seen = append(seen, call.Attempts[n+1].T-call.Attempts[n].T)
		}
		slices.Sort(seen)
		least, most := seen[0], seen[len(seen)-1]
		if least < w.Min-early || most > w.Max+late {
			differ = append(differ, fmt.Sprintf("wait %d: %.3f to %.3f s, want %.3f to %.3f s", n+1, least, most, w.Min, w.Max))
			continue
		}
		if width := w.Max - w.Min; width > wide {
			if d := distance(seen, w.Min, w.Max); d > farthest {
				differ = append(differ, fmt.Sprintf("wait %d: not even between %.3f and %.3f s: Kolmogorov-Smirnov distance %.2f, want at most %.2f", n+1, w.Min, w.Max, d, farthest))
			}
		}
	}
	return differ
}

// farthest is the Kolmogorov-Smirnov distance that a sample of this size exceeds
// with a probability of about 1 in 100,000: sqrt(-ln(p/2)/2n).
var farthest = math.Sqrt(-math.Log(1e-5/2) / (2 * repeats))

// distance is the Kolmogorov-Smirnov distance of a sorted sample from the uniform
// distribution.
func distance(sample []float64, least, most float64) float64 {
	var d float64
	n := float64(len(sample))
	for i, x := range sample {
		u := min(max((x-least)/(most-least), 0), 1)
		d = max(d, u-float64(i)/n, float64(i+1)/n-u)
	}
	return d
}
