package conformance

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tenement/internal/explain"
	"tenement/internal/process"
	"tenement/internal/sdk"
	"tenement/internal/service"
	"tenement/internal/strategy"
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
	tried  int      // how often it was asked
	gaps   gapCheck // of all tries
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
	// noticed is how late a busy machine notices a request: if that is never answered, the
	// gap after it is short by as much, because the client counts from when it asked.
	noticed = 0.07
	// narrow is a wait that is not random.
	narrow = 0.03
	// late is how much the machine may add to a gap. A gap that is longer is tried
	// again, because nothing but the machine makes waits longer now and then.
	late = 0.6
	// calm is how much it may add to all gaps of one kind. What is more is the client's.
	calm = 0.3
	// busy is how much it may add to all requests of a client after its last call.
	busy = 3 * time.Second
	// wide is how far apart the ends of a random wait are for its distribution to show.
	wide = 1.2
	// tries of a cell, unless it has taken longest already.
	tries   = 4
	longest = 90 * time.Second
	// drawnTries are for presets with a window of random length, in which a draw decides
	// whether a second call fetches.
	drawnTries = 12
	// endless is how long a client that waits for ever is watched.
	endless = 12 * time.Second
)

// most is how often a cell is asked before it differs.
func (c *cell) most() int {
	switch {
	case exceptions.reason(c.name()) != "":
		return 1
	case c.repeat:
		return 2
	case c.drawn():
		return drawnTries
	}
	return tries
}

// run asks the preset, and the real client until it does the same or was asked so often,
// and notes where they differ.
func (c *cell) run(ctx context.Context, driver string, most int) error {
	began := time.Now()
	answers, err := throttle.ParseAnswers(c.answers)
	if err != nil {
		return err
	}
	routes := service.RouteNamed(c.on)
	ask := explain.Question{
		Service: c.service, Answers: answers, Routes: routes,
		Calls: c.calls, Concurrency: max(c.at, 1), Every: c.every, Seeds: seeds,
	}
	want, err := c.predicted(ctx, &ask)
	if err != nil {
		return err
	}
	asked := c.calls
	if c.repeat {
		asked = fresh(&want)
	}
	every := ask.Every
	if c.at <= 1 && !strings.Contains(c.answers, short) {
		every = 0 // when a call comes does not matter, so the next one follows the first
	}
	for c.tried < most {
		c.tried++
		got, err := process.Run(ctx, process.Config{
			Command: []string{driver}, Service: c.service, Fault: c.answers, Answers: answers, Routes: routes,
			Calls: asked, Every: every, Concurrency: max(c.at, 1), Timeout: patience(&want), Fresh: c.repeat, Linger: c.linger(&want),
		})
		switch {
		case err != nil:
			c.differ = []string{err.Error()}
		case c.repeat:
			c.differ = compareWaits(&want, &got)
		default:
			c.differ = c.compare(&want, &got)
		}
		if len(c.differ) == 0 || time.Since(began) > longest {
			break
		}
	}
	return ctx.Err()
}

// predicted is what the preset does. A second call comes after the first has ended.
func (c *cell) predicted(ctx context.Context, ask *explain.Question) (timeline.Timeline, error) {
	client := explain.Client{Name: c.preset.Name, Strategy: c.preset.Strategy, Errors: c.preset.Errors}
	want, err := explain.Of(ctx, client, *ask)
	if err != nil || c.at > 1 || c.calls == 1 || want.Calls[0].Result == timeline.Unfinished {
		return want, err
	}
	if first := time.Duration(want.Calls[0].End * float64(time.Second)); first >= ask.Every {
		ask.Every = first + apart
		return explain.Of(ctx, client, *ask)
	}
	return want, nil
}

// drawn reports whether the preset's refresh window is random.
func (c *cell) drawn() bool {
	r, ok := c.preset.Strategy.Cache.(*strategy.Refresh)
	return ok && c.calls > 1 && (r.Jitter > 0 || r.JitterTo > 0)
}

// linger is how long after its last call a client is watched that still asks in the
// background. On a busy machine every wait of it is longer.
func (c *cell) linger(want *timeline.Timeline) time.Duration {
	behind := want.Behind()
	// In no time, a request in the background is at the instant at which its call ends.
	if r, ok := c.preset.Strategy.Cache.(*strategy.Refresh); behind == 0 && (!ok || !r.Behind) {
		return 0
	}
	return behind + busy
}

// fresh is how many clients show a distribution: a few if all waits are fixed.
func fresh(want *timeline.Timeline) int {
	for _, gap := range want.Gaps {
		if gap.Max-gap.Min > narrow {
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
	var differ []string
	for _, d := range timeline.Diff(*want, *got) {
		differ = append(differ, d.String())
	}
	if len(differ) > 0 {
		return differ
	}
	if c.at <= 1 {
		differ = c.gaps.differ(want, got)
	}
	if strings.Contains(c.answers, "reset") {
		return differ // the model has one failure for connections that are reset and closed; the texts have two
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
