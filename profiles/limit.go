package profiles

import (
	"time"

	"tenement/internal/form"
	"tenement/internal/throttle"
)

// limit is a limit as it is written. The zero limit is none.
type limit struct {
	Name        string // of an item of `limits`
	Kind        string
	Rate        throttle.Rate
	Burst       int64
	Queue       int64
	Count       int64
	Window      time.Duration
	Packets     int64
	Scope       throttle.Scope
	RefusalCost int64
	OnExceed    *throttle.OnExceed // nil is the endpoint's
	Schedule    []change
}

// The kinds of limit. All but the packet rate, which is a token bucket of
// packets, are named as in throttle.
var (
	tokenBucket   = throttle.TokenBucket.String()
	fixedWindow   = throttle.FixedWindow.String()
	slidingWindow = throttle.SlidingWindow.String()
	leakyBucket   = throttle.LeakyBucket.String()
	concurrency   = throttle.Concurrency.String()
)

const packetRate = "packet-rate"

// exchangePackets are the packets of one exchange of those that load credentials, each
// on a connection of its own, of both directions: 32 for three of them (10 for the
// token, 10 for the role, 12 for the credentials, whose answer takes two segments).
// internal/imds measures them on an interface (TestPackets). AWS publishes the limit of
// 1024 packets a second, but not what it counts.
const exchangePackets = 11

// mostCount bounds every count of a limit.
const mostCount = 1_000_000_000

// limitForm is a mapping, or none. A named one is an item of a list, and never
// none.
func limitForm(named bool) form.Form[limit] {
	if named {
		return limitKinds("limit").Form()
	}
	return form.WordOr(limitKinds("").Form(), "a mapping", form.NewWord[limit]("none", limit{}))
}

// limitKinds are the kinds of limit, under a name that is the value of a key
// unless that is "".
func limitKinds(name string) form.Variants[limit] {
	kind := func(zero limit, must, may []string) form.Variant[limit] {
		return form.Variant[limit]{Kind: zero.Kind, Zero: zero, Must: must, May: append(may, "scope", "on_exceed", "schedule")}
	}
	var names []form.Key[limit]
	if name != "" {
		names = []form.Key[limit]{form.Field(name, "Its name in paths, logs and reports.",
			form.Name(), func(v *limit) *string { return &v.Name })}
	}
	return form.Variants[limit]{
		Kinds: []form.Variant[limit]{
			kind(limit{Kind: tokenBucket}, []string{"rate", "burst"}, []string{"refusal_cost"}),
			kind(limit{Kind: fixedWindow}, []string{"count", "window"}, nil),
			kind(limit{Kind: slidingWindow}, []string{"count", "window"}, nil),
			kind(limit{Kind: leakyBucket}, []string{"rate", "queue"}, nil),
			kind(limit{Kind: concurrency}, []string{"count"}, nil),
			kind(limit{Kind: packetRate, Packets: exchangePackets, OnExceed: &throttle.OnExceed{Action: throttle.Drop}},
				[]string{"rate", "burst"}, []string{"packets", "refusal_cost"}),
		},
		Implied: true,
		Kind:    func(v *limit) *string { return &v.Kind },
		Doc:     "How it limits; token-bucket if left out.",
		Before:  names,
		Keys:    limitKeys(),
		Check:   checkLimit,
	}
}

func limitKeys() []form.Key[limit] {
	count := func(least int64) form.Form[int64] { return form.Integer(least, mostCount) }
	return []form.Key[limit]{
		form.Known(form.Field("rate", "How fast the bucket refills, in requests or, for a packet-rate, in packets. For a leaky bucket, how fast it lets requests through.",
			rateForm(noLimit, false), func(v *limit) *throttle.Rate { return &v.Rate }), "rps", "qps", "tps"),
		form.Field("burst", "How much a full bucket admits at once: requests, or packets.",
			count(1), func(v *limit) *int64 { return &v.Burst }),
		form.Field("queue", "How many requests may wait; those beyond it are refused.",
			count(0), func(v *limit) *int64 { return &v.Queue }),
		form.Field("count", "How many requests a window admits, or how many may be in service at once.",
			count(1), func(v *limit) *int64 { return &v.Count }),
		form.Field("window", "Its length. Fixed windows follow each other from the start of the run; a sliding window begins anywhere.",
			form.Duration(1, maxDuration), func(v *limit) *duration { return &v.Window }),
		form.Field("packets", "How many packets an exchange takes, both directions together. Left out: 11, measured as the mean of the three that load credentials over IMDSv2, each on a connection of its own; one for a value takes 10.",
			count(1), func(v *limit) *int64 { return &v.Packets }),
		form.Field("scope", "Which requests share a state of the limit: host is all; else those that agree in every part, with + between the parts.",
			scopeForm(), func(v *limit) *throttle.Scope { return &v.Scope }),
		form.OmitZero(form.Field("refusal_cost", "How many tokens a refused request takes anyway, never more than are left.",
			count(0), func(v *limit) *int64 { return &v.RefusalCost })),
		form.OmitZero(form.Field("on_exceed", "What happens to requests beyond this limit. Left out: as for the endpoint, but a packet-rate drops them.",
			form.Optional(exceedForm()), func(v *limit) **throttle.OnExceed { return &v.OnExceed })),
		form.OmitZero(form.Field("schedule", "Changes of the limit during the run. What is left carries over, up to the new burst: a larger burst grants nothing. Windows keep their counts, a queue and requests in service stay.",
			form.List(changeForm(), 1), func(v *limit) *[]change { return &v.Schedule })),
	}
}

