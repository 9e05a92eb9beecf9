package profiles

import (
	"io"
	"maps"
	"slices"
	"sync"

	"tenement/internal/form"
	"tenement/internal/sdk"
	"tenement/internal/strategy"
)

// strategyKeys is a `strategy` mapping: how a client fetches, and how reports call
// it.
type strategyKeys struct {
	Preset     string // which the other keys change; "" starts from nothing
	Title      string // of the case's row in a report; "" is its name
	SDKSetting string // what to set in which SDK to get it
	Strategy   strategy.Strategy
}

// longestTitle bounds a title to the width of a report's first column, in
// characters.
const longestTitle = 26

// longestSetting bounds what is said of an SDK's setting, in characters.
const longestSetting = 200

// strategyForm is the form of a `strategy` mapping, built once.
var strategyForm = sync.OnceValue(newStrategyForm)

func newStrategyForm() form.Form[strategyKeys] {
	cache, conditions := cacheForm(), retryForm()
	keys := []form.Key[strategyKeys]{
		presetKey(),
		extendsOnlyKey(),
		form.Field("title", "What reports call it, in at most 26 characters; its name if left out.",
			form.Line(longestTitle), func(v *strategyKeys) *string { return &v.Title }),
		form.OmitZero(form.Field("sdk_setting", "What to set in which SDK to get it, in one line: reports say it where they say that the strategy helps.",
			form.Line(longestSetting), func(v *strategyKeys) *string { return &v.SDKSetting })),
		{
			Name: "cache",
			Doc:  "What is kept between calls, and how widely it is shared. Left out: nothing.",
			Read: func(r *form.Reader, n *form.Node, path string, v *strategyKeys) {
				c := cache.Read(r, n, path)
				c.into(&v.Strategy)
			},
			Write: func(v, _ *strategyKeys, full bool) *form.Node {
				c := cacheScopeOf(&v.Strategy)
				if !full && c.nothing() {
					return nil
				}
				return cache.Write(c, full)
			},
			Schema: cache.Schema,
		},
		form.Field("flight", "What calls do while another one fetches: each fetches too, all join that fetch, or they fetch in series.",
			flightForm(), func(v *strategyKeys) *strategy.Flight { return &v.Strategy.Flight }),
		{
			Name: "retry",
			Doc:  "Which failed attempts are made again, how often and when. Left out: none.",
			Read: func(r *form.Reader, n *form.Node, path string, v *strategyKeys) {
				v.Strategy.Retry = conditions.Read(r, n, path)
			},
			Write: func(v, _ *strategyKeys, full bool) *form.Node {
				if _, again := v.Strategy.Retry.(*strategy.Backoff); !full && !again {
					return nil
				}
				return conditions.Write(v.Strategy.Retry, full)
			},
			Schema: conditions.Schema,
		},
		form.Field("quota", "A retry quota, as in the SDKs' standard retry mode. Left out: none.",
			quotaForm(), func(v *strategyKeys) *strategy.Quota { return &v.Strategy.Quota }),
		form.Field("timeouts", "How long a client waits; none is for ever, as in some SDKs.",
			timeoutsForm(), func(v *strategyKeys) *strategy.Timeouts { return &v.Strategy.Timeouts }),
		form.OmitZero(form.Field("session", "How a client deals with the session tokens of EC2.",
			sessionForm(), func(v *strategyKeys) *strategy.Session { return &v.Strategy.Session })),
		form.Field("first_use", "How many fetches a client's first use makes at most: a load, then uses that fetch again if the load failed and the failure was swallowed, or if what came is to be refreshed already.",
			atLeastOne(mostUses), func(v *strategyKeys) *int { return &v.Strategy.FirstUse }),
		form.OmitZero(form.Field("fail_for_good", "Whether a first use that failed, if the failure was swallowed, is the last one: later calls fail without a request.",
			form.Boolean(), func(v *strategyKeys) *bool { return &v.Strategy.FailForGood })),
		form.OmitZero(form.Field("connections", "What the client does with its connections between requests. Left out: it keeps each for as long as the server does.",
			connectionsForm(), func(v *strategyKeys) *strategy.Connections { return &v.Strategy.Connections })),
		form.Field("resend", "When the HTTP library itself sends a request again: true is a GET or PUT, once, when it timed out or its connection broke, as Ruby's does; kept is a GET whose kept connection broke, as Go's does.",
			resendForm(), func(v *strategyKeys) *strategy.Resend { return &v.Strategy.Resend }),
		form.Field("accept_empty", "Whether the client accepts an empty object as credentials.",
			form.Boolean(), func(v *strategyKeys) *bool { return &v.Strategy.AcceptEmpty }),
		form.OmitZero(form.Field("accept_incomplete", "Whether the client accepts credentials that lack a field.",
			form.Boolean(), func(v *strategyKeys) *bool { return &v.Strategy.AcceptIncomplete })),
		form.OmitZero(form.Field("ignore_eof", "Whether a body that was cut short passes for a whole one: a document does not parse then, and a text looks right.",
			form.Boolean(), func(v *strategyKeys) *bool { return &v.Strategy.IgnoreEOF })),
		form.OmitZero(form.Field("hang_on", "The failures of an attempt that the client never notices, so that it waits until its time is over, or for ever.",
			outcomesOr("none"), func(v *strategyKeys) *strategy.Conditions { return &v.Strategy.HangOn })),
		form.OmitZero(form.Field("reject_expired", "Whether credentials that have expired when they arrive are an error.",
			form.Boolean(), func(v *strategyKeys) *bool { return &v.Strategy.RejectExpired })),
	}
	at := slices.IndexFunc(keys, func(k form.Key[strategyKeys]) bool { return k.Name == "timeouts" })
	return form.Object(strategyKeys{}, slices.Insert(keys, at, append(doorKeys(), hedgeKey())...), checkStrategy)
}

