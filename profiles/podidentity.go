package profiles

import (
	"time"

	"tenement/internal/draw"
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

func podAgentForm() form[podAgent] {
	const leastLifetime = 10 * time.Minute // of a projected token, in Kubernetes
	return object(newPodAgent(), []key[podAgent]{
		field("token_lifetime", "How long a pod's token is good. It is renewed when it is older than four fifths of that, or than a day.",
			durationForm(leastLifetime, 0), func(v *podAgent) *duration { return &v.Tokens.Lifetime }),
		field("token_renewal", "Whether all tokens were issued together, so that all are renewed within a minute and a half (aligned), or each at some time of its own (spread).",
			words(word[bool]{"aligned", false}, word[bool]{"spread", true}), func(v *podAgent) *bool { return &v.Tokens.Spread }),
		field("token_age", "How old aligned tokens are when the run begins.",
			durationForm(0, 0), func(v *podAgent) *duration { return &v.Tokens.Age }),
		field("upstream", "EKS Auth, which the agent asks once per token.",
			upstreamForm(), func(v *podAgent) *upstream { return &v.Upstream }),
		field("cache", "What the agent keeps, by token.",
			podCacheForm(), func(v *podAgent) *podCache { return &v.Cache }),
	}, func(r *reader, n *node, path string, v *podAgent) {
		switch period := v.Tokens.Period(); {
		case v.Tokens.Age >= period:
			r.fail(n.at("token_age"), join(path, "token_age"), "%s: the tokens are renewed every %s",
				formatDuration(v.Tokens.Age), formatDuration(period))
		case v.Tokens.Age > 0 && v.Tokens.Spread:
			r.fail(n.at("token_age"), join(path, "token_age"), "spread tokens are of any age")
		}
	})
}

func upstreamForm() form[upstream] {
	return object(newPodAgent().Upstream, []key[upstream]{
		field("limit", "A token bucket that all the agent's requests share. Left out: no limit.",
			bucketForm(), func(v *upstream) *limit { return &v.Limit }),
		field("latency", "Of one request, log-normal through p50 and p99. Left out: 0.",
			latencyForm(), func(v *upstream) *latency { return &v.Latency }),
		field("status", "The status of its refusals, which the agent hands on.",
			integerForm(400, 599), func(v *upstream) *int { return &v.Status }),
		field("timeout", "After which the agent gives a request up and answers 500.",
			boundForm(), func(v *upstream) *duration { return &v.Timeout }),
	}, nil)
}

// bucketForm is none, or a token bucket with nothing but its rate and burst.
func bucketForm() form[limit] {
	var keys []key[limit]
	for _, k := range limitKeys() {
		if k.name == "rate" || k.name == "burst" {
			keys = append(keys, must(k))
		}
	}
	f := object(limit{Kind: tokenBucket}, keys, func(r *reader, n *node, path string, v *limit) { v.check(r, n, path) })
	return wordOr(f, "a mapping", word[limit]{"none", limit{}})
}

func podCacheForm() form[podCache] {
	return object(newPodAgent().Cache, []key[podCache]{
		field("keep", "How long credentials are kept; then the next request misses them. none is an agent that renews them by itself, as the real one does.",
			boundForm(), func(v *podCache) *duration { return &v.Keep }),
		field("size", "For how many tokens; the least recently used goes first.",
			integerForm(1, mostCount), func(v *podCache) *int { return &v.Size }),
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

// CacheKey is the token that a task of a host has at now, as a hash that is
// never 0, or 0 if tasks of the service have none. A renewed token has another
// key.
func (p *Plan) CacheKey(host, group, task int, now time.Duration) uint64 {
	if p.PodTokens == nil {
		return 0
	}
	key := throttle.PodTokenKey(p.Seed, host, p.TaskKey(group, task))
	n, _ := p.PodTokens.At(key, now)
	return max(uint64(key.With(uint64(n))), 1)
}
