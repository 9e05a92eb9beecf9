package sdk_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tenement/internal/explain"
	"tenement/internal/timeline"
)

// deviations are what presets do otherwise than the real clients, and say so in their
// notes: by the reason, the recordings.
var deviations = map[string][]string{
	"a reset connection has other words than one that is closed": {
		"aws-sdk-rust/reset/2x1",
		"aws-sdk-js-v3@http/reset/2x1",
	},
	"calls that wait get an expired document too, and do not ask for themselves": {
		"aws-sdk-rust/expired:60/1x8",
		"aws-sdk-rust@imds/credentials=ok:12,429/2x8",
	},
	"in the last 15 seconds each API call asks twice, not only the first": {
		"aws-sdk-js-v2/ok:12/3x1",
		"aws-sdk-js-v2/expired:60/2x1",
		"aws-sdk-js-v2/expired:60/3x1",
	},
	"an API call whose second look fails has other words, and retries it itself if it can": {
		"aws-sdk-js-v2/ok:3,404/3x1",
		"aws-sdk-js-v2/ok:3,429/3x1",
		"aws-sdk-js-v2/ok:3,500/3x1",
	},
	"the call does not end": {
		"aws-sdk-js-v2@imds/credentials=expired:60/2x1",
		"aws-sdk-js-v2@imds/credentials=expired:60/3x1",
		"aws-sdk-js-v2@imds/credentials=expired:60/1x8",
		"aws-sdk-js-v2@imds/credentials=ok:12/3x1",
		"aws-sdk-js-v2@imds/credentials=ok:3,ok/3x1",
		"aws-sdk-js-v2@imds/credentials=ok:3,404/3x1",
		"aws-sdk-js-v2@imds/credentials=ok:3,429/3x1",
		"aws-sdk-js-v2@imds/credentials=ok:3,500/3x1",
	},
	"a refresh that has failed means IMDSv1 from then on": {
		"aws-sdk-js-v2@imds/credentials=ok:17,404/3x1",
		"aws-sdk-js-v2@imds/credentials=ok:17,429/3x1",
		"aws-sdk-js-v2@imds/credentials=ok:17,500/3x1",
	},
}

// The presets do what the real clients were recorded to do: the same requests in the
// same order, within the waits that the preset can draw, the same end, the same
// words.
func TestPresetsExplainedAsRecorded(t *testing.T) {
	for _, c := range recordings(t) {
		q := &c.question
		name := fmt.Sprintf("%s/%s/%dx%d", c.preset.Name, c.answers, q.Calls/q.Concurrency, q.Concurrency)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := explain.Of(t.Context(), explain.Client{Name: c.preset.Name, Strategy: c.preset.Strategy, Errors: c.preset.Errors}, c.question)
			if err != nil {
				t.Fatal(err)
			}
			var wrong []string
			for _, text := range []string{c.requests(&got), c.ends(&got), c.waits(&got)} {
				if text != "" {
					wrong = append(wrong, text)
				}
			}
			why := ""
			for reason, names := range deviations {
				if slices.Contains(names, name) {
					why = reason
				}
			}
			switch {
			case why != "" && wrong == nil:
				t.Errorf("no deviation any more: %s", why)
			case why == "" && wrong != nil:
				t.Errorf("%s:\n%s", c.where, strings.Join(wrong, "\n"))
			}
		})
	}
}

// requests says how the requests differ from those recorded.
func (c *cell) requests(got *timeline.Timeline) string {
	for i, w := range c.waves {
		var attempts []timeline.Attempt
		for _, k := range got.Calls[i*c.question.Concurrency : (i+1)*c.question.Concurrency] {
			attempts = append(attempts, k.Attempts...)
		}
		slices.SortStableFunc(attempts, func(a, b timeline.Attempt) int { return cmp.Compare(a.T, b.T) })
		var asked []string
		for _, a := range attempts {
			if a.Err != "refused" { // nobody is there to record it
				asked = append(asked, a.Leg)
			}
		}
		if !slices.Equal(asked, w.legs) {
			return fmt.Sprintf("calls %d: got  %d requests %v\nwant %d %v", i, len(asked), asked, len(w.legs), w.legs)
		}
	}
	return ""
}

// ends says how the ends of the calls differ from those recorded.
func (c *cell) ends(got *timeline.Timeline) string {
	var ends []string
	text := ""
	for _, k := range got.Calls {
		switch {
		case k.Result == "unfinished":
			ends = append(ends, "open")
		case k.Result == "ok", k.Result == "stale", k.Result == "expired" && !c.preset.Strategy.RejectExpired:
			ends = append(ends, "ok") // what the SDK hands out, it thinks is good
		default:
			ends = append(ends, "failed")
			if text == "" {
				text = k.Error
			}
		}
	}
	switch {
	case !slices.Equal(ends, c.results):
		return fmt.Sprintf("got  %v\nwant %v", ends, c.results)
	case (text != "" || c.text != "-") && (text == "" || !strings.HasPrefix(c.text, text)):
		return fmt.Sprintf("got  %s\nwant %s", text, c.text)
	}
	return ""
}

// By how much a wait can have been recorded too long, and too short: the machine that
// ran the client was busy, and the first of two requests can have been seen late.
const (
	lag  = 2.5
	lead = 0.25
)

// waits says which recorded wait is none that the preset can draw.
func (c *cell) waits(got *timeline.Timeline) string {
	if c.question.Concurrency > 1 {
		return ""
	}
	n := 0
	for i, w := range c.waves {
		for j, gap := range w.gaps {
			if n == len(got.Gaps) {
				return ""
			}
			if g := got.Gaps[n]; gap < g.Min-lead || gap > g.Max+lag {
				return fmt.Sprintf("call %d, wait %d: want %.2f s, got %.2f to %.2f", i, j, gap, g.Min, g.Max)
			}
			n++
		}
	}
	return ""
}
