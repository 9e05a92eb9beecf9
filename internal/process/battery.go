package process

import (
	"context"
	"fmt"
	"sync"
	"time"

	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

// The fixed battery of Probe.
var (
	// outcomes are the answers that are given alone, each to one call.
	outcomes = []struct {
		answer string
		on     strategy.Conditions
	}{
		{"429", strategy.On429}, {"429json", strategy.OnThrottleCode},
		{"400", strategy.On400}, {"401", strategy.On401}, {"403", strategy.On403}, {"404", strategy.On404}, {"405", strategy.On405}, {"410", strategy.OnFurther4xx},
		{"500", strategy.On500}, {"502", strategy.On502}, {"503", strategy.On503}, {"504", strategy.On504}, {"509", strategy.On5xx},
		{"badjson", strategy.OnMalformed}, {"empty", strategy.OnEmpty}, {"missing", strategy.OnMissingField},
		{"truncate", strategy.OnTruncated}, {"reset", strategy.OnReset}, {"hang", strategy.OnResponseTimeout},
	}
	// lifetimes are those of credentials at which a second call is made.
	lifetimes = []time.Duration{
		4 * time.Minute, 6 * time.Minute, 9 * time.Minute, 11 * time.Minute, 14 * time.Minute, 16 * time.Minute,
		59 * time.Minute, 61 * time.Minute, 6 * time.Hour,
	}
	// tokenOutcomes are those of outcomes that are given to requests for a session
	// token alone, too (IMDS).
	tokenOutcomes = []string{"400", "403", "404", "405", "429", "500", "503", "hang"}
)

// conditionsOf are the conditions that one of outcomes is.
func conditionsOf(answer string) strategy.Conditions {
	for _, o := range outcomes {
		if o.answer == answer {
			return o.on
		}
	}
	return 0
}

// repeats is how often a call is made to learn the waits of its retries.
const repeats = 20

// retryAfter is the Retry-After of the battery, in seconds: longer than the waits of
// most clients.
const retryAfter = 5

// battery runs the cells of a fingerprint.
type battery struct {
	config   Config
	speaks   bool
	progress func(done, of int)

	mu       sync.Mutex
	done, of int
}

// cell is a run of the battery: a client, a few calls, and what came of them.
type cell struct {
	answers     string
	routes      service.Routes
	calls       int
	concurrency int
	fresh       bool

	made []call
}

// How many cells run at a time: many, because they wait most of their time; few, where
// the waits are so short that a busy machine would spoil them.
const (
	many = 12
	few  = 2
)

// run runs cells side by side. The first error ends them.
func (b *battery) run(ctx context.Context, atOnce int, cells ...*cell) error {
	b.advance(0, len(cells))
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	places, failed := make(chan struct{}, atOnce), make(chan error, len(cells))
	for _, one := range cells {
		go func() {
			places <- struct{}{}
			defer func() { <-places }()
			err := b.cell(ctx, one)
			b.advance(1, 0)
			failed <- err
		}()
	}
	var err error
	for range cells {
		if e := <-failed; e != nil && err == nil {
			err = e
			cancel()
		}
	}
	return err
}

// cell runs a cell.
func (b *battery) cell(ctx context.Context, one *cell) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c := b.config
	var err error
	if c.Answers, err = throttle.ParseAnswers(one.answers); err != nil {
		return err
	}
	c.Calls, c.Concurrency, c.Fresh, c.Every, c.Routes = one.calls, one.concurrency, one.fresh, 0, one.routes
	c = c.withDefaults()
	made, speaks, err := c.run(ctx)
	if err != nil {
		return fmt.Errorf("answered with %s: %w", one.answers, err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	one.made, b.speaks = made, b.speaks || speaks // it does so always or never
	return nil
}

// advance tells how far the battery is.
func (b *battery) advance(done, of int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.done, b.of = b.done+done, b.of+of
	if b.progress != nil {
		b.progress(b.done, b.of)
	}
}

// asked are the requests of a call for a leg, without resends of the HTTP library.
func asked(of service.Service, c *call, name string) []sight {
	var all []sight
	made := attempts(of, c.seen, time.Time{})
	for i, a := range made {
		if a.Leg == name && !a.Resend {
			all = append(all, c.seen[i])
		}
	}
	return all
}

// good are the requests of a call that were answered with a whole document.
func good(all []sight) int {
	n := 0
	for i := range all {
		if all[i].status == 200 && all[i].err == "" {
			n++
		}
	}
	return n
}
