package strategy

import "cmp"

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

// quotaLeft points to the retry tokens that the call's client has left: kept in
// the call if the client was built for it alone.
func (c *Client) quotaLeft(k *Call) *int32 {
	if c.perCall {
		return &k.quota
	}
	return &c.quota
}

// charge takes the cost of a retry after o from the quota. It reports false, and
// takes nothing, if too few tokens are left.
func (c *Client) charge(k *Call, o *Outcome) bool {
	q := &c.strategy.Quota
	if q.Tokens == 0 {
		return true
	}
	cost := q.cost(o)
	tokens := c.quotaLeft(k)
	if int(*tokens) < cost {
		return false
	}
	*tokens -= int32(cost)
	k.cost = int32(cost)
	return true
}

// repay gives the quota what a successful attempt earns: the cost of the retry
// that it was, or one token if it was none, up to the capacity.
func (c *Client) repay(k *Call) {
	if q := &c.strategy.Quota; q.Tokens > 0 {
		tokens := c.quotaLeft(k)
		*tokens = min(*tokens+max(k.cost, 1), int32(q.Tokens))
	}
}