// checkStrategy says which parts of a strategy do not go together.
func checkStrategy(r *form.Reader, n *form.Node, path string, v *strategyKeys) {
	s := &v.Strategy
	if s.Sidecar.On && s.Flight.Kind == strategy.Each {
		r.Fail(n.At("cache"), form.Join(path, "cache.sidecar"), "needs flight join or serial: with each, calls would not wait for its fetch")
	}
	if s.Scope == strategy.PerHost && (s.Flight.Kind != strategy.Join || s.Flight.MaxWait > 0 || s.Flight.FirstEach) {
		at := n.At("cache")
		if n.Get("flight") != nil {
			at = n.At("flight")
		}
		r.Fail(at, form.Join(path, "flight"), "want join, without max_wait and first: with scope host an agent fetches, and no task can fetch for itself")
	}
}

// WriteStrategy writes a strategy as a profile has it, defaults omitted. Read
// back, it gives the same strategy.
func WriteStrategy(w io.Writer, s strategy.Strategy) error { return render(s).WriteYAML(w) }

// render is the `strategy` mapping of a strategy, defaults left out.
func render(s strategy.Strategy) *form.Node {
	return strategyForm().Write(strategyKeys{Strategy: s}, false)
}

// The most attempts of a fetch and the most fetches of a first use, far beyond
// any SDK's. The counters of a client, of 16 and 8 bits, have room for them.
const (
	most     = 1000
	mostUses = 10
)

// presetKey sets the whole strategy to a preset's. It comes first in
// strategyForm, so that the other keys change what it has set.
func presetKey() form.Key[strategyKeys] {
	return form.Key[strategyKeys]{
		Name: "preset", Aliases: []string{"sdk"},
		Doc: "The SDK whose behaviour to start from; a key beside it replaces that part of it.",
		Read: func(r *form.Reader, n *form.Node, path string, v *strategyKeys) {
			name, ok := r.Scalar(n, path, "a preset's name")
			if !ok {
				return
			}
			preset, _, ok := sdk.Named(name)
			if !ok {
				r.Fail(n, path, "there is no preset %s%s", n.What(), form.Hint(name, presetNames()))
				return
			}
			v.Preset, v.Strategy = preset.Name, preset.Strategy
		},
		Write: func(v, _ *strategyKeys, _ bool) *form.Node {
			if v.Preset == "" {
				return nil
			}
			return form.Plain(v.Preset)
		},
		Schema: func() *form.Schema {
			s := &form.Schema{}
			for _, name := range presetNames() {
				s.Enum = append(s.Enum, name)
			}
			return s
		},
	}
}

// extendsOnlyKey describes extends, which is resolved before a strategy is read.
func extendsOnlyKey() form.Key[strategyKeys] {
	return form.Key[strategyKeys]{
		Name: extendsKey,
		Doc:  "The strategy to start from: a preset, or one with a name. A mapping beside it changes single keys of that part, at every level; anything else replaces it, and null removes it.",
		Read: func(r *form.Reader, n *form.Node, path string, _ *strategyKeys) {
			r.Fail(n, path, "is not for this place: %s", wholeByName)
		},
		Write:  func(_, _ *strategyKeys, _ bool) *form.Node { return nil },
		Schema: nameSchema,
	}
}

