package profiles

import (
	"tenement/internal/form"
	"tenement/internal/strategy"
)

// refreshForm is the `refresh` of a cache. Its StaleOnError is a key of the
// cache.
func refreshForm() form.Form[strategy.Refresh] {
	type refresh = strategy.Refresh
	return form.Object(refresh{}, []form.Key[refresh]{
		form.Field("window", "How long before the expiry a refresh is wanted; 0s is at expiry.",
			form.Duration(0, 0), func(v *refresh) *duration { return &v.Window }),
		form.Field("mandatory", "The shorter window in which every call waits for the refresh. 0s is window, or with mode behind the expiry.",
			form.Duration(0, 0), func(v *refresh) *duration { return &v.Mandatory }),
		form.Field("jitter", "The largest fraction by which both windows shrink, at random.",
			form.Fraction(), func(v *refresh) *float64 { return &v.Jitter }),
		form.Field("mode", "Whether a call waits for the refresh that it starts (block), or gets the held document (behind).",
			form.Words(form.NewWord[bool]("block", false), form.NewWord[bool]("behind", true)), func(v *refresh) *bool { return &v.Behind }),
		form.Field("empty_on_error", "Whether a failed refresh discards the held document and counts as a success.",
			form.Boolean(), func(v *refresh) *bool { return &v.EmptyOnError }),
		form.OmitZero(form.Field("at_most", "How long after its fetch a document counts as valid, whatever its expiry.",
			form.Bound(), func(v *refresh) *duration { return &v.AtMost })),
		form.OmitZero(form.Field("share", "The least window, as a share of what a document has left when it arrives.",
			form.Fraction(), func(v *refresh) *float64 { return &v.Share })),
		form.OmitZero(form.Field("windows", "Replaces window by what a document has left when it arrives: the first item whose below is more counts.",
			form.List(lifeWindowForm(), 1), func(v *refresh) *[]strategy.LifeWindow { return &v.Windows })),
		form.OmitZero(form.Field("earliest", "How long after the fetch a refresh is wanted at the soonest, whatever the expiry.",
			form.Duration(0, 0), func(v *refresh) *duration { return &v.Earliest })),
		form.OmitZero(form.Field("latest", "How long after the fetch a refresh is wanted at the latest, whatever the expiry.",
			form.Bound(), func(v *refresh) *duration { return &v.Latest })),
		form.OmitZero(form.Field("latest_again", "Whether, after a failed refresh that only latest asked for, the next one waits for latest again; the held document is served meanwhile.",
			form.Boolean(), func(v *refresh) *bool { return &v.LatestAgain })),
		form.OmitZero(form.Field("jitter_to", "The instant from which a refresh is wanted is drawn, evenly: between where the other keys put it and this long before the expiry.",
			form.Bound(), func(v *refresh) *duration { return &v.JitterTo })),
		form.OmitZero(form.Field("short", "Documents that arrive with less than this left have no window.",
			form.Duration(0, 0), func(v *refresh) *duration { return &v.Short })),
		form.OmitZero(form.Field("extend", "How long the held document stays in use after a failed refresh, even past its expiry.",
			extensionForm(), func(v *refresh) *strategy.Extension { return &v.Extend })),
		form.OmitZero(form.Field("extend_old", "How long a document that arrives expired is used.",
			oldExtensionForm(), func(v *refresh) *strategy.OldExtension { return &v.ExtendOld })),
	}, checkRefresh)
}

// checkRefresh says which keys of a refresh do not go together.
func checkRefresh(r *form.Reader, n *form.Node, path string, v *strategy.Refresh) {
	longest := v.Window
	for i, w := range v.Windows {
		if i > 0 && w.Below <= v.Windows[i-1].Below {
			r.Fail(n.At("windows"), form.Join(path, "windows"), "below %s comes after below %s: want the shorter ones first",
				form.FormatDuration(w.Below), form.FormatDuration(v.Windows[i-1].Below))
		}
		longest = max(longest, w.Window)
	}
	if v.Mandatory > longest && v.Share == 0 && v.Latest == 0 {
		r.Fail(n.At("mandatory"), form.Join(path, "mandatory"), "%s is longer than window, %s",
			form.FormatDuration(v.Mandatory), form.FormatDuration(longest))
	}
	if v.Latest > 0 && v.Earliest > v.Latest {
		r.Fail(n.At("earliest"), form.Join(path, "earliest"), "%s is more than latest, %s",
			form.FormatDuration(v.Earliest), form.FormatDuration(v.Latest))
	}
	if v.LatestAgain && (v.Latest == 0 || v.Mandatory > 0 || v.Behind || v.Share > 0 || len(v.Windows) > 0) { // a failure is held against window alone
		r.Fail(n.At("latest_again"), form.Join(path, "latest_again"), "needs latest, and mode block without mandatory, share and windows")
	}
	if v.Jitter > 0 && v.JitterTo > 0 {
		r.Fail(n.At("jitter_to"), path, "want one of jitter and jitter_to")
	}
}

// lifeWindowForm is an item of `windows`.
func lifeWindowForm() form.Form[strategy.LifeWindow] {
	type window = strategy.LifeWindow
	return form.Object(window{}, []form.Key[window]{
		form.Required(form.Field("below", "It is for documents with less than this left.",
			form.Duration(1, 0), func(v *window) *duration { return &v.Below })),
		form.Required(form.Field("window", "How long before the expiry a refresh is wanted.",
			form.Duration(0, 0), func(v *window) *duration { return &v.Window })),
	}, nil)
}
