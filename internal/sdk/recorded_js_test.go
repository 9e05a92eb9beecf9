package sdk_test

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tenement/internal/explain"
	"tenement/internal/sdk"
	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
	"tenement/internal/timeline"
)

// cell is one recording of a real client: what it was answered, and what it did.
type cell struct {
	where    string
	preset   sdk.Preset
	answers  string
	question explain.Question
	waves    []wave   // per instant at which calls began
	results  []string // ok, failed or open, in the order in which the calls began
	text     string   // of the first error; "" if it was not kept
}

// wave is what was asked from one beginning of calls to the next.
type wave struct {
	legs []string
	gaps []float64 // in seconds
}

// legs are the legs of a flow, by the letter that stands for each.
var legs = map[byte]string{'t': "token", 'r': "role", 'k': "credentials"}

// routes are the legs that a recording's answers can be for alone.
var routes = map[string]service.Routes{
	"token": service.TokenRoute, "role": service.RoleRoute, "credentials": service.CredentialsRoute,
}

// recordings reads the files of testdata/explained. A line is a recording: a preset,
// what was answered (after LEG= for that leg alone), when the calls began, the
// requests of each beginning with the seconds between them, how the calls ended,
// and what the first error said (- for nothing), separated by " | ".
func recordings(t *testing.T) []cell {
	t.Helper()
	files, err := filepath.Glob("testdata/explained/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no recordings", err)
	}
	var cells []cell
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
			if !strings.HasPrefix(line, "#") {
				cells = append(cells, read(t, fmt.Sprintf("%s:%d", file, i+1), line))
			}
		}
	}
	return cells
}

// read reads a recording.
func read(t *testing.T, where, line string) cell {
	t.Helper()
	fields := strings.SplitN(line, " | ", 6)
	if len(fields) != 6 {
		t.Fatalf("%s: %d fields, want 6", where, len(fields))
	}
	p, _, ok := sdk.Named(fields[0])
	if !ok {
		t.Fatalf("%s: no preset %q", where, fields[0])
	}
	c := cell{
		where: where, preset: p, answers: fields[1], results: strings.Fields(fields[4]), text: fields[5],
		question: explain.Question{Service: p.Service, Seeds: 1},
	}
	if b, ok := p.Strategy.Retry.(*strategy.Backoff); ok && b.Jitter != strategy.NoJitter {
		c.question.Seeds = 40
	}
	leg, answers, ok := strings.Cut(c.answers, "=")
	if !ok {
		answers = leg
	}
	c.question.Routes = routes[leg]
	var every float64
	_, err := fmt.Sscanf(fields[2], "%dx%d every %g", &c.question.Calls, &c.question.Concurrency, &every)
	if err == nil {
		c.question.Answers, err = throttle.ParseAnswers(answers)
	}
	c.question.Every = time.Duration(every * 1e9)
	c.question.Calls *= c.question.Concurrency
	if err == nil {
		err = c.question.Check()
	}
	if err != nil {
		t.Fatalf("%s: %v", where, err)
	}
	for _, text := range strings.Split(fields[3], ";") {
		var w wave
		for i, word := range strings.Fields(text) {
			if i%2 == 0 {
				w.legs = append(w.legs, legs[word[0]])
				continue
			}
			gap, err := strconv.ParseFloat(word, 64)
			if err != nil {
				t.Fatalf("%s: %v", where, err)
			}
			w.gaps = append(w.gaps, gap)
		}
		c.waves = append(c.waves, w)
	}
	return c
}

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
func TestPresetsDoWhatWasRecorded(t *testing.T) {
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
