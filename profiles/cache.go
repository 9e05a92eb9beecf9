package profiles

import (
	"time"

	"tenement/internal/form"
	"tenement/internal/strategy"
)

// cacheScope is a `cache`: what is kept, and who shares it. A nil Cache
// keeps nothing.
type cacheScope struct {
	Cache    strategy.Cache
	Scope    strategy.Scope
	Negative strategy.Negative
}

// nothing reports whether a strategy that leaves `cache` out has the same.
func (k cacheScope) nothing() bool {
	switch k.Cache.(type) {
	case nil, strategy.NoCache:
		return k.Scope == strategy.PerProcess && isZero(k.Negative)
	}
	return false
}

// cacheKeys are the keys of a `cache` mapping.
type cacheKeys struct {
	TTL          *time.Duration
	Refresh      *strategy.Refresh
	StaleOnError time.Duration
	Negative     strategy.Negative
	Scope        strategy.Scope
}

// cacheForm is `cache`: none, static, or a mapping. A mapping with a scope
// alone keeps nothing; the scope then says who shares flights, the quota and
// remembered failures.
func cacheForm() form.Form[cacheScope] {
	keys := form.Object(cacheKeys{}, []form.Key[cacheKeys]{
		form.Field("ttl", "Keeps a document this long after the fetch, whatever its expiry.",
			form.Optional(form.Duration(1, 0)), func(v *cacheKeys) **time.Duration { return &v.TTL }),
		form.Field("refresh", "Keeps a document until its expiry, and fetches the next one before that.",
			form.Optional(refreshForm()), func(v *cacheKeys) **strategy.Refresh { return &v.Refresh }),
		form.Field("stale_on_error", "Serves the held document this long past its end while fetches fail.",
			form.Duration(0, 0), func(v *cacheKeys) *duration { return &v.StaleOnError }),
		form.OmitZero(form.Field("negative", "How long a failed fetch is remembered. Calls get meanwhile what it has left them, without a request: the held document if that is still good or may be served stale, else the same error. Left out: not at all.",
			negativeForm(), func(v *cacheKeys) *strategy.Negative { return &v.Negative })),
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
	c := cacheScope{Scope: k.Scope, Negative: k.Negative}
	switch {
	case k.TTL != nil:
		c.Cache = strategy.TTL{For: *k.TTL, StaleOnError: k.StaleOnError}
	case k.Refresh != nil:
		refresh := *k.Refresh
		refresh.StaleOnError = k.StaleOnError
		c.Cache = &refresh
	}
	return c
}

// keysOf is the mapping of a cache, the inverse of cacheOf.
func keysOf(v cacheScope) cacheKeys {
	k := cacheKeys{Scope: v.Scope, Negative: v.Negative}
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
