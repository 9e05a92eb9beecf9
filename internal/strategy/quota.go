package strategy

// Quota is a retry quota, the token bucket of the SDKs' standard retry mode: a
// retry costs tokens, a first-attempt success earns one, a retry that succeeds
// gets its cost back. Not refilled by time. Tokens 0 is no quota.
// Source: aws-sdk-go-v2 aws/ratelimit and aws/retry/standard.go.
type Quota struct {
	Tokens      int // capacity, full at the start
	Cost        int // of a retry
	TimeoutCost int // of a retry after a timeout; 0 means Cost
}

// purse is where the call's client keeps what is left of its retry quota.
func (c *Client) purse(k *Call) *int {
	if c.perCall {
		return &k.quota
	}
	return &c.quota
}

// charge takes the price of a retry after o from the quota, if it suffices.
func (c *Client) charge(k *Call, o *Outcome) bool {
	q := &c.strategy.Quota
	if q.Tokens == 0 {
		return true
	}
	cost := q.Cost
	if q.TimeoutCost > 0 && o.Result() == Timeout {
		cost = q.TimeoutCost
	}
	tokens := c.purse(k)
	if *tokens < cost {
		return false
	}
	*tokens -= cost
	k.cost = cost
	return true
}

// repay gives the quota what a success earns: the price of the retry that it
// was, or one token.
func (c *Client) repay(k *Call) {
	if q := &c.strategy.Quota; q.Tokens > 0 {
		tokens := c.purse(k)
		*tokens = min(*tokens+max(k.cost, 1), q.Tokens)
	}
}
