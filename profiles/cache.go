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
