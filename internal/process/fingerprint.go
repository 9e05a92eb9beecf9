package process

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"tenement/internal/service"
	"tenement/internal/strategy"
	"tenement/internal/timeline"
	"tenement/internal/words"
)

// Fingerprint is the strategy that a client was seen to have.
type Fingerprint struct {
	Strategy strategy.Strategy
	Seen     []string // what was seen, a line each
	// Unknown is what was not probed, or was seen and has no place in a Strategy.
	Unknown []string
}

// ErrBroken is the error of a client that fails although nothing is wrong.
var ErrBroken = errors.New("the client fails although every answer is good")

// Probe runs a client through a fixed battery (each answer of the vocabulary alone,
// credentials of several lifetimes, a call that is throttled 20 times over) and
// returns the strategy behind what it did. Of the Config it takes the command, the
// service and the timeout of a call. progress, which may be nil, is called with how
// many runs of the battery are over, of how many so far.
func Probe(ctx context.Context, c Config, progress func(done, of int)) (Fingerprint, error) {
	b := &battery{config: c, progress: progress}
	f := &fingerprint{battery: b, tries: make(map[string]int)}
	first := &cell{answers: "ok"}
	if err := b.run(ctx, many, first); err != nil {
		return Fingerprint{}, err
	}
	if one := &first.made[0]; one.result != "ok" {
		return Fingerprint{}, fmt.Errorf("%w: %s: %s", ErrBroken, one.result, one.err)
	} else if len(asked(c.Service, one, credentials)) == 0 {
		return Fingerprint{}, fmt.Errorf("%w: it never asked for credentials", ErrBroken)
	}
	if err := f.probe(ctx); err != nil {
		return Fingerprint{}, err
	}
	return f.Fingerprint, nil
}

// credentials is the leg that every service has.
const credentials = "credentials"

// fingerprint is a Fingerprint in the making.
type fingerprint struct {
	Fingerprint
	battery *battery
	tries   map[string]int // of a call, by the answer that it gets
	twice   bool           // a first use that fails loads once more
	backoff *strategy.Backoff
}

func (f *fingerprint) saw(format string, args ...any) {
	f.Seen = append(f.Seen, fmt.Sprintf(format, args...))
}

func (f *fingerprint) unknown(format string, args ...any) {
	f.Unknown = append(f.Unknown, fmt.Sprintf(format, args...))
}

// probe runs the battery and reads it.
func (f *fingerprint) probe(ctx context.Context) error {
	single := make([]*cell, len(outcomes))
	for i, o := range outcomes {
		single[i] = &cell{answers: o.answer, routes: service.CredentialsRoute}
		if f.battery.speaks && o.answer != "hang" {
			single[i].calls = 2
		}
	}
	patient := &cell{answers: fmt.Sprintf("429ra:%d,ok", retryAfter), routes: service.CredentialsRoute}
	expired := &cell{answers: "expired:600"}
	cells := append([]*cell{patient, expired}, single...)
	kept, failing, flight := f.cacheCells()
	cells = append(append(append(cells, kept...), failing...), flight...)
	token := f.tokenCells()
	if err := f.battery.run(ctx, many, append(cells, token...)...); err != nil {
		return err
	}
	f.readTries(single)
	if err := f.readWaits(ctx, single); err != nil {
		return err
	}
	f.readRetryAfter(patient)
	f.readHang(single[len(single)-1])
	f.readDocuments(single, expired)
	f.readCache(kept, failing, flight)
	f.readSession(token)
	f.unknown("connect timeout, timeout of an attempt and of a call: the battery has an answer that never comes, and no address that takes no connection")
	f.unknown("hidden resends of the HTTP library: `strategy explain --client` marks them")
	f.unknown("a retry quota: it shows after hundreds of failures")
	return nil
}

// readTries finds how often each answer is tried.
func (f *fingerprint) readTries(single []*cell) {
	of := f.battery.config.Service
	most := make(map[int]int) // calls by tries, of those that try again
	for i, o := range outcomes {
		n := len(asked(of, &single[i].made[0], credentials))
		if len(single[i].made) > 1 {
			if again := len(asked(of, &single[i].made[1], credentials)); again > 0 && n == 2*again {
				n, f.twice = again, true
			}
		}
		f.tries[o.answer] = n
		if n > 1 && o.answer != "hang" {
			most[n]++
		}
	}
	attempts := 1
	for n, calls := range most {
		if calls > most[attempts] || calls == most[attempts] && n > attempts {
			attempts = n
		}
	}
	if f.twice {
		f.tries["hang"] = min(f.tries["hang"], attempts) // it is one call, with two loads
		f.Strategy.FirstUse = 2
		f.saw("a first call that fails loads twice; tries are those of one load")
	}
	f.saw("tries: %s", f.triesInWords())
	if attempts == 1 {
		f.Strategy.Retry = strategy.NoRetry{}
		return
	}
	b := &strategy.Backoff{Attempts: attempts, Factor: 1}
	for i, o := range outcomes {
		n := f.tries[o.answer]
		switch {
		case o.answer == "429json" && f.tries["429"] > 1, n <= 1: // On429 says it
			continue
		case o.answer == "badjson" && n != attempts:
			b.MalformedAttempts = n
		case n-1 < attempts-n:
			f.unknown("%s is tried %s, which is said here as once", o.answer, times(n))
			continue
		case n != attempts:
			f.unknown("%s is tried %s, which is said here as %d", o.answer, times(n), attempts)
		}
		b.On |= outcomes[i].on
	}
	f.backoff, f.Strategy.Retry = b, b
}

