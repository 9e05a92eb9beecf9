package recording

import (
	"strings"

	"tenement/internal/service"
)

// noteHeader notes what a request header says. Secrets are not kept: of Authorization
// only that there was one.
func noteHeader(f *fields, name string, value []byte) {
	switch strings.ToLower(name) {
	case "user-agent":
		f.set(partAgent, value, -1)
	case "host":
		if f.text[partHost] == nil {
			f.set(partHost, value, -1)
		}
	case "authorization":
		f.set(partAuth, []byte("yes"), -1)
	case "x-real-ip", "x-forwarded-for":
		f.set(partForwarded, value, -1)
	case strings.ToLower(service.TokenTTLHeader):
		f.ttl = value
	}
}

// sourceHeader is a header of the ECS agent's answers: the address and port from
// which its limiter saw the request come.
//
// Source: github.com/didip/tollbooth, which the agent limits with.
const sourceHeader = "X-Rate-Limit-Request-Remote-Addr"
