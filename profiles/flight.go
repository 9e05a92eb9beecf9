package profiles

import "tenement/internal/strategy"

// flightKeys are the keys of a `flight` mapping, of which exactly one is given.
type flightKeys struct{ Join, Serial *strategy.Flight }

// flightForm is each, join or serial, or one of the latter two with a mapping.
func flightForm() form[strategy.Flight] {
	type flight = strategy.Flight
	waits := object(flight{}, []key[flight]{
		field("max_wait", "How long a call waits for another's fetch before it goes itself.",
			boundForm(), func(v *flight) *duration { return &v.MaxWait }),
		field("first", "Whether, until the first success, each call fetches for itself.",
			words(word[bool]{"one", false}, word[bool]{"each", true}), func(v *flight) *bool { return &v.FirstEach }),
	}, nil)
	keys := union([]key[flightKeys]{
		field("join", "One fetches, the others take its result.",
			optional(waits), func(v *flightKeys) **flight { return &v.Join }),
		field("serial", "One at a time; each looks into the cache again first.",
			optional(waits), func(v *flightKeys) **flight { return &v.Serial }),
	}, nil)
	f := convert(keys,
		func(k flightKeys) flight {
			switch {
			case k.Join != nil:
				return flight{Kind: strategy.Join, MaxWait: k.Join.MaxWait, FirstEach: k.Join.FirstEach}
			case k.Serial != nil:
				return flight{Kind: strategy.Serial, MaxWait: k.Serial.MaxWait, FirstEach: k.Serial.FirstEach}
			}
			return flight{}
		},
		func(v flight) flightKeys {
			waits := &flight{MaxWait: v.MaxWait, FirstEach: v.FirstEach}
			if v.Kind == strategy.Join {
				return flightKeys{Join: waits}
			}
			return flightKeys{Serial: waits}
		})
	w := wordOr(f, "a mapping",
		word[flight]{"each", flight{}},
		word[flight]{"join", flight{Kind: strategy.Join}},
		word[flight]{"serial", flight{Kind: strategy.Serial}})
	w.write = func(v flight, full bool) *node {
		switch {
		case v.Kind == strategy.Each:
			return plain("each")
		case !full && v == (flight{Kind: strategy.Join}):
			return plain("join")
		case !full && v == (flight{Kind: strategy.Serial}):
			return plain("serial")
		}
		return f.write(v, full)
	}
	return w
}
