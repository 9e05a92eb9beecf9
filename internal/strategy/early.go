package strategy

import (
	"sync"
	"time"

	"tenement/internal/draw"
)

// Early is a probabilistic early refresh: a call that finds a good document refreshes
// it already, with a probability that grows towards the instant at which a refresh is
// wanted. So one of many calls refreshes, early enough for the others not to wait. The
// zero Early never does.
//
// The rule is XFetch: a call at now refreshes if now + delta·Beta·E is past that
// instant, where delta is how long the last fetch took and E is drawn from the
// exponential distribution of mean 1.
// Source: Vattani, Chierichetti, Lowenstein, "Optimal Probabilistic Cache Stampede
// Prevention", VLDB 2015.
type Early struct {
	// Beta is how early: 1 is the paper's choice, more refreshes earlier; 0 never does.
	Beta float64
	// Least is the least delta, for fetches that take less. 0 is none.
	Least time.Duration
}

// exponential tabulates E, in seconds.
var exponential = sync.OnceValue(func() *draw.Table { return draw.Exponential(float64(time.Second)) })

// ahead is how long before a refresh is wanted a call refreshes, for its keyed draw; a
// fetch takes this long.
func (x *Early) ahead(took time.Duration, e time.Duration) time.Duration {
	return time.Duration(float64(max(took, x.Least)) * x.Beta * e.Seconds())
}

// early is the answer of the cache to a call that it serves, with regard to
// Strategy.Early. The draw is keyed by the call: it does not matter who else looks.
func (c *Client) early(now time.Duration, k *Call, s *slot) Answer {
	u := c.key.With(drawEarly<<56 | uint64(k.N)).Bits()
	if now+c.strategy.Early.ahead(c.aside(k.slot).took, exponential().At(u)) < s.entry.Refresh {
		return Hit
	}
	if c.refresh != nil && c.refresh.Behind {
		return HitRefreshBehind
	}
	return HitOthersRefreshFirst
}
