package profiles

import (
	"time"

	"tenement/internal/draw"
	"tenement/internal/form"
	"tenement/internal/throttle"
)

// podAgent is `endpoint.pod_identity`: the EKS Pod Identity agent, which has
// to ask EKS Auth for the credentials of every token it has not seen.
type podAgent struct {
	Tokens   throttle.PodTokens
	Upstream upstream
	Cache    podCache
}

// upstream is EKS Auth, as the agent sees it.
type upstream struct {
	Limit   limit // a token bucket, or none
	Latency latency
	Status  int
	Timeout time.Duration
}

// podCache is what the agent keeps. The real one renews what it keeps every 3 h
// in the background, so that no request misses it: Keep is 0.
type podCache struct {
	Keep time.Duration // 0 is for ever
	Size int
}

// The agent's own figures, of version 0.1.37 (aws/eks-pod-identity-agent):
// how much it keeps (cmd/server.go), how long it waits for EKS Auth
// (internal/cloud/eksauth/service.go), and how requests for a token that
// another already asks for wait for that one
// (internal/credsretriever/refreshing_cache.go).
const (
	podSize      = 2000
	podTimeout   = time.Second
	podPollEvery = 200 * time.Millisecond
	podPolls     = 9
)

func newPodAgent() podAgent {
	return podAgent{
		Tokens:   throttle.PodTokens{Lifetime: throttle.DefaultPodTokenLifetime},
		Upstream: upstream{Status: 429, Timeout: podTimeout},
		Cache:    podCache{Size: podSize},
	}
}

func podAgentForm() form.Form[podAgent] {
	const leastLifetime = 10 * time.Minute // of a projected token, in Kubernetes
	return form.Object(newPodAgent(), []form.Key[podAgent]{
		form.Field("token_lifetime", "How long a pod's token is valid. It is renewed when it is older than four fifths of that, or than a day.",
			form.Duration(leastLifetime, 0), func(v *podAgent) *duration { return &v.Tokens.Lifetime }),
		form.Field("token_renewal", "Whether all tokens were issued together, so that all are renewed within a minute and a half (aligned), or each at its own random time (spread).",
			form.Words(form.NewWord[bool]("aligned", false), form.NewWord[bool]("spread", true)), func(v *podAgent) *bool { return &v.Tokens.Spread }),
		form.Field("token_age", "How old aligned tokens are when the run begins.",
			form.Duration(0, 0), func(v *podAgent) *duration { return &v.Tokens.Age }),
		form.Field("upstream", "EKS Auth, which the agent asks once per token.",
			upstreamForm(), func(v *podAgent) *upstream { return &v.Upstream }),
		form.Field("cache", "What the agent keeps, by token.",
			podCacheForm(), func(v *podAgent) *podCache { return &v.Cache }),
	}, func(r *form.Reader, n *form.Node, path string, v *podAgent) {
		switch period := v.Tokens.Period(); {
		case v.Tokens.Age >= period:
			r.Fail(n.At("token_age"), form.Join(path, "token_age"), "%s: the tokens are renewed every %s",
				form.FormatDuration(v.Tokens.Age), form.FormatDuration(period))
		case v.Tokens.Age > 0 && v.Tokens.Spread:
			r.Fail(n.At("token_age"), form.Join(path, "token_age"), "spread tokens are of any age")
		}
	})
}

func upstreamForm() form.Form[upstream] {
	return form.Object(newPodAgent().Upstream, []form.Key[upstream]{
		form.Field("limit", "A token bucket that all the agent's requests share. Left out: no limit.",
			bucketForm(), func(v *upstream) *limit { return &v.Limit }),
		form.Field("latency", "Of one request, log-normal through p50 and p99. Left out: 0.",
			latencyForm(), func(v *upstream) *latency { return &v.Latency }),
		form.Field("status", "The status of its refusals, which the agent passes on.",
			form.Integer(400, 599), func(v *upstream) *int { return &v.Status }),
		form.Field("timeout", "How long the agent waits for an answer before it answers 500.",
			form.Bound(), func(v *upstream) *duration { return &v.Timeout }),
	}, nil)
}

// bucketForm is none, or a token bucket with nothing but its rate and burst.
func bucketForm() form.Form[limit] {
	var keys []form.Key[limit]
	for _, k := range limitKeys() {
		if k.Name == "rate" || k.Name == "burst" {
			keys = append(keys, form.Required(k))
		}
	}
	f := form.Object(limit{Kind: tokenBucket}, keys, func(r *form.Reader, n *form.Node, path string, v *limit) { v.check(r, n, path) })
	return form.WordOr(f, "a mapping", form.NewWord[limit]("none", limit{}))
}

func podCacheForm() form.Form[podCache] {
	return form.Object(newPodAgent().Cache, []form.Key[podCache]{
		form.Field("keep", "How long credentials are kept; then the next request misses them. none is an agent that renews them by itself, as the real one does.",
			form.Bound(), func(v *podCache) *duration { return &v.Keep }),
		form.Field("size", "For how many tokens; the least recently used is removed first.",
			form.Integer(1, mostCount), func(v *podCache) *int { return &v.Size }),
	}, nil)
}

// compiled is the upstream as throttle has it. tabulated makes the table of a
// latency.
func (v *podAgent) compiled(tabulated func(latency) *draw.Table) *throttle.Upstream {
	u := &throttle.Upstream{
		Status: v.Upstream.Status, Latency: tabulated(v.Upstream.Latency), Timeout: v.Upstream.Timeout,
		Keep: v.Cache.Keep, Size: v.Cache.Size,
		PollEvery: podPollEvery, Polls: podPolls,
	}
	if v.Upstream.Limit.Kind != "" {
		l := v.Upstream.Limit.compiled()
		u.Limit = &l
	}
	return u
}
