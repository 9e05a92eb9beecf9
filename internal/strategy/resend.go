package strategy

// Resend is when the HTTP library of a client sends a request again by itself, at
// once. The endpoint sees each of them; the retry policy does not count them. The
// zero Resend never does.
type Resend struct {
	On Conditions // the failures after which it does
	// Times is how often in a row, whatever the connection. It must be 0 if Kept
	// is set.
	Times int
	// Kept resends a request if its connection was kept from an earlier one, again
	// for each further kept connection, until the request fails on a fresh one.
	Kept bool
	Put  bool // PUT requests too; else GET requests alone
}

// ResendIdempotent is the Resend of Ruby's HTTP client: any idempotent request,
// once, whatever the connection.
// Source: ruby/net-http lib/net/http.rb, transport_request.
var ResendIdempotent = Resend{On: OnResponseTimeout | OnReset, Times: 1, Put: true}

// ResendKept is the Resend of Go's transport: a GET whose kept connection broke
// before anything came.
// Source: Go net/http transport.go, shouldRetryRequest.
var ResendKept = Resend{On: OnReset, Kept: true}

// Method is the method of a request, as far as a Resend depends on it: whether the
// request may be made twice (RFC 9110, section 9.2).
type Method uint8

// The methods.
const (
	Get  Method = iota // safe
	Put                // idempotent
	Post               // neither: never sent again by a library
)

// method is that of a call's attempt under way.
func (c *Client) method(k *Call) Method {
	resource := k.Resource
	if k.walk != nil {
		if k.walk.asking() {
			return Put
		}
		resource = k.walk.wants.Resource
	}
	if int(resource) < len(c.methods) {
		return c.methods[resource]
	}
	return Get
}

// resends reports whether the HTTP library sends again the attempt that has ended
// with this failure.
func (c *Client) resends(k *Call, o *Outcome) bool {
	r := &c.strategy.Resend
	if r.On == 0 || !r.On.Has(o) {
		return false
	}
	if m := c.method(k); m == Post || m == Put && !r.Put {
		return false
	}
	if r.Kept {
		return k.kept
	}
	return int(k.resent) < r.Times
}

// Resent reports whether the attempt under way is one that the HTTP library has
// sent again by itself.
func (k *Call) Resent() bool { return k.resent > 0 }
