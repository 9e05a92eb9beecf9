// Package timeline is what a client was seen to do to an endpoint: its calls, the
// requests on the wire behind each, and how both ended. A simulated preset and a
// real process leave the same record, so that one can be held against the other.
package timeline

import "time"

// Timeline is what one client did. Its JSON is the format of `strategy explain`.
type Timeline struct {
	Strategy string `json:"strategy"` // a preset's name, or the command of a process
	Service  string `json:"service"`  // the name of the service asked
	Fault    string `json:"fault"`    // the answers that it got, as given
	Calls    []Call `json:"calls"`
	// Gaps are the times between the attempts of a call, in order, the calls one
	// after another. With several seeds each ranges over all of them.
	Gaps []Gap `json:"gaps_s"`
}

// Behind is how long after the end of its last call the client still asks, in the
// background. It is 0 if a call has no end.
func (t *Timeline) Behind() time.Duration {
	var ended, asked float64
	for i := range t.Calls {
		c := &t.Calls[i]
		if c.Result == Unfinished {
			return 0
		}
		ended = max(ended, c.End)
		for n := range c.Attempts {
			asked = max(asked, c.Attempts[n].T)
		}
	}
	return time.Duration(max(asked-ended, 0) * float64(time.Second))
}

// Call is one wish for credentials. Times are in seconds since the first call's
// first attempt, or since the first call if nothing was asked.
type Call struct {
	Start    float64   `json:"start_s"`
	End      float64   `json:"end_s"`
	Result   string    `json:"result"` // as reports name it: ok, empty, throttled, …
	Error    string    `json:"error"`  // the text that a user of the SDK sees; "" if none
	Attempts []Attempt `json:"attempts"`
	Holds    []Hold    `json:"holds,omitempty"` // in order of time; a process of one's own shows none
}

// Hold is what a policy of the client did to a request before it was sent.
type Hold struct {
	T       float64 `json:"t_s"`     // when the request would have been sent; a retry, when it was wanted
	By      string  `json:"by"`      // the policy, as a profile names it: breaker, bucket, quota, …
	Wait    float64 `json:"wait_s"`  // how long the policy delays it
	Refused bool    `json:"refused"` // the policy refuses it, so it is never made
}

// Attempt is one request on the wire.
type Attempt struct {
	T      float64 `json:"t_s"`    // when it was sent
	Leg    string  `json:"leg"`    // what it asked for: credentials, token, role, …
	Status int     `json:"status"` // 0 means that no status came
	Resend bool    `json:"resend"` // the HTTP library sent it again by itself
	Err    string  `json:"err"`    // why no whole answer came: timeout, refused, reset, …; "" if one came
}

// Seconds is a duration as a timeline has it, to the microsecond. Anything finer is
// the keyed delay of a simulated network, or no clock's.
func Seconds(d time.Duration) float64 { return d.Round(time.Microsecond).Seconds() }

// Gap is the range of one wait, in seconds.
type Gap struct {
	Min  float64 `json:"min"`
	Mean float64 `json:"mean"`
	Max  float64 `json:"max"`
}
