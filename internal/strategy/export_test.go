package strategy

// What the tests from outside have to know of the inside.
const (
	MaxWait  = maxWait
	FewSlots = fewSlots
)

// Condition is condition.
var Condition = condition

// Whole lets a client that is Solo take the way of those that are not, for its next
// calls. Their draws are those that another client would make.
func (c *Client) Whole(like *Client) {
	own := *c.kind
	own.solo = false
	c.kind = &own
	if like.perCall {
		c.fetches = like.fetches // the draws of a call are keyed by its fetch
	}
}

// Untouched lets a client that has made no call be as another one, which is Solo.
func (c *Client) Untouched(like *Client) {
	own := *c.kind
	own.solo, own.perCall = true, like.perCall
	c.fetches, c.kind = like.fetches, &own
}

// PerCall reports whether each call has a client of its own.
func (c *Client) PerCall() bool { return c.perCall }
