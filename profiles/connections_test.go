package profiles

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

const connected = `
version: 1
name: connected
duration: 1s
endpoint: {service: %s}
fleet: [{group: a, arrivals: {constant: 1/s}, under_test: true}]
strategies: {s: {%s}}
`

// An endpoint keeps connections as its service does, unless the profile says
// otherwise.
func TestKeepAlive(t *testing.T) {
	for endpoint, want := range map[string]time.Duration{
		"ecs": 5 * time.Second, "eks-pod-identity": 30 * time.Second, "imds": 0,
		"ecs, keep_alive: none": 0, "imds, keep_alive: 1m": time.Minute,
	} {
		p, err := Load("p.yaml", fmt.Appendf(nil, connected, endpoint, ""))
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Plan(p.Cases()[0], 1).KeepAlive; got != want {
			t.Errorf("%s: got %v, want %v", endpoint, got, want)
		}
	}
}

func TestConnectionErrors(t *testing.T) {
	for strategy, want := range map[string]string{
		"resend: maybe":                      "strategies.s.resend: want true, false, kept or a mapping, got \"maybe\"",
		"resend: {kept: true, times: 2}":     "strategies.s.resend.times: does not go together with kept",
		"resend: {times: 0}":                 "strategies.s.resend.times: 0: want at least 1",
		"resend: {on: [429]}":                "strategies.s.resend.on[0]: want response_timeout or reset, got \"429\"",
		"connections: 5":                     "strategies.s.connections: want per-request or a mapping, got \"5\"",
		"connections: {keep: 0}":             "strategies.s.connections.keep: 0: want at least 1",
		"connections: {keep: 1, idle: soon}": "strategies.s.connections.idle: want",
	} {
		_, err := Load("p.yaml", fmt.Appendf(nil, connected, "ecs", strategy))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", strategy, err, want)
		}
	}
}
