package profiles

import (
	"tenement/internal/form"
	"tenement/internal/strategy"
)

// sidecarForm is the `sidecar` of a cache: true, false or a mapping.
func sidecarForm() form.Form[strategy.Sidecar] {
	type sidecar = strategy.Sidecar
	f := form.Object(sidecar{On: true}, []form.Key[sidecar]{
		form.Field("ahead", "How long before the cache wants a refresh the sidecar makes it.",
			form.Duration(0, 0), func(v *sidecar) *duration { return &v.Ahead }),
		form.Field("again", "How long after a failed refresh it makes the next; 0s means 5s.",
			form.Duration(0, 0), func(v *sidecar) *duration { return &v.Again }),
	}, nil)
	w := form.WordOr(f, "a mapping", form.NewWord("true", sidecar{On: true}), form.NewWord("false", sidecar{}))
	w.Schema = func() *form.Schema { return &form.Schema{OneOf: []*form.Schema{{Type: "boolean"}, f.Schema()}} }
	return w
}
