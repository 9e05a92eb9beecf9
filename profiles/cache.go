package profiles

import (
	"time"

	"tenement/internal/strategy"
)

// cacheScope is a `cache`: what is kept, and by whom it is shared. A nil Cache
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
func cacheForm() form[cacheScope] {
	keys := object(cacheKeys{}, []key[cacheKeys]{
		field("ttl", "Keeps a document for so long after the fetch, whatever its expiry.",
			optional(durationForm(1, 0)), func(v *cacheKeys) **time.Duration { return &v.TTL }),
		field("refresh", "Keeps a document until its expiry, and fetches the next one before that.",
			optional(refreshForm()), func(v *cacheKeys) **strategy.Refresh { return &v.Refresh }),
		field("stale_on_error", "Serves what is held for so long past its end while fetches fail.",
			durationForm(0, 0), func(v *cacheKeys) *duration { return &v.StaleOnError }),
		field("scope", "Who shares it, and its flight and quota: a process, or all processes of a task.",
			words(word[strategy.Scope]{"process", strategy.PerProcess}, word[strategy.Scope]{"task", strategy.PerTask}),
			func(v *cacheKeys) *strategy.Scope { return &v.Scope }),
	}, func(r *reader, n *node, path string, v *cacheKeys) {
		switch {
		case v.TTL != nil && v.Refresh != nil:
			r.fail(n.at("ttl"), path, "want one of ttl and refresh")
		case v.StaleOnError > 0 && v.TTL == nil && v.Refresh == nil:
			r.fail(n.at("stale_on_error"), join(path, "stale_on_error"), "needs ttl or refresh beside it: nothing is kept")
		}
	})
	f := convert(keys, cacheOf, keysOf)
	keyed := f.write
	f.write = func(v cacheScope, full bool) *node {
		if _, static := v.Cache.(strategy.Static); static {
			return plain("static")
		}
		if v.nothing() {
			return plain("none")
		}
		return keyed(v, full)
	}
	return wordOr(f, "a mapping",
		word[cacheScope]{"none", cacheScope{}},
		word[cacheScope]{"static", cacheScope{Cache: strategy.Static{}}})
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
func refreshForm() form[strategy.Refresh] {
	type refresh = strategy.Refresh
	return object(refresh{}, []key[refresh]{
		field("window", "How long before the expiry a refresh is wanted; 0s is at expiry.",
			durationForm(0, 0), func(v *refresh) *duration { return &v.Window }),
		field("mandatory", "The shorter window in which every call waits for the refresh. 0s is window, or with mode behind the expiry.",
			durationForm(0, 0), func(v *refresh) *duration { return &v.Mandatory }),
		field("jitter", "By which fraction, at most, both windows are shrunk at random.",
			fractionForm(), func(v *refresh) *float64 { return &v.Jitter }),
		field("mode", "Whether a call waits for the refresh it starts (block), or is served from what is held (behind).",
			words(word[bool]{"block", false}, word[bool]{"behind", true}), func(v *refresh) *bool { return &v.Behind }),
		field("empty_on_error", "Whether a failed refresh throws away what is held, and calls that success.",
			booleanForm(), func(v *refresh) *bool { return &v.EmptyOnError }),
		omitZero(field("at_most", "How long after its fetch a document counts as valid, whatever it says.",
			boundForm(), func(v *refresh) *duration { return &v.AtMost })),
		omitZero(field("short", "Documents with less than this left when they come have no window.",
			durationForm(0, 0), func(v *refresh) *duration { return &v.Short })),
		omitZero(field("extend", "How long a failed refresh leaves what is held in use, past its expiry too.",
			extensionForm(), func(v *refresh) *strategy.Extension { return &v.Extend })),
		omitZero(field("extend_old", "How long a document that comes expired is used.",
			extensionForm(), func(v *refresh) *strategy.Extension { return &v.ExtendOld })),
	}, func(r *reader, n *node, path string, v *refresh) {
		if v.Mandatory > v.Window {
			r.fail(n.at("mandatory"), join(path, "mandatory"), "%s is longer than window, %s",
				formatDuration(v.Mandatory), formatDuration(v.Window))
		}
	})
}

// extensionForm is for how long, if at all, credentials are used past the time
// when they should have been replaced.
func extensionForm() form[strategy.Extension] {
	type extension = strategy.Extension
	f := object(extension{}, []key[extension]{
		must(field("least", "The shortest time.",
			durationForm(0, 0), func(v *extension) *duration { return &v.Least })),
		must(field("most", "The longest time; it is drawn evenly between the two.",
			durationForm(1, 0), func(v *extension) *duration { return &v.Most })),
		field("on", "The failed refreshes after which it applies; all if left out.",
			outcomesOr("all"), func(v *extension) *strategy.Conditions { return &v.On }),
		field("early", "Whether it applies to documents with less than the drawn time left, too.",
			booleanForm(), func(v *extension) *bool { return &v.Early }),
	}, func(r *reader, n *node, path string, v *extension) {
		if v.Least > v.Most {
			r.fail(n.at("least"), join(path, "least"), "%s is longer than most, %s", formatDuration(v.Least), formatDuration(v.Most))
		}
	})
	return wordOr(f, "a mapping", word[extension]{"none", extension{}})
}
