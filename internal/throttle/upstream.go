package throttle

import (
	"fmt"
	"time"

	"tenement/internal/draw"
)

// Upstream is the service that an endpoint has to ask itself, behind a cache:
// the EKS Pod Identity agent asks EKS Auth for credentials, once per token.
//
// A request whose token (Request.CacheKey) is in the cache is served at once.
// The first without waits for the upstream; others for the same token look
// every PollEvery whether it has come, Polls times at most, and then ask the
// upstream themselves. So they do as soon as they look and find that nobody is
// asking any more, and still nothing has come. What the upstream refuses is
// refused with its status. Sources and figures: eks-pod-identity-agent
// internal/credsretriever/refreshing_cache.go.
//
// All of it is decided as a request arrives, which is exact but for this: a
// request does not learn from those that arrive after it, and the upstream's
// limit is asked in the order in which requests arrive, though a request that
// first polls would ask it up to Polls · PollEvery later.
//
// What a fault of the endpoint's own decides is decided ahead of the upstream,
// which is then not asked.
type Upstream struct {
	Limit   *Limit        // of the upstream, whatever the scope; nil is none
	Status  int           // of a refusal; 0 means 429
	Latency *draw.Table   // of one request to it, refused or not; nil is 0
	Timeout time.Duration // after which the endpoint gives one up, with status 500; 0 is never
	// Keep is how long an answer is kept; then the next request misses it. 0
	// is for ever, as good as an agent that renews it behind the requests'
	// backs.
	Keep time.Duration
	Size int // how many tokens are kept, the least recently used go first; 0 is any number

	PollEvery time.Duration
	Polls     int
}

// UpstreamCounts counts what an endpoint has asked its upstream: requests,
// those refused because of the upstream's limit, and those given up.
type UpstreamCounts struct {
	Requests, Throttled, Failed uint64
}

// Add adds o.
func (c *UpstreamCounts) Add(o UpstreamCounts) {
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

// maxPolls bounds Polls, all of which one decision may go through.
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