// wholeByName says how a name is used where extends is not.
const wholeByName = "name a whole strategy, as in strategies.NAME=OTHER"

// nameSchema is the schema of the name of a strategy or a preset.
func nameSchema() *form.Schema { return &form.Schema{Type: "string", MaxLength: form.LongestName} }

// namedStrategyForm is a strategy, or the name of one, which is resolved before this form
// reads it.
func namedStrategyForm() form.Form[strategyKeys] {
	f := strategyForm().Named("strategy")
	mapping := f.Schema
	f.Schema = func() *form.Schema {
		return &form.Schema{AnyOf: []*form.Schema{nameSchema(), mapping()}}
	}
	return f
}

func presetNames() []string {
	var names []string
	for _, p := range sdk.Presets() {
		names = append(names, p.Name)
	}
	aliases := sdk.Aliases()
	for _, name := range slices.Sorted(maps.Keys(aliases)) {
		names = append(names, aliases[name]...)
	}
	return names
}

// atLeastOne is a count of which 0 and 1 mean the same, kept as 0.
func atLeastOne(most int) form.Form[int] {
	return form.Convert(form.Integer(1, most),
		func(v int) int {
			if v == 1 {
				return 0
			}
			return v
		},
		func(v int) int { return max(v, 1) })
}

// quotaForm is a retry quota, or none.
func quotaForm() form.Form[strategy.Quota] {
	count := form.Integer(1, 1_000_000)
	f := form.Object(strategy.Quota{}, []form.Key[strategy.Quota]{
		form.Required(form.Field("tokens", "Its size; full at the start.",
			count, func(v *strategy.Quota) *int { return &v.Tokens })),
		form.Required(form.Field("cost", "Tokens that a retry takes, and gives back if it succeeds.",
			count, func(v *strategy.Quota) *int { return &v.Cost })),
		form.Field("timeout_cost", "Tokens that a retry takes after a timeout; cost if left out.",
			count, func(v *strategy.Quota) *int { return &v.TimeoutCost }),
		form.OmitZero(form.Field("throttle_cost", "Tokens that a retry takes after a throttle: a 429 or a throttling code. cost if left out.",
			count, func(v *strategy.Quota) *int { return &v.ThrottleCost })),
	}, nil)
	// A cost that makes no difference is kept as 0.
	f = form.Convert(f,
		func(v strategy.Quota) strategy.Quota {
			if v.TimeoutCost == v.Cost {
				v.TimeoutCost = 0
			}
			if v.ThrottleCost == v.Cost {
				v.ThrottleCost = 0
			}
			return v
		},
		func(v strategy.Quota) strategy.Quota { return v })
	keyed := f.Write
	f.Write = func(v strategy.Quota, full bool) *form.Node {
		if full && v.TimeoutCost == 0 {
			v.TimeoutCost = v.Cost
		}
		return keyed(v, full)
	}
	return form.WordOr(f, "a mapping", form.NewWord[strategy.Quota]("none", strategy.Quota{}))
}

// timeoutsForm is `timeouts`: how long a client waits.
func timeoutsForm() form.Form[strategy.Timeouts] {
	type timeouts = strategy.Timeouts
	bound := form.Bound()
	return form.Object(timeouts{}, []form.Key[timeouts]{
		form.Field("connect", "To make a connection.", bound, func(v *timeouts) *duration { return &v.Connect }),
		form.Field("response", "From the send to the end of the answer.", bound, func(v *timeouts) *duration { return &v.Response }),
		form.Field("attempt", "For one attempt as a whole.", bound, func(v *timeouts) *duration { return &v.Attempt }),
		form.Field("call", "For the call with all its attempts and waits.", bound, func(v *timeouts) *duration { return &v.Call }),
		form.OmitZero(form.Field("fetch", "For a fetch with all its attempts and waits, but without the wait for another call's fetch.", bound,
			func(v *timeouts) *duration { return &v.Fetch })),
		form.Field("other_link", "Replaces response for the request to the chain's next provider.", bound,
			func(v *timeouts) *duration { return &v.OtherLink }),
		form.OmitZero(form.Field("leg", "For each leg of a fetch, including the token request that it needs and all attempts and waits.", bound,
			func(v *timeouts) *duration { return &v.Leg })),
	}, nil)
}
