package profiles

import (
	"io"
	"sync"

	"tenement/internal/strategy"
)

// client is a `strategy` mapping: how a client fetches, and how reports call
// it.
type client struct {
	Preset   string // which the other keys change; "" starts from nothing
	Title    string // of the case's row in a report; "" is its name
	Strategy strategy.Strategy
}

// longestTitle bounds a title to the width of a report's first column, in
// characters.
const longestTitle = 26

// clientForm is the form of a `strategy` mapping, built once.
var clientForm = sync.OnceValue(newClientForm)

func newClientForm() form[client] {
	cache, conditions := cacheForm(), retryForm()
	return object(client{}, []key[client]{
		presetKey(),
		field("title", "What reports call it, in at most 26 characters; its name if left out.",
			lineForm(longestTitle), func(v *client) *string { return &v.Title }),
		{
			name: "cache",
			doc:  "What is kept between calls, and how widely it is shared. Left out: nothing.",
			read: func(r *reader, n *node, path string, v *client) {
				c := cache.read(r, n, path)
				v.Strategy.Cache, v.Strategy.Scope = c.Cache, c.Scope
			},
			write: func(v, _ *client, full bool) *node {
				c := cacheScope{Cache: v.Strategy.Cache, Scope: v.Strategy.Scope}
				if !full && c.nothing() {
					return nil
				}
				return cache.write(c, full)
			},
			schema: cache.schema,
		},
		field("flight", "What calls do while another one fetches: each fetches too, they join it, or they go in series.",
			flightForm(), func(v *client) *strategy.Flight { return &v.Strategy.Flight }),
		{
			name: "retry",
			doc:  "Which failed attempts are made again, how often and when. Left out: none.",
			read: func(r *reader, n *node, path string, v *client) {
				v.Strategy.Retry = conditions.read(r, n, path)
			},
			write: func(v, _ *client, full bool) *node {
				if _, again := v.Strategy.Retry.(*strategy.Backoff); !full && !again {
					return nil
				}
				return conditions.write(v.Strategy.Retry, full)
			},
			schema: conditions.schema,
		},
		field("quota", "A retry quota, as in the SDKs' standard retry mode. Left out: none.",
			quotaForm(), func(v *client) *strategy.Quota { return &v.Strategy.Quota }),
		field("timeouts", "How long a client waits; none is for ever, as in some SDKs.",
			timeoutsForm(), func(v *client) *strategy.Timeouts { return &v.Strategy.Timeouts }),
		omitZero(field("session", "How a client deals with the session tokens of EC2.",
			sessionForm(), func(v *client) *strategy.Session { return &v.Strategy.Session })),
		field("first_use", "How many fetches the first use of a client makes, in turn, while they fail and the failure is swallowed.",
			atLeastOne(mostUses), func(v *client) *int { return &v.Strategy.FirstUse }),
		field("resend", "Whether the HTTP library sends an attempt once more by itself when it timed out or its connection broke.",
			booleanForm(), func(v *client) *bool { return &v.Strategy.Resend }),
		field("accept_empty", "Whether an empty object passes for credentials.",
			booleanForm(), func(v *client) *bool { return &v.Strategy.AcceptEmpty }),
	}, nil)
}

// WriteStrategy writes a strategy as a profile would, without what need not be
// said. Read back, it gives the same strategy.
func WriteStrategy(w io.Writer, s strategy.Strategy) error { return render(s).writeYAML(w) }

// render is the `strategy` mapping of a strategy, defaults left out.
func render(s strategy.Strategy) *node {
	return clientForm().write(client{Strategy: s}, false)
}

// The most attempts of a fetch and the most fetches of a first use, far beyond
// any SDK's. The counters of a client, of 16 and 8 bits, have room for them.
const (
	most     = 1000
	mostUses = 10
)

// presetKey sets the whole strategy to a preset's. It comes first in
// clientForm, so that the other keys change what it has set.
func presetKey() key[client] {
	return key[client]{
		name: "preset",
		doc:  "The SDK whose behaviour to start from; a key beside it replaces that part of it.",
		read: func(r *reader, n *node, path string, v *client) {
			name, ok := r.scalarText(n, path, "a preset's name")
			if !ok {
				return
			}
			preset, ok := strategy.PresetNamed(name)
			if !ok {
				r.fail(n, path, "there is no preset %s%s", n.what(), hint(name, presetNames()))
				return
			}
			v.Preset, v.Strategy = name, preset.Strategy
		},
		write: func(v, _ *client, _ bool) *node {
			if v.Preset == "" {
				return nil
			}
			return plain(v.Preset)
		},
		schema: func() *schema {
			s := &schema{}
			for _, name := range presetNames() {
				s.Enum = append(s.Enum, name)
			}
			return s
		},
	}
}

func presetNames() []string {
	var names []string
	for _, p := range strategy.Presets() {
		names = append(names, p.Name)
	}
	return names
}

// atLeastOne is a count of which 0 and 1 mean the same, kept as 0.
func atLeastOne(most int) form[int] {
	return convert(integerForm(1, most),
		func(v int) int {
			if v == 1 {
				return 0
			}
			return v
		},
		func(v int) int { return max(v, 1) })
}

// quotaForm is a retry quota, or none.
func quotaForm() form[strategy.Quota] {
	count := func(least int) form[int] { return integerForm(least, 1_000_000) }
	f := object(strategy.Quota{}, []key[strategy.Quota]{
		must(field("tokens", "Its size; full at the start.",
			count(1), func(v *strategy.Quota) *int { return &v.Tokens })),
		must(field("cost", "Tokens that a retry takes, and gives back if it succeeds.",
			count(1), func(v *strategy.Quota) *int { return &v.Cost })),
		field("timeout_cost", "Tokens that a retry takes after a timeout; cost if left out.",
			count(1), func(v *strategy.Quota) *int { return &v.TimeoutCost }),
	}, nil)
	// A timeout cost that makes no difference is kept as 0.
	f = convert(f,
		func(v strategy.Quota) strategy.Quota {
			if v.TimeoutCost == v.Cost {
				v.TimeoutCost = 0
			}
			return v
		},
		func(v strategy.Quota) strategy.Quota { return v })
	keyed := f.write
	f.write = func(v strategy.Quota, full bool) *node {
		if full && v.TimeoutCost == 0 {
			v.TimeoutCost = v.Cost
		}
		return keyed(v, full)
	}
	return wordOr(f, "a mapping", word[strategy.Quota]{"none", strategy.Quota{}})
}

// timeoutsForm is `timeouts`: how long a client waits.
func timeoutsForm() form[strategy.Timeouts] {
	type timeouts = strategy.Timeouts
	bound := boundForm()
	return object(timeouts{}, []key[timeouts]{
		field("connect", "To make a connection.", bound, func(v *timeouts) *duration { return &v.Connect }),
		field("response", "From the send to the whole answer.", bound, func(v *timeouts) *duration { return &v.Response }),
		field("attempt", "One attempt in all.", bound, func(v *timeouts) *duration { return &v.Attempt }),
		field("call", "The call with all its attempts and waits.", bound, func(v *timeouts) *duration { return &v.Call }),
		field("other_link", "In place of response, for the request to the chain's next provider.", bound,
			func(v *timeouts) *duration { return &v.OtherLink }),
		omitZero(field("leg", "Each leg of a fetch, with the request for the token it needs and with all their attempts and waits.", bound,
			func(v *timeouts) *duration { return &v.Leg })),
	}, nil)
}
