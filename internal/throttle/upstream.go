package throttle

import (
	"fmt"
	"time"

	"tenement/internal/draw"
)

// Upstream is the service behind an endpoint, and the cache before it: the EKS
// Pod Identity agent asks EKS Auth for credentials, once per token.
//
// A request whose token (Request.CacheKey) is in the cache is served at once.
// The first request for another token waits for the upstream. Others for the
// same token check the cache every PollEvery, at most Polls times, and then ask
// the upstream themselves. They also do so when they find that no request to
// the upstream is on its way and the cache still has no answer. What the
// upstream refuses is refused with its status. Sources and figures: eks-pod-identity-agent
// internal/credsretriever/refreshing_cache.go.
//
// All of it is decided when a request arrives. That is exact with two
// exceptions: a request does not learn from those that arrive after it, and the
// upstream's limit is asked in the order of arrival, though a request that
// polls first would ask it up to Polls · PollEvery later.
//
// Faults of the endpoint decide before the upstream, which is then not asked.
type Upstream struct {
	Limit   *Limit        // of the upstream; its scope is ignored; nil is none
	Status  int           // of a refusal; 0 means 429
	Latency *draw.Table   // of one request to it, refused or not; nil is 0
	Timeout time.Duration // after which the endpoint gives up, with status 500; 0 is never
	// Keep is how long the cache keeps an answer; the next request then misses
	// it. 0 means for ever, as an agent that renews it in the background.
	Keep time.Duration
	Size int // of the cache, in tokens; the least recently used go first; 0 is unlimited

	PollEvery time.Duration
	Polls     int
}

// UpstreamCounts counts the requests of an endpoint to its upstream: all of
// them, those that the upstream's limit refused, and those that timed out.
type UpstreamCounts struct {
	Requests, Throttled, Failed uint64
}

// add adds o.
func (c *UpstreamCounts) add(o UpstreamCounts) {
	c.Requests += o.Requests
	c.Throttled += o.Throttled
	c.Failed += o.Failed
}

// Check says what is wrong with an upstream: its limit, or a value below 0.
func (u *Upstream) Check() error {
	switch {
	case u.Status != 0 && (u.Status < 400 || u.Status > 599):
		return fmt.Errorf("upstream: status %d: want 400 to 599", u.Status)
	case u.Timeout < 0 || u.Keep < 0 || u.PollEvery < 0:
		return fmt.Errorf("upstream: a time below 0")
	case u.Size < 0:
		return fmt.Errorf("upstream: size %d: want 0 or more", u.Size)
	case u.Polls < 0 || u.Polls > maxPolls:
		return fmt.Errorf("upstream: polls %d: want 0 to %d", u.Polls, maxPolls)
	case u.Polls > 0 && u.PollEvery == 0:
		return fmt.Errorf("upstream: polls %d: want how often", u.Polls)
	case u.Limit == nil:
		return nil
	}
	if err := u.Limit.Check(); err != nil {
		return fmt.Errorf("upstream: %w", err)
	}
	if u.Limit.OnExceed != nil && u.Limit.OnExceed.Action == Drop {
		return fmt.Errorf("upstream: a limit that drops: want one that rejects or delays")
	}
	return nil
}

// maxPolls bounds Polls, because one decision may go through all of them.
const maxPolls = 1000

// refusal is the status of a refusal.
func (u *Upstream) refusal() int {
	if u.Status == 0 {
		return defaultStatus
	}
	return u.Status
}

// gaveUp is the status of a request whose upstream did not answer: Internal
// Server Error. Source: eks-pod-identity-agent pkg/errors/errors.go.
const gaveUp = 500
