package throttle

import (
	"time"

	"tenement/internal/draw"
)

// Upstream is the service that an endpoint has to ask itself, behind a cache:
// the EKS Pod Identity agent asks EKS Auth for credentials, once per token.
//
// A request whose token (Request.Session) is in the cache is served at once.
// The first without waits for the upstream; others for the same token look
// every PollEvery whether it has come, Polls times at most, and then ask the
// upstream themselves. What the upstream refuses is refused with its status.
// Sources and figures: eks-pod-identity-agent
// internal/credsretriever/refreshing_cache.go.
type Upstream struct {
	Limit   *Limit        // of the upstream, whatever the scope; nil is none
	Status  int           // of a refusal; 0 means 429
	Latency *draw.Table   // of one request to it; nil is 0
	Timeout time.Duration // after which the endpoint gives one up, with status 500; 0 is never
	Keep    time.Duration // how long an answer is kept: until it is renewed behind the requests' back
	Size    int           // how many tokens are kept, the least recently used go first; 0 is any number

	PollEvery time.Duration
	Polls     int
}
