package profiles

import (
	"time"

	"tenement/internal/form"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

// doorKeys are the keys of what a client asks before a send, beside its quota, in the
// order in which it asks.
func doorKeys() []form.Key[strategyKeys] {
	return []form.Key[strategyKeys]{
		form.OmitZero(form.Field("breaker", "A circuit breaker: when attempts fail, the client sends nothing for a while. A word is the default of that library. Left out: none.",
			breakerForm(), func(v *strategyKeys) *strategy.Breaker { return &v.Strategy.Door.Breaker })),
		form.OmitZero(form.Field("throttling", "Adaptive throttling: the client refuses the more of its own sends, at random, the fewer the endpoint accepts. sre is that of Google's SRE book. Left out: none.",
			throttlingForm(), func(v *strategyKeys) *strategy.Throttling { return &v.Strategy.Door.Throttling })),
		form.OmitZero(form.Field("budget", "A retry budget: retries are at most a share of first tries. finagle is 20 % and 10 a second, over 10 s. Left out: none.",
			budgetForm(), func(v *strategyKeys) *strategy.Budget { return &v.Strategy.Door.Budget })),
		form.OmitZero(form.Field("adaptive", "The client-side rate limiter of the AWS SDKs' adaptive retry mode: once throttled, a send that finds no token waits for one, or is refused as Go can be told to.",
			form.Words(form.NewWord("none", strategy.NotAdaptive), form.NewWord("wait", strategy.AdaptiveWait), form.NewWord("refuse", strategy.AdaptiveRefuse)),
			func(v *strategyKeys) *strategy.Adaptive { return &v.Strategy.Door.Adaptive })),
		form.OmitZero(form.Field("bucket", "A token bucket of the client's own: each attempt takes a token. Left out: none.",
			clientBucketForm(), func(v *strategyKeys) *strategy.Bucket { return &v.Strategy.Door.Bucket })),
	}
}

// The bounds of windows and counts.
const (
	leastWindow = 10 * time.Millisecond
	mostWindow  = 24 * time.Hour
	mostCounted = 10_000
)

// failures is the key for what a policy takes for a failure.
func failures[T any](what string, at func(*T) *strategy.Conditions) form.Key[T] {
	return form.OmitZero(form.Field("on", "The outcomes that count as "+what+": [429, 5xx, timeout, connection] if left out.", conditionsForm(), at))
}

// breakerForm is a circuit breaker.
func breakerForm() form.Form[strategy.Breaker] {
	type breaker = strategy.Breaker
	count, share := form.Integer(1, mostCounted), form.Fraction()
	f := form.Object(breaker{}, []form.Key[breaker]{
		form.OmitZero(form.Field("failures", "Failed attempts in a row that open it.", count, func(v *breaker) *int { return &v.Failures })),
		form.OmitZero(form.Field("rate", "The share of failed attempts that opens it, in place of failures.", share, func(v *breaker) *float64 { return &v.Rate })),
		form.OmitZero(form.Field("calls", "How many attempts rate looks back on.", count, func(v *breaker) *int { return &v.Calls })),
		form.OmitZero(form.Field("window", "How long rate looks back, in place of calls.", form.Duration(leastWindow, mostWindow), func(v *breaker) *duration { return &v.Window })),
		form.OmitZero(form.Field("least", "How many attempts there are before rate counts: calls, if left out.", count, func(v *breaker) *int { return &v.Least })),
		form.OmitZero(form.Field("slow", "How long an attempt takes that is slow.", form.Bound(), func(v *breaker) *duration { return &v.Slow })),
		form.OmitZero(form.Field("slow_rate", "The share of slow attempts that opens it too.", share, func(v *breaker) *float64 { return &v.SlowRate })),
		form.Required(form.Field("open", "How long it stays open, and refuses every send.", form.Duration(time.Millisecond, mostWindow), func(v *breaker) *duration { return &v.Open })),
		form.Field("trials", "How many attempts it lets pass then, to see whether it closes; 1 if left out.", atLeastOne(mostCounted), func(v *breaker) *int { return &v.Trials }),
		failures("failed", func(v *breaker) *strategy.Conditions { return &v.On }),
	}, checkBreaker)
	return form.WordOr(f, "a mapping", form.NewWord("none", breaker{}), form.NewWord("failsafe-go", strategy.FailsafeGoBreaker),
		form.NewWord("resilience4j", strategy.Resilience4jBreaker), form.NewWord("polly", strategy.PollyBreaker))
}

// checkBreaker says what does not go together.
func checkBreaker(r *form.Reader, n *form.Node, path string, v *strategy.Breaker) {
	fail := func(key, text string, args ...any) { r.Fail(n.At(key), form.Join(path, key), text, args...) }
	switch {
	case (v.Failures > 0) == (v.Rate > 0):
		r.Fail(n, path, "want one of failures and rate, above 0")
	case v.Failures > 0:
		for _, key := range []string{"calls", "window", "least", "slow", "slow_rate"} {
			if n.Get(key) != nil {
				fail(key, "is for rate only")
			}
		}
	case (v.Calls > 0) == (v.Window > 0):
		r.Fail(n, path, "want one of calls and window beside rate")
	case v.Window > 0 && v.Least == 0:
		fail("window", "needs least beside it")
	case v.Calls > 0 && v.Least > v.Calls:
		fail("least", "%d is more than calls, %d", v.Least, v.Calls)
	case (v.Slow > 0) != (v.SlowRate > 0):
		r.Fail(n, path, "want both of slow and slow_rate, or neither")
	case v.Calls > 0 && v.Least == 0:
		v.Least = v.Calls
	}
}

// throttlingForm is adaptive throttling.
func throttlingForm() form.Form[strategy.Throttling] {
	type throttling = strategy.Throttling
	f := form.Object(strategy.SREThrottling, []form.Key[throttling]{
		form.Field("k", "How many times what is accepted the client sends; 2 if left out.", form.Number(1, 1000), func(v *throttling) *float64 { return &v.K }),
		form.Field("window", "How long it looks back; 2 minutes if left out.", form.Duration(leastWindow, mostWindow), func(v *throttling) *duration { return &v.Window }),
		failures("not accepted", func(v *throttling) *strategy.Conditions { return &v.On }),
	}, nil)
	return form.WordOr(f, "a mapping", form.NewWord("none", throttling{}), form.NewWord("sre", strategy.SREThrottling))
}

// budgetForm is a retry budget.
func budgetForm() form.Form[strategy.Budget] {
	type budget = strategy.Budget
	f := form.Object(budget{}, []form.Key[budget]{
		form.Field("ratio", "Retries that a first try earns, such as 10%.", form.Fraction(), func(v *budget) *float64 { return &v.Ratio }),
		form.Field("per_second", "Retries that each second earns.", form.Number(0, 1_000_000), func(v *budget) *float64 { return &v.PerSecond }),
		form.Field("floor", "Retries that need not be earned, in each window.", form.Integer(0, 1_000_000), func(v *budget) *int { return &v.Floor }),
		form.Field("window", "How long what is earned lasts; for ever if left out.",
			form.WordFirst(form.Duration(leastWindow, mostWindow), form.NewWord[duration]("none", 0)), func(v *budget) *duration { return &v.Window }),
	}, func(r *form.Reader, n *form.Node, path string, v *budget) {
		if v.Ratio == 0 && v.PerSecond == 0 && v.Floor == 0 {
			r.Fail(n, path, "want ratio, per_second or floor: without them no retry is ever made; that is retry: none")
		}
	})
	return form.WordOr(f, "a mapping", form.NewWord("none", budget{}), form.NewWord("finagle", strategy.FinagleBudget))
}

// bucketKeys are the keys of a `bucket` mapping.
type bucketKeys struct {
	Rate    throttle.Rate
	Burst   int
	MaxWait time.Duration
	Refuse  bool
}

// clientBucketForm is a token bucket of the client, or none.
func clientBucketForm() form.Form[strategy.Bucket] {
	f := form.Object(bucketKeys{}, []form.Key[bucketKeys]{
		form.Required(form.Field("rate", "How fast tokens come.", rateForm(1_000_000, false), func(v *bucketKeys) *throttle.Rate { return &v.Rate })),
		form.Field("burst", "How many tokens are kept; 1 if left out.", atLeastOne(1_000_000), func(v *bucketKeys) *int { return &v.Burst }),
		form.Field("when_empty", "What an attempt without a token does: it waits for its own, in the order of asking, or is refused.",
			form.Words(form.NewWord("wait", false), form.NewWord("refuse", true)), func(v *bucketKeys) *bool { return &v.Refuse }),
		form.Field("max_wait", "An attempt that would wait longer is refused at once.", form.Bound(), func(v *bucketKeys) *duration { return &v.MaxWait }),
	}, func(r *form.Reader, n *form.Node, path string, v *bucketKeys) {
		if v.Refuse && v.MaxWait > 0 {
			r.Fail(n.At("max_wait"), form.Join(path, "max_wait"), "is for when_empty: wait only")
		}
	})
	converted := form.Convert(f, bucketOf, bucketKeysOf)
	return form.WordOr(converted, "a mapping", form.NewWord("none", strategy.Bucket{}))
}

func bucketOf(k bucketKeys) strategy.Bucket {
	return strategy.Bucket{Tokens: int(k.Rate.Tokens), Per: time.Duration(k.Rate.Seconds) * time.Second, Burst: k.Burst, MaxWait: k.MaxWait, Refuse: k.Refuse}
}

func bucketKeysOf(b strategy.Bucket) bucketKeys {
	rate := throttle.Rate{Tokens: int64(b.Tokens), Seconds: int64(b.Per / time.Second)}
	return bucketKeys{Rate: rate, Burst: b.Burst, MaxWait: b.MaxWait, Refuse: b.Refuse}
}
