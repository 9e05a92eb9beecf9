package limitertest

import (
	"testing"
	"time"

	"tenement/internal/throttle"
)

// bent is a limiter that is right but for one thing.
type bent struct {
	throttle.Limiter
	ask    func(l throttle.Limiter, now time.Duration) throttle.Decision
	commit func(l throttle.Limiter, now time.Duration, admitted bool)
}

func (b *bent) Ask(now time.Duration) throttle.Decision {
	if b.ask == nil {
		return b.Limiter.Ask(now)
	}
	return b.ask(b.Limiter, now)
}

func (b *bent) Commit(now time.Duration, admitted bool) {
	if b.commit == nil {
		b.Limiter.Commit(now, admitted)
		return
	}
	b.commit(b.Limiter, now, admitted)
}

// The suite would be worth nothing if it passed limiters that break a promise.
func TestSuiteFindsBrokenLimiters(t *testing.T) {
	type ask = func(throttle.Limiter, time.Duration) throttle.Decision
	type commit = func(throttle.Limiter, time.Duration, bool)
	tests := []struct {
		name   string
		delay  bool
		limit  func(l *throttle.Limit)
		ask    func() ask
		commit commit
		by     string // the promise that is broken for certain
	}{
		{name: "one too many", by: "windows", limit: func(l *throttle.Limit) { l.Burst++ }},
		{name: "one too few", by: "standing still", limit: func(l *throttle.Limit) { l.Burst = max(1, l.Burst-1) }},
		{name: "a millionth too fast", by: "saturating", limit: func(l *throttle.Limit) {
			l.Rate.Tokens, l.Rate.Seconds = l.Rate.Tokens*1_000_001, l.Rate.Seconds*1_000_000
		}},
		{name: "a millionth too slow", by: "saturating", limit: func(l *throttle.Limit) {
			l.Rate.Tokens, l.Rate.Seconds = l.Rate.Tokens*999_999, l.Rate.Seconds*1_000_000
		}},
		{name: "a nanosecond early", by: "windows", ask: func() ask {
			return func(l throttle.Limiter, now time.Duration) throttle.Decision { return l.Ask(now + 1) }
		}},
		{name: "retry after is a nanosecond short", by: "windows", ask: func() ask {
			return func(l throttle.Limiter, now time.Duration) throttle.Decision {
				d := l.Ask(now)
				d.RetryAfter = max(0, d.RetryAfter-1)
				return d
			}
		}},
		{name: "refusals cost", by: "refusals cost nothing", commit: func(l throttle.Limiter, now time.Duration, _ bool) { l.Commit(now, true) }},
		{name: "moody", by: "deterministic", ask: func() ask {
			n := 0
			return func(l throttle.Limiter, now time.Duration) throttle.Decision {
				if n++; n%7 == 0 {
					return throttle.Decision{RetryAfter: 1}
				}
				return l.Ask(now)
			}
		}},
		{name: "starts a nanosecond early", delay: true, by: "windows", ask: func() ask {
			return func(l throttle.Limiter, now time.Duration) throttle.Decision { return l.Ask(now + 2) }
		}},
		{name: "starts late", delay: true, by: "windows", ask: func() ask {
			return func(l throttle.Limiter, now time.Duration) throttle.Decision {
				d := l.Ask(now)
				if d.Wait > 0 {
					d.Wait++
				}
				return d
			}
		}},
		{name: "delays for nothing", delay: true, by: "windows", limit: func(l *throttle.Limit) { l.Burst = max(1, l.Burst-1) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			create := func(l throttle.Limit) throttle.Limiter {
				if tt.limit != nil {
					tt.limit(&l)
				}
				b := &bent{Limiter: throttle.NewBucket(l, tt.delay), commit: tt.commit}
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
					if err := p.check(throttle.Limit{Rate: throttle.Rate{Tokens: 5, Seconds: 2}, Burst: 7}, create); err == nil {
						t.Errorf("%q is kept, want it broken", p.name)
					}
				}
			}
		})
	}
}
