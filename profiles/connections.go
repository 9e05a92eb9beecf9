package profiles

import (
	"tenement/internal/form"
	"tenement/internal/strategy"
)

// connectionsForm is what a client does with its connections between requests.
func connectionsForm() form.Form[strategy.Connections] {
	type connections = strategy.Connections
	f := form.Object(connections{}, []form.Key[connections]{
		form.OmitZero(form.Field("keep", "The most idle connections it keeps, of each process; any number if left out.",
			form.Integer(1, most), func(v *connections) *int { return &v.Keep })),
		form.Field("idle", "How long it keeps one that is idle.",
			form.Bound(), func(v *connections) *duration { return &v.Idle }),
	}, nil)
	return form.WordOr(f, "a mapping", form.NewWord("per-request", connections{PerRequest: true}))
}

// mostResends bounds how often a library sends a request again, in the 8 bits of
// a call's counter.
const mostResends = 100

// resendForm is when an HTTP library sends a request again by itself: a word, or a
// mapping.
func resendForm() form.Form[strategy.Resend] {
	type resend = strategy.Resend
	words := []form.Word[strategy.Conditions]{
		{Name: "response_timeout", Value: strategy.OnResponseTimeout},
		{Name: "reset", Value: strategy.OnReset},
	}
	f := form.Object(resend{}, []form.Key[resend]{
		form.OmitZero(form.Field("times", "How often in a row, whatever the connection; 1 if left out.",
			form.Integer(1, mostResends), func(v *resend) *int { return &v.Times })),
		form.OmitZero(form.Field("kept", "Whether, in place of times, it sends a request again whenever its connection was kept from an earlier one, until one fails on a fresh connection.",
			form.Boolean(), func(v *resend) *bool { return &v.Kept })),
		form.Field("on", "The failures after which it does: [response_timeout, reset] if left out, or [reset] with kept.",
			form.SetOf(form.Words(words...), words), func(v *resend) *strategy.Conditions { return &v.On }),
		form.Field("put", "Whether it sends PUT requests again too; else GET requests alone.",
			form.Boolean(), func(v *resend) *bool { return &v.Put }),
	}, func(r *form.Reader, n *form.Node, path string, v *resend) {
		switch {
		case v.Kept && n.Get("times") != nil:
			r.Fail(n.At("times"), form.Join(path, "times"), "does not go together with kept")
		case !v.Kept && n.Get("times") == nil:
			v.Times = 1
		}
		switch {
		case n.Get("on") != nil:
		case v.Kept:
			v.On = strategy.ResendKept.On
		default:
			v.On = strategy.ResendIdempotent.On
		}
	})
	w := form.WordOr(f, "a mapping", form.NewWord("true", strategy.ResendIdempotent), form.NewWord("false", resend{}),
		form.NewWord("kept", strategy.ResendKept))
	w.Schema = func() *form.Schema {
		return &form.Schema{OneOf: []*form.Schema{{Type: "boolean"}, {Const: "kept"}, f.Schema()}}
	}
	return w
}