// triesInWords lists the answers by how often they are tried.
func (f *fingerprint) triesInWords() string {
	by := make(map[int][]string)
	top := 0
	for _, o := range outcomes {
		n := f.tries[o.answer]
		by[n] = append(by[n], o.answer)
		top = max(top, n)
	}
	var parts []string
	for n := top; n >= 0; n-- {
		if len(by[n]) > 0 {
			parts = append(parts, times(n)+" after "+words.List(by[n], "and"))
		}
	}
	return strings.Join(parts, "; ")
}

// times is how often.
func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

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
	b, ok := f.readBackoff(answer, seen[:len(seen)-links])
	if ok {
		f.backoff.Base, f.backoff.Factor, f.backoff.Jitter, f.backoff.Waits = b.base, b.factor, b.jitter, b.waits
	}
	if len(others) > 0 {
		seen, _ := f.waits(others)
		if o, known := f.readBackoff("500", seen[:max(len(seen)-links, 0)]); ok && known && !b.like(o) {
			f.backoff.Classes = []strategy.Class{{
				On: strategy.On429 | strategy.OnThrottleCode, Base: b.base, Factor: b.factor, Jitter: b.jitter, Waits: b.waits,
			}}
			f.backoff.Base, f.backoff.Factor, f.backoff.Jitter, f.backoff.Waits = o.base, o.factor, o.jitter, o.waits
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

// readBackoff finds the backoff behind waits; ok is false if there is none.
func (f *fingerprint) readBackoff(answer string, seen [][]time.Duration) (b backoff, ok bool) {
	var ranges []string
	for _, waits := range seen {
		s := spanOf(waits)
		ranges = append(ranges, fmt.Sprintf("%.3f to %.3f s", s.least.Seconds(), s.most.Seconds()))
	}
	f.saw("waits after %s, %d calls: %s", answer, repeats, words.List(ranges, "and"))
	if b, ok = recognize(seen); !ok {
		f.unknown("the waits after %s: they are neither fixed nor spread as any backoff that this format has", answer)
	}
	return b, ok
}

// readAfterLast finds a wait after the last try.
func (f *fingerprint) readAfterLast(after []time.Duration) {
	b := f.backoff
	if len(after) == 0 || b.Jitter != strategy.NoJitter || b.OtherLinkOn != 0 || len(b.Waits) > 0 {
		return
	}
	expected := float64(b.Base)
	for range b.Attempts - 1 {
		expected *= b.Factor
	}
	if least := spanOf(after).least; b.Base >= 300*time.Millisecond && float64(least) >= 0.95*expected {
		b.AfterLast = true
		f.saw("the call ends %.1f s after the answer of its last try: it waits then too", least.Seconds())
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
		f.unknown("refused connections: nobody can count them, and %s", "the call is too short, or has no beginning, to tell from its duration")
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

// readHang finds the time limit of an answer.
func (f *fingerprint) readHang(hang *cell) {
	one := &hang.made[0]
	all := asked(f.battery.config.Service, one, credentials)
	if len(all) == 0 || one.result == timeline.Unfinished && all[0].err == timeline.Unanswered {
		f.saw("an answer that never comes: the call was not over after %v", f.battery.config.withDefaults().Timeout)
		f.unknown("a time limit beyond %v", f.battery.config.withDefaults().Timeout)
		return
	}
	limit := all[0].end.Sub(all[0].at)
	f.Strategy.Timeouts.Response = round(float64(limit))
	f.saw("an answer that never comes: given up after %.2f s", limit.Seconds())
}

// readDocuments reads what becomes of documents that are no good.
func (f *fingerprint) readDocuments(single []*cell, expired *cell) {
	for i, o := range outcomes {
		switch result := single[i].made[0].result; {
		case result != "ok" && result != "empty":
		case o.answer == "empty":
			f.Strategy.AcceptEmpty = true
			f.saw("an empty object passes for credentials")
		default:
			f.unknown("a call that gets only %s ends well, which has no place here", o.answer)
		}
	}
	switch result := expired.made[0].result; result {
	case "error":
		f.Strategy.RejectExpired = true
		f.saw("credentials that have expired are an error: %s", expired.made[0].err)
	default:
		f.saw("credentials that have expired: %s", result)
	}
}
