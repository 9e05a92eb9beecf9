package process

import (
	"context"
	"fmt"
	"time"

	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/words"
)

// readWaits repeats calls that are tried again, and finds their backoff: with the
// first answer that is, and with 500, whose waits some SDKs have shorter.
func (f *fingerprint) readWaits(ctx context.Context, single []*cell) error {
	if f.backoff == nil {
		return nil
	}
	answer := f.repeated()
	cells := f.repeatCells(answer)
	var others []*cell
	if other := "500"; answer != other && f.tries[other] == f.tries[answer] {
		others = f.repeatCells(other)
	}
	refused := &cell{answers: "refuse"}
	if err := f.battery.run(ctx, f.atOnce(single), append(append(cells, refused), others...)...); err != nil {
		return err
	}
	seen, after := f.waits(cells)
	links := f.readChain(seen)
	w, ok := f.readBackoff(answer, seen[:len(seen)-links])
	if ok {
		f.backoff.Wait = w
	}
	if len(others) > 0 {
		seen, _ := f.waits(others)
		if o, known := f.readBackoff("500", seen[:max(len(seen)-links, 0)]); ok && known && !alike(w, o) {
			f.backoff.Classes = []strategy.Class{{On: strategy.On429 | strategy.OnThrottleCode, Wait: w}}
			f.backoff.Wait = o
		}
	}
	f.unknown("a cap of the waits, and waits after other answers than these: taken to be the same")
	f.readAfterLast(after)
	f.readRefused(&refused.made[0])
	return nil
}

// atOnce is how many calls are repeated at a time: few if their waits are short.
func (f *fingerprint) atOnce(single []*cell) int {
	seen, _ := f.waits(single)
	for _, waits := range seen {
		if spanOf(waits).median > 300*time.Millisecond {
			return many
		}
	}
	return few
}

// waits are what was waited before each retry of the calls of cells, by retry, and
// from the last answer to the end of each call.
func (f *fingerprint) waits(cells []*cell) (seen [][]time.Duration, after []time.Duration) {
	for _, one := range cells {
		for i := range one.made {
			all := asked(f.battery.config.Service, &one.made[i], credentials)
			load := all[:min(len(all), f.backoff.Attempts)] // a first use may have two
			for n := 1; n < len(load); n++ {
				if len(seen) < n {
					seen = append(seen, nil)
				}
				seen[n-1] = append(seen[n-1], load[n].at.Sub(load[n-1].end))
			}
			if len(all) > 0 && !f.twice {
				after = append(after, one.made[i].ended.Sub(all[len(all)-1].end))
			}
		}
	}
	return seen, after
}

// repeated is the answer that is repeated for the waits.
func (f *fingerprint) repeated() string {
	for _, o := range outcomes {
		if f.tries[o.answer] == f.backoff.Attempts && o.answer != "hang" {
			return o.answer
		}
	}
	return "hang"
}

// repeatCells make a call with an answer again and again, for a client that has kept
// nothing.
func (f *fingerprint) repeatCells(answer string) []*cell {
	calls := 1
	if f.battery.speaks { // a process makes several
		calls = 2
	}
	cells := make([]*cell, repeats/calls)
	for i := range cells {
		cells[i] = &cell{answers: answer, routes: service.CredentialsRoute, calls: calls, fresh: true}
	}
	return cells
}

// readChain finds a last try that comes at once where the others wait: another
// provider of the SDK's chain asks too. It returns 1 if it is so, else 0.
func (f *fingerprint) readChain(seen [][]time.Duration) int {
	if len(seen) < 2 {
		return 0
	}
	last, before := spanOf(seen[len(seen)-1]), spanOf(seen[len(seen)-2])
	if !last.none() || before.median <= 4*noWait {
		return 0
	}
	b := f.backoff
	for _, o := range outcomes {
		if o.on&b.On != 0 && f.tries[o.answer] == b.Attempts {
			b.OtherLinkOn |= o.on
		}
	}
	b.Attempts--
	if b.MalformedAttempts == b.Attempts {
		b.MalformedAttempts = 0
	}
	f.saw("the last try comes at once: it is another provider's of the chain")
	return 1
}

// readBackoff finds what a backoff waits; ok is false if no backoff waits so.
func (f *fingerprint) readBackoff(answer string, seen [][]time.Duration) (w strategy.Wait, ok bool) {
	var ranges []string
	for _, waits := range seen {
		s := spanOf(waits)
		ranges = append(ranges, fmt.Sprintf("%.3f to %.3f s", s.least.Seconds(), s.most.Seconds()))
	}
	f.saw("waits after %s, %d calls: %s", answer, repeats, words.List(ranges, "and"))
	if w, ok = recognize(seen); !ok {
		f.unknown("the waits after %s: they are neither fixed nor spread as any backoff that this format has", answer)
	}
	return w, ok
}

// readAfterLast finds a wait after the last try. It must be longer than a process
// needs to end.
func (f *fingerprint) readAfterLast(after []time.Duration) {
	b := f.backoff
	expected := float64(b.Base)
	for range b.Attempts - 1 {
		expected *= b.Factor
	}
	switch {
	case b.OtherLinkOn != 0, b.Base == 0 && len(b.Waits) == 0:
	case len(after) == 0, b.Jitter != strategy.NoJitter, len(b.Waits) > 0:
		f.unknown("a wait after the last try")
	case expected < float64(300*time.Millisecond):
		f.unknown("a wait after the last try: it would be too short to tell")
	default:
		if least := spanOf(after).least; float64(least) >= 0.95*expected {
			b.AfterLast = true
			f.saw("the call ends %.1f s after the answer of its last try: it waits then too", least.Seconds())
		}
	}
}

// readRefused finds out from its duration whether a refused connection is tried
// again: nobody sees the tries.
func (f *fingerprint) readRefused(one *call) {
	b := f.backoff
	sum, v := 0.0, float64(b.Base)
	for i := range b.Attempts - 1 {
		if len(b.Waits) > 0 {
			v = float64(b.Waits[min(i, len(b.Waits)-1)])
		}
		sum += v
		v *= b.Factor
	}
	if b.Jitter != strategy.NoJitter {
		sum /= 4 // hardly less
	}
	took := one.ended.Sub(one.begun)
	switch least := 300 * time.Millisecond; {
	case !f.battery.speaks, sum < float64(least):
		f.unknown("refused connections: nobody can count them, and this call's duration does not tell either: its waits are too short, or its process makes one call alone")
	case float64(took) >= 0.9*sum:
		b.On |= strategy.OnRefused
		f.saw("a call that is refused takes %.1f s: it is tried again", took.Seconds())
	}
}

// readRetryAfter finds out whether the header is heeded.
func (f *fingerprint) readRetryAfter(patient *cell) {
	if f.backoff == nil || f.backoff.On&strategy.On429 == 0 {
		return
	}
	all := asked(f.battery.config.Service, &patient.made[0], credentials)
	if len(all) < 2 {
		return
	}
	wait := all[1].at.Sub(all[0].end)
	f.saw("Retry-After: %d: waits %.3f s", retryAfter, wait.Seconds())
	switch over := wait - retryAfter*time.Second; {
	case over > 2*noWait:
		f.backoff.RetryAfter.Use = strategy.Added
	case over > -noWait:
		f.backoff.RetryAfter.Use = strategy.AtLeast
	}
	f.unknown("x-amz-retry-after, and a bound of what Retry-After may ask for")
}
