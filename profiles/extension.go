package profiles

import (
	"tenement/internal/form"
	"tenement/internal/strategy"
)

// deferForm is what waits for the end of an extension.
func deferForm() form.Form[strategy.Defer] {
	return form.Words(form.NewWord[strategy.Defer]("all", strategy.DeferAll), form.NewWord[strategy.Defer]("attempts", strategy.DeferAttempts),
		form.NewWord[strategy.Defer]("mandatory", strategy.DeferMandatory))
}

// What the keys of both extensions say.
const (
	leastDoc = "The shortest time."
	mostDoc  = "The longest time; it is drawn evenly between the two."
	deferDoc = "What waits for the end of that time. all: everything, as if the document expired then; attempts: every refresh, even if the one that failed was not mandatory; mandatory: only the mandatory refresh."
)

// checkSpan says what is wrong with the two ends of an extension.
func checkSpan(r *form.Reader, n *form.Node, path string, least, most duration) {
	if least > most {
		r.Fail(n.At("least"), form.Join(path, "least"), "%s is longer than most, %s", form.FormatDuration(least), form.FormatDuration(most))
	}
}

// extensionForm is for how long, if at all, credentials are used on after a failed
// refresh.
func extensionForm() form.Form[strategy.Extension] {
	type extension = strategy.Extension
	f := form.Object(extension{}, []form.Key[extension]{
		form.Required(form.Field("least", leastDoc, form.Duration(0, 0), func(v *extension) *duration { return &v.Least })),
		form.Required(form.Field("most", mostDoc, form.Duration(1, 0), func(v *extension) *duration { return &v.Most })),
		form.Field("on", "The failed refreshes after which it applies; all if left out.",
			outcomesOr("all"), func(v *extension) *strategy.Conditions { return &v.On }),
		form.OmitZero(form.Field("defer", deferDoc, deferForm(), func(v *extension) *strategy.Defer { return &v.Defer })),
		form.OmitZero(form.Field("factor", "The factor by which most grows per further failed refresh in a row. Left out: it does not grow.",
			growth(), func(v *extension) *float64 { return &v.Factor })),
		form.OmitZero(form.Field("cap", "What most grows to.",
			form.Bound(), func(v *extension) *duration { return &v.Cap })),
		form.OmitZero(form.Field("past", "How long past its real expiry a document stays in use at the most. After that a failed refresh is an error, unless stale_on_error says otherwise.",
			form.Bound(), func(v *extension) *duration { return &v.Past })),
	}, func(r *form.Reader, n *form.Node, path string, v *extension) {
		checkSpan(r, n, path, v.Least, v.Most)
		switch {
		case v.Cap > 0 && v.Factor == 0:
			r.Fail(n.At("cap"), form.Join(path, "cap"), "needs factor beside it")
		case v.Cap > 0 && v.Cap < v.Most:
			r.Fail(n.At("cap"), form.Join(path, "cap"), "%s is below most, %s", form.FormatDuration(v.Cap), form.FormatDuration(v.Most))
		}
	})
	return form.WordOr(f, "a mapping", form.NewWord[extension]("none", extension{})).Named("extension")
}

// oldExtensionForm is for how long, if at all, credentials are used that arrive
// expired.
func oldExtensionForm() form.Form[strategy.OldExtension] {
	type extension = strategy.OldExtension
	f := form.Object(extension{}, []form.Key[extension]{
		form.Required(form.Field("least", leastDoc, form.Duration(0, 0), func(v *extension) *duration { return &v.Least })),
		form.Required(form.Field("most", mostDoc, form.Duration(1, 0), func(v *extension) *duration { return &v.Most })),
		form.Field("early", "Whether it also applies to documents with less than the drawn time left; with defer all only.",
			form.Boolean(), func(v *extension) *bool { return &v.Early }),
		form.OmitZero(form.Field("defer", deferDoc, deferForm(), func(v *extension) *strategy.Defer { return &v.Defer })),
	}, func(r *form.Reader, n *form.Node, path string, v *extension) {
		checkSpan(r, n, path, v.Least, v.Most)
		if v.Early && v.Defer != strategy.DeferAll {
			r.Fail(n.At("early"), form.Join(path, "early"), "is for defer all only")
		}
	})
	return form.WordOr(f, "a mapping", form.NewWord[extension]("none", extension{})).Named("extension-of-old")
}
