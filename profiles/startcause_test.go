package profiles

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tenement/internal/plan"
	"tenement/internal/startup"
	"tenement/internal/strategy"
	"tenement/internal/throttle"
)

// causeDeadline is that of the networks below.
const causeDeadline = 90 * time.Second

// networkOf is a network in which a leg fails for a cause, from the returned instant on. The
// agent of an EC2 instance is connected, unless it is its connection that fails.
func networkOf(launch startup.Launch, leg startup.Leg, cause startup.Cause) (text string, from time.Duration) {
	keys := []string{"launch: " + launch.String(), "deadline: " + causeDeadline.String()}
	internet, endpoint := "none", ""
	switch cause {
	case startup.NoPublicAddress:
		internet = "gateway"
	case startup.TaskGroupClosed:
		keys = append(keys, "security_group: closed")
	case startup.NetworkACL:
		keys = append(keys, "network_acl: closed")
	case startup.EndpointGroupClosed:
		endpoint = "security_group: closed"
	case startup.PrivateDNSOff:
		endpoint = "private_dns: false"
	case startup.ZoneLost:
		endpoint = "zones: [a]"
		keys = append(keys, "lost_zones: [{zone: a}]")
	case startup.AgentNotRestarted:
		endpoint, from = "from: 1m", time.Minute
	case startup.EndpointPolicy:
		endpoint = "policy: deny"
	case startup.RolePolicy:
		internet = "nat"
		keys = append(keys, "denied: ["+leg.String()+"]")
	case startup.Missing:
		internet = "nat"
		keys = append(keys, "missing: ["+leg.String()+"]")
	case startup.Throttled:
		internet = "nat"
	}
	var endpoints []string
	add := func(of startup.Leg, how string) {
		endpoints = append(endpoints, "{vpc_endpoint: "+strings.ReplaceAll(of.Spec().Endpoint, ".", "-")+how+"}")
	}
	if endpoint != "" {
		add(leg, ", "+endpoint)
	}
	for _, of := range []startup.Leg{startup.Discover, startup.Poll, startup.Telemetry} {
		if launch == startup.EC2 && of != leg {
			add(of, "")
		}
	}
	keys = append(keys, "internet: "+internet)
	if len(endpoints) > 0 {
		keys = append(keys, "vpc_endpoints: ["+strings.Join(endpoints, ", ")+"]")
	}
	return "{" + strings.Join(keys, ", ") + "}", from
}

// Every cause that can occur at a leg ends a start in exactly the text of its row, as the
// plan has it that an engine runs: what nothing answers takes the deadline, with as many
// tries as the text says, and what is refused comes at once.
func TestEveryCauseEndsInItsText(t *testing.T) {
	n := 0
	for _, launch := range startup.Launches() {
		for _, leg := range startup.Legs() {
			for _, cause := range startup.Causes() {
				agent := leg <= startup.Telemetry // whose role and limits no profile says
				if cause.Can(launch, leg) && (!agent || cause != startup.RolePolicy && cause != startup.Throttled) {
					n++
					endsInItsText(t, launch, leg, cause)
				}
			}
		}
	}
	if n < 100 {
		t.Errorf("checked %d causes", n)
	}
}

func endsInItsText(t *testing.T, launch startup.Launch, leg startup.Leg, cause startup.Cause) {
	t.Helper()
	name := fmt.Sprintf("%v %v %v", launch, leg, cause)
	row := startup.Find(launch, leg, cause)
	if row == nil {
		t.Errorf("%s: no row", name)
		return
	}
	network, from := networkOf(launch, leg, cause)
	p := started(t, network, "{image: {size: 1MB, layers: 1}, secrets: 1, parameters: 1}")
	pl := p.Plan(p.Cases()[0], 1)
	at, fault := leg, cause.String()
	kind, result, calls, tries := throttle.StatusFault, strategy.Rejected, time.Duration(0), row.Retries+1
	switch {
	case leg <= startup.Telemetry: // whose instance gets no task
		at, fault, tries = startup.RegistryAuth, "agent-not-connected", 0
	case cause.Outcome() == startup.BlackHole:
		kind, result, calls = throttle.HangFault, strategy.Timeout, causeDeadline
	case cause.Outcome() == startup.Limited:
		fault, result = "", strategy.Throttled
	}
	for i := range pl.Groups[0].Activities {
		a := &pl.Groups[0].Activities[i]
		if a.Name != at.String() {
			continue
		}
		if fault != "" && !hasFault(&pl.Endpoints[pl.Asked(0, i)-1], fault, kind, from) {
			t.Errorf("%s: got faults %+v, want %s from %v\n%s", name, pl.Endpoints[pl.Asked(0, i)-1].Faults, fault, from, network)
		}
		if b, ok := a.Strategy.Retry.(*strategy.Backoff); tries > 0 && (!ok || b.Attempts != tries || a.Strategy.Timeouts.Call != calls) {
			t.Errorf("%s: got %+v within %v, want %d tries within %v", name, a.Strategy.Retry, a.Strategy.Timeouts.Call, tries, calls)
		}
		// Where the VPC endpoint takes the traffic, its private address is what did not answer.
		want := row.TextAt(cause == startup.EndpointGroupClosed || cause == startup.ZoneLost)
		if got := stoppedReason(a.Reasons, result, from); got != want {
			t.Errorf("%s: got text %q, want %q", name, got, want)
		}
		return
	}
	t.Errorf("%s: no activity %v", name, at)
}

// hasFault reports whether an endpoint has a fault of a name and kind at an instant.
func hasFault(e *plan.Endpoint, name string, kind throttle.FaultKind, at time.Duration) bool {
	for _, f := range e.Faults {
		if f.Name == name && f.Kind == kind && f.From <= at {
			return true
		}
	}
	return false
}

// stoppedReason is the text of a call that ended so at an instant.
func stoppedReason(all []plan.Reason, result strategy.Result, at time.Duration) string {
	for _, r := range all {
		if r.Result == result && r.From <= at && (r.Until == 0 || at < r.Until) {
			return r.Text
		}
	}
	return ""
}
