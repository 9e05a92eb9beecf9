package profiles

import (
	"time"

	"tenement/internal/form"
	"tenement/internal/strategy"
)

// cacheScope is a `cache`: what is kept, and who shares it. A nil Cache
// keeps nothing.
type cacheScope struct {
	Cache strategy.Cache
	Scope strategy.Scope
}

// nothing reports whether a strategy that leaves `cache` out has the same.
func (k cacheScope) nothing() bool {
	switch k.Cache.(type) {
	case nil, strategy.NoCache:
		return k.Scope == strategy.PerProcess
	}
	return false
}

// cacheKeys are the keys of a `cache` mapping.
type cacheKeys struct {
	TTL          *time.Duration
	Refresh      *strategy.Refresh
	StaleOnError time.Duration
	Scope        strategy.Scope
}

// cacheForm is `cache`: none, static, or a mapping. A mapping with a scope
// alone keeps nothing; the scope then says who shares flights and the quota.
func cacheForm() form.Form[cacheScope] {
	keys := form.Object(cacheKeys{}, []form.Key[cacheKeys]{
		form.Field("ttl", "Keeps a document this long after the fetch, whatever its expiry.",
			form.Optional(form.Duration(1, 0)), func(v *cacheKeys) **time.Duration { return &v.TTL }),
		form.Field("refresh", "Keeps a document until its expiry, and fetches the next one before that.",
			form.Optional(refreshForm()), func(v *cacheKeys) **strategy.Refresh { return &v.Refresh }),
		form.Field("stale_on_error", "Serves the held document this long past its end while fetches fail.",
			form.Duration(0, 0), func(v *cacheKeys) *duration { return &v.StaleOnError }),
		form.Field("scope", "Who shares it, and its flight and quota: a process, or all processes of a task.",
			form.Words(form.NewWord[strategy.Scope]("process", strategy.PerProcess), form.NewWord[strategy.Scope]("task", strategy.PerTask)),
			func(v *cacheKeys) *strategy.Scope { return &v.Scope }),
	}, func(r *form.Reader, n *form.Node, path string, v *cacheKeys) {
		switch {
		case v.TTL != nil && v.Refresh != nil:
			r.Fail(n.At("ttl"), path, "want one of ttl and refresh")
		case v.StaleOnError > 0 && v.TTL == nil && v.Refresh == nil:
			r.Fail(n.At("stale_on_error"), form.Join(path, "stale_on_error"), "needs ttl or refresh beside it: nothing is kept")
		}
	})
	f := form.Convert(keys, cacheOf, keysOf)
	keyed := f.Write
	f.Write = func(v cacheScope, full bool) *form.Node {
		if _, static := v.Cache.(strategy.Static); static {
			return form.Plain("static")
		}
		if v.nothing() {
			return form.Plain("none")
		}
		return keyed(v, full)
	}
	return form.WordOr(f, "a mapping",
		form.NewWord[cacheScope]("none", cacheScope{}),
		form.NewWord[cacheScope]("static", cacheScope{Cache: strategy.Static{}}))
}

// cacheOf is the cache that a mapping describes.
func cacheOf(k cacheKeys) cacheScope {
	switch {
	case k.TTL != nil:
		return cacheScope{strategy.TTL{For: *k.TTL, StaleOnError: k.StaleOnError}, k.Scope}
	case k.Refresh != nil:
		refresh := *k.Refresh
		refresh.StaleOnError = k.StaleOnError
		return cacheScope{&refresh, k.Scope}
	}
	return cacheScope{nil, k.Scope}
}

// keysOf is the mapping of a cache, the inverse of cacheOf.
func keysOf(v cacheScope) cacheKeys {
	k := cacheKeys{Scope: v.Scope}
	switch c := v.Cache.(type) {
	case strategy.TTL:
		k.TTL, k.StaleOnError = &c.For, c.StaleOnError
	case *strategy.Refresh:
		refresh := *c
		refresh.StaleOnError = 0
		k.Refresh, k.StaleOnError = &refresh, c.StaleOnError
	}
	return k
}

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
		form.OmitZero(form.Field("short", "Documents that arrive with less than this left have no window.",
			form.Duration(0, 0), func(v *refresh) *duration { return &v.Short })),
		form.OmitZero(form.Field("extend", "How long the held document stays in use after a failed refresh, even past its expiry.",
			extensionForm(), func(v *refresh) *strategy.Extension { return &v.Extend })),
		form.OmitZero(form.Field("extend_old", "How long a document that arrives expired is used.",
			extensionForm(), func(v *refresh) *strategy.Extension { return &v.ExtendOld })),
	}, func(r *form.Reader, n *form.Node, path string, v *refresh) {
		if v.Mandatory > v.Window {
			r.Fail(n.At("mandatory"), form.Join(path, "mandatory"), "%s is longer than window, %s",
				form.FormatDuration(v.Mandatory), form.FormatDuration(v.Window))
		}
	})
}

// extensionForm is for how long, if at all, credentials are used past the time
// when they should have been replaced.
func extensionForm() form.Form[strategy.Extension] {
	type extension = strategy.Extension
	f := form.Object(extension{}, []form.Key[extension]{
		form.Required(form.Field("least", "The shortest time.",
			form.Duration(0, 0), func(v *extension) *duration { return &v.Least })),
		form.Required(form.Field("most", "The longest time; it is drawn evenly between the two.",
			form.Duration(1, 0), func(v *extension) *duration { return &v.Most })),
		form.Field("on", "The failed refreshes after which it applies; all if left out.",
			outcomesOr("all"), func(v *extension) *strategy.Conditions { return &v.On }),
		form.Field("early", "Whether it also applies to documents with less than the drawn time left.",
			form.Boolean(), func(v *extension) *bool { return &v.Early }),
	}, func(r *form.Reader, n *form.Node, path string, v *extension) {
		if v.Least > v.Most {
			r.Fail(n.At("least"), form.Join(path, "least"), "%s is longer than most, %s", form.FormatDuration(v.Least), form.FormatDuration(v.Most))
		}
	})
	return form.WordOr(f, "a mapping", form.NewWord[extension]("none", extension{})).Named("extension")
}
