package profiles

import (
	"tenement/internal/form"
	"tenement/internal/service"
	"tenement/internal/strategy"
)

// hedgeKey is the key of a strategy that hedges.
func hedgeKey() form.Key[strategyKeys] {
	return form.OmitZero(form.Field("hedge", "After how long another copy of a request is sent while its answer is slow: the first good answer wins. It is for fetches of a single request. Left out: never.",
		hedgeForm(), func(v *strategyKeys) *strategy.Hedge { return &v.Strategy.Hedge }))
}

// mostHedged bounds the requests of one try that are under way at once.
const mostHedged = 10

// hedgeForm is a `hedge`: a time, or a mapping with it.
func hedgeForm() form.Form[strategy.Hedge] {
	type hedge = strategy.Hedge
	after := form.Duration(1, 0)
	plain := form.Convert(after, func(d duration) hedge { return hedge{After: d} }, func(v hedge) duration { return v.After })
	// Two copies are kept as 0.
	copies := form.Convert(form.Integer(2, mostHedged),
		func(v int) int {
			if v == 2 {
				return 0
			}
			return v
		},
		func(v int) int { return max(v, 2) })
	mapping := form.Object(hedge{}, []form.Key[hedge]{
		form.Required(form.Field("after", "How long a request is under way before another copy of it is sent.",
			after, func(v *hedge) *duration { return &v.After })),
		form.OmitZero(form.Field("copies", "The most requests of a try, the first included; 2 if left out.",
			copies, func(v *hedge) *int { return &v.Copies })),
	}, nil)
	f := scalarOr(plain, mapping, func(v hedge) bool { return v.Copies == 0 })
	return form.WordFirst(f, form.NewWord("none", hedge{})).Named("hedge")
}

// checkHedges reports strategies that hedge in groups whose fetches take several requests.
func (v *document) checkHedges(r *form.Reader, n *form.Node) {
	told := map[*form.Node]bool{}
	for i := range v.Fleet {
		g, item := &v.Fleet[i], n.Item("fleet", i)
		for j, a := range g.does() {
			if !v.manyLegs(a.Flow) {
				continue
			}
			refuse := func(s *strategyKeys, at *form.Node, path string) {
				if s == nil || s.Strategy.Hedge.After == 0 || told[at] {
					return
				}
				told[at] = true
				r.Fail(at.At("hedge"), form.Join(path, "hedge"), "is for fetches of a single request, and those of the group %s on %s may take several", g.Name, v.Endpoint.Service)
			}
			at, path := g.at(item, j)
			switch {
			case a.Strategy != nil:
				refuse(a.Strategy, at.At("strategy"), form.Join(path, "strategy"))
			case g.Strategy != nil:
				refuse(g.Strategy, item.At("strategy"), "fleet."+g.Name+".strategy")
			default:
				for k := range v.Strategies {
					c := &v.Strategies[k]
					refuse(&c.strategyKeys, n.At("strategies").At(c.name), "strategies."+c.name)
				}
			}
		}
	}
}

// manyLegs reports whether a fetch of a flow may take several requests, or a session token.
func (v *document) manyLegs(flow string) bool {
	if v.Endpoint.Service == service.IMDS {
		return true
	}
	f, ok := v.Endpoint.Service.Row().Flow(flow)
	return ok && len(f.Legs) > 1
}
