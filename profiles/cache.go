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
	Early    strategy.Early
	Sidecar  strategy.Sidecar
}

// cacheScopeOf is the `cache` of a strategy.
func cacheScopeOf(s *strategy.Strategy) cacheScope {
	return cacheScope{Cache: s.Cache, Scope: s.Scope, Negative: s.Negative, Early: s.Early, Sidecar: s.Sidecar}
}

// into puts a `cache` into a strategy.
func (k cacheScope) into(s *strategy.Strategy) {
	s.Cache, s.Scope, s.Negative, s.Early, s.Sidecar = k.Cache, k.Scope, k.Negative, k.Early, k.Sidecar
}

// nothing reports whether a strategy that leaves `cache` out has the same.
func (k cacheScope) nothing() bool {
	switch k.Cache.(type) {
	case nil, strategy.NoCache:
		return isZero(cacheScope{Scope: k.Scope, Negative: k.Negative, Early: k.Early, Sidecar: k.Sidecar})
	}
	return false
}

// cacheKeys are the keys of a `cache` mapping.
type cacheKeys struct {
	TTL          *time.Duration
	Jitter       float64
	Refresh      *strategy.Refresh
	StaleOnError time.Duration
	Negative     strategy.Negative
	Early        strategy.Early
	Sidecar      strategy.Sidecar
	Scope        strategy.Scope
}

// cacheForm is `cache`: none, static, or a mapping. A mapping with a scope
// alone keeps nothing; the scope then says who shares flights, the quota and
// remembered failures.
func cacheForm() form.Form[cacheScope] {
	keys := form.Object(cacheKeys{}, []form.Key[cacheKeys]{
		form.Field("ttl", "Keeps a document this long after the fetch, whatever its expiry.",
			form.Optional(form.Duration(1, 0)), func(v *cacheKeys) **time.Duration { return &v.TTL }),
		form.OmitZero(form.Field("jitter", "The largest fraction by which ttl shrinks, at random.",
			form.Fraction(), func(v *cacheKeys) *float64 { return &v.Jitter })),
		form.Field("refresh", "Keeps a document until its expiry, and fetches the next one before that.",
			form.Optional(refreshForm()), func(v *cacheKeys) **strategy.Refresh { return &v.Refresh }),
		form.Field("stale_on_error", "Serves the held document this long past its end while fetches fail.",
			form.Duration(0, 0), func(v *cacheKeys) *duration { return &v.StaleOnError }),
		form.OmitZero(form.Field("negative", "How long a failed fetch is remembered. Calls get meanwhile what it has left them, without a request: the held document if that is still good or may be served stale, else the same error. Left out: not at all.",
			negativeForm(), func(v *cacheKeys) *strategy.Negative { return &v.Negative })),
		form.OmitZero(form.Field("early", "Lets calls refresh a good document at random, the sooner the longer a fetch takes and the nearer the refresh is: 1 is as the paper on XFetch has it, 2 is twice as early. Left out: never.",
			earlyForm(), func(v *cacheKeys) *strategy.Early { return &v.Early })),
		form.OmitZero(form.Field("sidecar", "Whether a sidecar refreshes the document from the task's start on, whether or not anybody calls, so that nobody waits after the first load.",
			sidecarForm(), func(v *cacheKeys) *strategy.Sidecar { return &v.Sidecar })),
		form.Field("scope", "Who shares it, and its flight, quota and policies: a process, all processes of a task, or all tasks of a group on a host. With host an agent fetches as the group's first task, so the tasks would share one role.",
			form.Words(form.NewWord[strategy.Scope]("process", strategy.PerProcess), form.NewWord[strategy.Scope]("task", strategy.PerTask),
				form.NewWord[strategy.Scope]("host", strategy.PerHost)),
			func(v *cacheKeys) *strategy.Scope { return &v.Scope }),
	}, func(r *form.Reader, n *form.Node, path string, v *cacheKeys) {
		if v.Jitter > 0 && v.TTL == nil {
			r.Fail(n.At("jitter"), form.Join(path, "jitter"), "needs ttl beside it: refresh has a jitter of its own")
		}
		if v.Sidecar.On && (v.Scope == strategy.PerProcess || v.TTL == nil && v.Refresh == nil) {
			r.Fail(n.At("sidecar"), form.Join(path, "sidecar"), "needs ttl or refresh beside it, and scope task or host")
		}
		if v.Early != (strategy.Early{}) && v.TTL == nil && v.Refresh == nil {
			r.Fail(n.At("early"), form.Join(path, "early"), "needs ttl or refresh beside it: nothing is kept")
		}
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
	c := cacheScope{Scope: k.Scope, Negative: k.Negative, Early: k.Early, Sidecar: k.Sidecar}
	switch {
	case k.TTL != nil:
		c.Cache = strategy.TTL{For: *k.TTL, Jitter: k.Jitter, StaleOnError: k.StaleOnError}
	case k.Refresh != nil:
		refresh := *k.Refresh
		refresh.StaleOnError = k.StaleOnError
		c.Cache = &refresh
	}
	return c
}

// keysOf is the mapping of a cache, the inverse of cacheOf.
func keysOf(v cacheScope) cacheKeys {
	k := cacheKeys{Scope: v.Scope, Negative: v.Negative, Early: v.Early, Sidecar: v.Sidecar}
	switch c := v.Cache.(type) {
	case strategy.TTL:
		k.TTL, k.Jitter, k.StaleOnError = &c.For, c.Jitter, c.StaleOnError
	case *strategy.Refresh:
		refresh := *c
		refresh.StaleOnError = 0
		k.Refresh, k.StaleOnError = &refresh, c.StaleOnError
	}
	return k
}
