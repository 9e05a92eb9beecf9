package strategy

import (
	"cmp"
	"time"
)

// Quota is a retry quota, the token bucket of the SDKs' standard retry mode: a
// retry costs tokens, a first-attempt success earns one, a retry that succeeds
// gets its cost back. Time does not refill it. Tokens 0 is no quota. Its tokens
// have nothing to do with a Session's.
// Source: aws-sdk-go-v2 aws/ratelimit and aws/retry/standard.go.
type Quota struct {
	Tokens       int // capacity in retry tokens, full at the start
	Cost         int // of a retry
	TimeoutCost  int // of a retry after a timeout; 0 means Cost
	ThrottleCost int // of a retry after a throttle; 0 means Cost
}

// cost is what a retry costs after o.
func (q *Quota) cost(o *Outcome) int {
	switch o.Result() {
	case Timeout:
		return cmp.Or(q.TimeoutCost, q.Cost)
	case Throttled:
		return cmp.Or(q.ThrottleCost, q.Cost)
	}
	return q.Cost
}

// retryQuota is the policy of a Quota. Many SDKs have one, so its state, a number, is
// kept in the client or the call itself.
type retryQuota struct{}

// quotaLeft points to the retry tokens that the call's client has left: kept in
// the call if the client was built for it alone.
func (c *Client) quotaLeft(k *Call) *int32 {
	if c.perCall {
		return &k.owner().quota
	}
	return &c.quota
}

// reset implements policy. The client fills its quota when it starts, and the call when
// it begins.
func (retryQuota) reset() {}

// ask takes the cost of a planned retry. It refuses, and takes nothing, if too few
// tokens are left.
func (retryQuota) ask(_ time.Duration, a asking) verdict {
	if a.planned && !a.client.pay(a.call, a.after) {
		return verdict{refused: true}
	}
	return passed
}

// pay takes from the quota what a retry of a call after o costs. It takes nothing, and
// returns false, if too few tokens are left.
func (c *Client) pay(k *Call, o *Outcome) bool {
	cost := int32(c.strategy.Quota.cost(o))
	tokens := c.quotaLeft(k)
	if *tokens < cost {
		return false
	}
	*tokens -= cost
	k.cost = cost
	return true
}

// heard gives the quota what a successful attempt earns: the cost of the retry
// that it was, or one token if it was none, up to the capacity.
func (retryQuota) heard(_ time.Duration, a asking, o *Outcome) {
	if o.Good() {
		a.client.earn(a.call)
	}
}

// earn gives the quota what a successful attempt of a call earns.
func (c *Client) earn(k *Call) {
	tokens := c.quotaLeft(k)
	*tokens = min(*tokens+max(k.cost, 1), c.tokens)
}

// giveBack returns the cost of a retry that another policy refuses when it is planned.
// One that is withheld later is a failure, which earns nothing.
func (retryQuota) giveBack(a asking) {
	if a.planned {
		*a.client.quotaLeft(a.call) += a.call.cost
		a.call.cost = 0
	}
}
