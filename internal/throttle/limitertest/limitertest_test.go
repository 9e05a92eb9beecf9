package limitertest

import (
	"slices"
	"testing"
	"time"

	"tenement/internal/throttle"
)

// broken is a limiter that breaks one promise.
type broken struct {
	throttle.Limiter
	ask    func(l throttle.Limiter, now time.Duration) throttle.Decision
	commit func(l throttle.Limiter, now, busy time.Duration, admitted bool)
}

func (b *broken) Ask(now time.Duration) throttle.Decision {
	if b.ask == nil {
		return b.Limiter.Ask(now)
	}
	return b.ask(b.Limiter, now)
}

func (b *broken) Commit(now, busy time.Duration, admitted bool) {
	if b.commit == nil {
		b.Limiter.Commit(now, busy, admitted)
		return
	}
	b.commit(b.Limiter, now, busy, admitted)
}

// The suite must fail for limiters that break a promise.
func TestSuiteFindsBrokenLimiters(t *testing.T) {
	type ask = func(throttle.Limiter, time.Duration) throttle.Decision
	type commit = func(throttle.Limiter, time.Duration, time.Duration, bool)
	bucket := throttle.Limit{Rate: throttle.Rate{Tokens: 5, Seconds: 2}, Burst: 7}
	dear := bucket
	dear.Cost, dear.RefusalCost = 2, 1
	leaky := bucket
	leaky.Kind = throttle.LeakyBucket
	fixed := throttle.Limit{Kind: throttle.FixedWindow, Count: 7, Window: time.Second}
	sliding := throttle.Limit{Kind: throttle.SlidingWindow, Count: 7, Window: time.Second}
	concurrency := throttle.Limit{Kind: throttle.Concurrency, Count: 7}
	counted := []throttle.Limit{fixed, sliding, concurrency}
	buckets := []throttle.Limit{bucket, dear, leaky}
	all := append(append([]throttle.Limit(nil), buckets...), counted...)
	windowed := []throttle.Limit{fixed, sliding}
	tests := []struct {
		name   string
		of     []throttle.Limit
		delay  bool
		limit  func(l *throttle.Limit)
		ask    func() ask
		commit commit
		by     string // the promise that is broken for certain
	}{
		{name: "one too many", of: buckets, by: "windows", limit: func(l *throttle.Limit) { l.Burst++ }},
		{name: "one too few", of: []throttle.Limit{bucket, leaky}, by: "standing still", limit: func(l *throttle.Limit) { l.Burst-- }},
		{name: "one too many at a time", of: counted, by: "windows", limit: func(l *throttle.Limit) { l.Count++ }},
		{name: "one too few at a time", of: counted, by: "standing still", limit: func(l *throttle.Limit) { l.Count-- }},
		{name: "a millionth too fast", of: []throttle.Limit{bucket, leaky}, by: "saturating", limit: func(l *throttle.Limit) {
			l.Rate.Tokens, l.Rate.Seconds = l.Rate.Tokens*1_000_001, l.Rate.Seconds*1_000_000
		}},
		{name: "a millionth too slow", of: []throttle.Limit{bucket, leaky}, by: "saturating", limit: func(l *throttle.Limit) {
			l.Rate.Tokens, l.Rate.Seconds = l.Rate.Tokens*999_999, l.Rate.Seconds*1_000_000
		}},
		{name: "a window a nanosecond too short", of: windowed, by: "saturating", limit: func(l *throttle.Limit) { l.Window-- }},
		{name: "a window a nanosecond too long", of: windowed, by: "saturating", limit: func(l *throttle.Limit) { l.Window++ }},
		{name: "windows that slide where they should not", of: []throttle.Limit{fixed}, by: "windows", limit: func(l *throttle.Limit) { l.Kind = throttle.SlidingWindow }},
		{name: "windows that do not slide", of: []throttle.Limit{sliding}, by: "windows", limit: func(l *throttle.Limit) { l.Kind = throttle.FixedWindow }},
		{name: "a place given up early", of: []throttle.Limit{concurrency}, by: "windows", commit: func(l throttle.Limiter, now, busy time.Duration, ok bool) { l.Commit(now, busy-1, ok) }},
		{name: "a place given up late", of: []throttle.Limit{concurrency}, by: "windows", commit: func(l throttle.Limiter, now, busy time.Duration, ok bool) { l.Commit(now, busy+1, ok) }},
		{name: "a request is too cheap", of: []throttle.Limit{dear}, by: "windows", limit: func(l *throttle.Limit) { l.Cost-- }},
		{name: "a refusal is too cheap", of: []throttle.Limit{dear}, by: "windows", limit: func(l *throttle.Limit) { l.RefusalCost-- }},
		{name: "a refusal is too dear", of: []throttle.Limit{dear}, by: "windows", limit: func(l *throttle.Limit) { l.RefusalCost++ }},
		{name: "a nanosecond early", of: append(counted, bucket), by: "windows", ask: func() ask {
			return func(l throttle.Limiter, now time.Duration) throttle.Decision { return l.Ask(now + 1) }
		}},
		{name: "retry after is a nanosecond short", of: all, by: "windows", ask: func() ask {
			return func(l throttle.Limiter, now time.Duration) throttle.Decision {
				d := l.Ask(now)
				d.RetryAfter = max(0, d.RetryAfter-1)
				return d
			}
		}},
		{name: "refusals cost", of: all, by: "refusals cost nothing", commit: func(l throttle.Limiter, now, busy time.Duration, _ bool) { l.Commit(now, busy, true) }},
		{name: "not deterministic", of: all, by: "deterministic", ask: func() ask {
			n := 0
			return func(l throttle.Limiter, now time.Duration) throttle.Decision {
				if n++; n%7 == 0 {
					return throttle.Decision{RetryAfter: 1}
				}
				return l.Ask(now)
			}
		}},
		{name: "starts a nanosecond early", of: counted, delay: true, by: "windows", ask: func() ask {
			return func(l throttle.Limiter, now time.Duration) throttle.Decision { return l.Ask(now + 1) }
		}},
		{name: "starts two nanoseconds early", of: []throttle.Limit{bucket}, delay: true, by: "windows", ask: func() ask {
			return func(l throttle.Limiter, now time.Duration) throttle.Decision { return l.Ask(now + 2) }
		}},
		{name: "leaks two nanoseconds early", of: []throttle.Limit{leaky}, by: "windows", ask: func() ask {
			return func(l throttle.Limiter, now time.Duration) throttle.Decision { return l.Ask(now + 2) }
		}},
		{name: "starts late", of: append(counted, bucket), delay: true, by: "windows", ask: func() ask {
			return func(l throttle.Limiter, now time.Duration) throttle.Decision {
				d := l.Ask(now)
				if d.Wait > 0 {
					d.Wait++
				}
				return d
			}
		}},
		{name: "delays for nothing", of: []throttle.Limit{bucket}, delay: true, by: "windows", limit: func(l *throttle.Limit) { l.Burst-- }},
		{name: "delays for nothing at a time", of: counted, delay: true, by: "windows", limit: func(l *throttle.Limit) { l.Count-- }},
		{name: "one may wait too many", of: []throttle.Limit{leaky}, by: "windows", limit: func(l *throttle.Limit) { l.Burst++ }},
	}
	for _, tt := range tests {
		for _, limit := range tt.of {
			t.Run(tt.name+", "+describe(limit), func(t *testing.T) {
				if tt.delay {
					limit.OnExceed = &throttle.OnExceed{Action: throttle.Delay}
				}
				create := func(l throttle.Limit) throttle.Limiter {
					if tt.limit != nil {
						tt.limit(&l)
					}
					b := &broken{Limiter: throttle.NewLimiter(l), commit: tt.commit}
					if tt.ask != nil {
						b.ask = tt.ask()
					}
					return b
				}
				suite := promises
				if tt.delay {
					suite = delayPromises
				}
				for _, p := range suite {
					if p.name == tt.by {
						if err := p.check(limit, create); err == nil {
							t.Errorf("%q is kept, want it broken", p.name)
						}
					}
				}
			})
		}
	}
}

// The suite has limits of every kind to run on.
func TestSuiteRunsOnEveryKind(t *testing.T) {
	for _, kind := range throttle.LimitKinds() {
		if !slices.ContainsFunc(limits(), func(l throttle.Limit) bool { return l.Kind == kind }) {
			t.Errorf("%s: the suite has no such limit: add one to limits", kind)
		}
	}
}
