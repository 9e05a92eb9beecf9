package live

import (
	"net/http"
	"strconv"
	"time"

	"tenement/internal/strategy"
)

// The headers of EC2's session tokens, in their canonical form.
// Source: EC2 User Guide, "Use the Instance Metadata Service".
const (
	tokenHeader    = "X-Aws-Ec2-Metadata-Token"
	tokenTTLHeader = "X-Aws-Ec2-Metadata-Token-Ttl-Seconds"
)

// header is what a request for what a call wants carries. Nobody writes to it.
func header(w *strategy.Wants) http.Header {
	switch {
	case w.TTL > 0:
		return http.Header{tokenTTLHeader: {strconv.Itoa(int(w.TTL / time.Second))}}
	case w.Token != nil:
		return http.Header{tokenHeader: {w.Token.Value}}
	}
	return noHeader
}

// readToken is what a client makes of a token that came at now: its life counts
// from then, and nil is one that does not say how long that is.
func readToken(h http.Header, text []byte, now time.Duration) *strategy.Token {
	seconds, err := strconv.ParseUint(h.Get(tokenTTLHeader), 10, 31)
	if err != nil {
		return nil
	}
	return &strategy.Token{Expires: now + time.Duration(seconds)*time.Second, Value: string(text)}
}
