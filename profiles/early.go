package profiles

import (
	"tenement/internal/form"
	"tenement/internal/strategy"
)

// earlyForm is the `early` of a cache: a number, or a mapping with it.
func earlyForm() form.Form[strategy.Early] {
	type early = strategy.Early
	beta := form.Number(0, 1000)
	plain := form.Convert(beta, func(v float64) early { return early{Beta: v} }, func(v early) float64 { return v.Beta })
	mapping := form.Object(early{}, []form.Key[early]{
		form.Required(form.Field("beta", "How early: 1 is the paper's choice; 0 is never.",
			beta, func(v *early) *float64 { return &v.Beta })),
		form.OmitZero(form.Field("least", "How long a fetch is taken to last at the least.",
			form.Duration(0, 0), func(v *early) *duration { return &v.Least })),
	}, func(_ *form.Reader, _ *form.Node, _ string, v *early) {
		if v.Beta == 0 {
			v.Least = 0
		}
	})
	return scalarOr(plain, mapping, func(v early) bool { return v.Least == 0 }).Named("early")
}
