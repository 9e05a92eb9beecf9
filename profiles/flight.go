package profiles

import (
	"slices"

	"tenement/internal/form"
	"tenement/internal/strategy"
)

// flightKeys are the keys of a `flight` mapping, of which exactly one is given.
type flightKeys struct{ Join, Serial *strategy.Flight }

// flightForm is each, join or serial, or one of the latter two with a mapping.
func flightForm() form.Form[strategy.Flight] {
	type flight = strategy.Flight
	waiting := []form.Key[flight]{
		form.Field("max_wait", "How long a call waits for another's fetch before it fetches for itself.",
			form.Bound(), func(v *flight) *duration { return &v.MaxWait }),
		form.Field("first", "Whether, until the first success, each call fetches for itself.",
			form.Words(form.NewWord[bool]("one", false), form.NewWord[bool]("each", true)), func(v *flight) *bool { return &v.FirstEach }),
	}
	series := form.Object(flight{}, append(slices.Clone(waiting),
		form.OmitZero(form.Field("waiters_refresh", "Whether a call that has waited for its turn refreshes what is due, although it could still use it.",
			form.Boolean(), func(v *flight) *bool { return &v.WaitersRefresh })),
	), nil).Named("waiting")
	joint := form.Object(flight{}, append(slices.Clone(waiting),
		form.OmitZero(form.Field("look_again", "Whether a call that finds a fetch under way looks at the cache again when that has ended. If it has no answer, all such calls join one more fetch.",
			form.Boolean(), func(v *flight) *bool { return &v.LookAgain })),
	), nil).Named("joining")
	keys := form.OneOf([]form.Key[flightKeys]{
		form.Field("join", "One call fetches, the others take its result.",
			form.Optional(joint), func(v *flightKeys) **flight { return &v.Join }),
		form.Field("serial", "Calls fetch one at a time; each checks the cache again first.",
			form.Optional(series), func(v *flightKeys) **flight { return &v.Serial }),
	}, nil)
	f := form.Convert(keys,
		func(k flightKeys) flight {
			switch {
			case k.Join != nil:
				k.Join.Kind = strategy.Join
				return *k.Join
			case k.Serial != nil:
				k.Serial.Kind = strategy.Serial
				return *k.Serial
			}
			return flight{}
		},
		func(v flight) flightKeys {
			kind := v.Kind
			v.Kind = 0 // the key says it
			if kind == strategy.Join {
				return flightKeys{Join: &v}
			}
			return flightKeys{Serial: &v}
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