// compiled is the limit as throttle has it, without its schedule.
func (v *limit) compiled() throttle.Limit {
	l := throttle.Limit{
		Name: v.Name, Scope: v.Scope,
		Rate: v.Rate, Burst: v.Burst, Count: v.Count, Window: v.Window,
		RefusalCost: v.RefusalCost, OnExceed: v.OnExceed,
	}
	switch v.Kind {
	case packetRate:
		l.Cost = v.Packets
	case fixedWindow:
		l.Kind = throttle.FixedWindow
	case slidingWindow:
		l.Kind = throttle.SlidingWindow
	case leakyBucket:
		l.Kind, l.Burst = throttle.LeakyBucket, v.Queue
	case concurrency:
		l.Kind = throttle.Concurrency
	}
	return l
}

// checkLimit checks a limit and what its schedule makes of it.
func checkLimit(r *form.Reader, n *form.Node, path string, v *limit) {
	v.check(r, n, path)
	v.checkSchedule(r, n, path)
}

// check says what is wrong with a limit, at n.
func (v *limit) check(r *form.Reader, n *form.Node, path string) {
	if v.Kind == packetRate && v.Burst < v.Packets {
		r.Fail(n.At("burst"), form.Join(path, "burst"), "%d is below packets, %d: nothing would ever be admitted", v.Burst, v.Packets)
		return
	}
	l := v.compiled()
	if err := l.Check(); err != nil {
		r.Fail(n, path, "%v", err)
	}
}

// scopeWords are the usual scopes, for editors and for errors. Any combination
// of parts is a scope.
var scopeWords = []string{"host", "tenant", "task", "ip", "path", "ip+path"}

const wantScope = "host, or any of tenant, task, ip and path with + between them"

// scopeForm is host, or one or several of tenant, task, ip and path.
func scopeForm() form.Form[throttle.Scope] {
	return form.Form[throttle.Scope]{
		Read: func(r *form.Reader, n *form.Node, path string) throttle.Scope {
			text, ok := r.Scalar(n, path, wantScope)
			if !ok {
				return 0
			}
			scope, err := throttle.ParseScope(text)
			if err != nil {
				r.Fail(n, path, "want %s, got %s%s", wantScope, n.What(), form.Guess(text, scopeWords))
			}
			return scope
		},
		Write: func(v throttle.Scope, _ bool) *form.Node { return form.Plain(v.String()) },
		Schema: func() *form.Schema {
			s := &form.Schema{}
			for _, w := range scopeWords {
				s.Enum = append(s.Enum, w)
			}
			const part = `(tenant|task|ip|path)`
			return &form.Schema{AnyOf: []*form.Schema{s, {Type: "string", Pattern: `^` + part + `(\+` + part + `)+$`}}}
		},
	}.Named("scope")
}

// exceedForm is `on_exceed`: reject, drop, delay, or a mapping that describes
// the refusal.
func exceedForm() form.Form[throttle.OnExceed] {
	type exceed = throttle.OnExceed
	f := form.Object(exceed{Status: 429}, []form.Key[exceed]{
		form.Always(form.Field("status", "The status of a refusal; 429 if left out.",
			form.Integer(400, 599), func(v *exceed) *int { return &v.Status })),
		form.OmitZero(form.Field("body", "The body of a refusal; the real server's for that status if left out.",
			form.Text(), func(v *exceed) *string { return &v.Body })),
		form.OmitZero(form.Field("retry_after", "The Retry-After header of a refusal: exact is the time left to wait, rounded up to whole seconds.",
			retryAfterForm(), func(v *exceed) *duration { return &v.RetryAfter })),
	}, nil)
	w := form.WordOr(f, "a mapping with status",
		form.NewWord[exceed]("reject", exceed{Status: 429}),
		form.NewWord[exceed]("drop", exceed{Action: throttle.Drop}),
		form.NewWord[exceed]("delay", exceed{Action: throttle.Delay}))
	w.Write = func(v exceed, full bool) *form.Node {
		if v.Action != throttle.Reject {
			return form.Plain(v.Action.String())
		}
		return f.Write(v, full)
	}
	return w.Named("on-exceed")
}

// retryAfterForm is the Retry-After of a refusal: none, exact or whole seconds.
func retryAfterForm() form.Form[time.Duration] {
	return form.WordFirst(form.Seconds(time.Second),
		form.NewWord[time.Duration]("none", 0),
		form.NewWord[time.Duration]("exact", throttle.RetryExactly))
}
