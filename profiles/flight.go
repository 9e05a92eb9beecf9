package profiles

import (
	"tenement/internal/form"
	"tenement/internal/strategy"
)

// flightKeys are the keys of a `flight` mapping, of which exactly one is given.
type flightKeys struct{ Join, Serial *strategy.Flight }

// flightForm is each, join or serial, or one of the latter two with a mapping.
func flightForm() form.Form[strategy.Flight] {
	type flight = strategy.Flight
	waits := form.Object(flight{}, []form.Key[flight]{
		form.Field("max_wait", "How long a call waits for another's fetch before it fetches for itself.",
			form.Bound(), func(v *flight) *duration { return &v.MaxWait }),
		form.Field("first", "Whether, until the first success, each call fetches for itself.",
			form.Words(form.NewWord[bool]("one", false), form.NewWord[bool]("each", true)), func(v *flight) *bool { return &v.FirstEach }),
	}, nil).Named("waiting")
	keys := form.OneOf([]form.Key[flightKeys]{
		form.Field("join", "One call fetches, the others take its result.",
			form.Optional(waits), func(v *flightKeys) **flight { return &v.Join }),
		form.Field("serial", "Calls fetch one at a time; each checks the cache again first.",
			form.Optional(waits), func(v *flightKeys) **flight { return &v.Serial }),
	}, nil)
	f := form.Convert(keys,
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
	w := form.WordOr(f, "a mapping",
		form.NewWord[flight]("each", flight{}),
		form.NewWord[flight]("join", flight{Kind: strategy.Join}),
		form.NewWord[flight]("serial", flight{Kind: strategy.Serial}))
	w.Write = func(v flight, full bool) *form.Node {
		switch {
		case v.Kind == strategy.Each:
			return form.Plain("each")
		case !full && v == (flight{Kind: strategy.Join}):
			return form.Plain("join")
		case !full && v == (flight{Kind: strategy.Serial}):
			return form.Plain("serial")
		}
		return f.Write(v, full)
	}
	return w
}
