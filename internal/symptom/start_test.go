package symptom

import (
	"fmt"
	"slices"
	"testing"

	"tenement/internal/startup"
)

// legOf are the legs of package startup.
var legOf = map[startup.Leg][]Leg{
	startup.Discover: {Agent}, startup.Poll: {Agent}, startup.Telemetry: {Agent},
	startup.Secret: {Secret}, startup.Parameter: {Parameter}, startup.RegistryAuth: {RegistryAuth}, startup.LogStream: {LogStream},
	startup.Manifest: {Manifest, Image}, startup.Layers: {Layers, Image},
}

// named is the name of our cause that a cause of package startup at a leg is one of.
func named(leg startup.Leg, c startup.Cause) string {
	if leg <= startup.Telemetry && slices.Contains(agentGone.covers, c) {
		return agentGone.Name
	}
	for _, ours := range []Cause{noWay, closed, pastEndpoint, rolePolicy, endpointPolicy, notThere, manyStarts} {
		if slices.Contains(ours.covers, c) {
			return ours.Name
		}
	}
	return ""
}

// Every stopped reason of package startup is recognised, quoted in any way and with other
// names in it: its leg, and its cause, first where the text decides between causes that one
// look tells apart, else among the first three.
func TestStoppedReasons(t *testing.T) {
	for _, r := range startup.Rows() {
		var names []string
		for _, c := range r.Causes {
			name := named(r.Leg, c)
			if name == "" {
				t.Fatalf("no cause covers %v", c)
			}
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		for i, text := range append([]string{r.Text}, r.Also...) {
			for _, name := range names {
				w := want{legs: legOf[r.Leg], among: []string{name}}
				if len(names) == 1 {
					w.first = names
				}
				w.everyWay(t, fmt.Sprintf("%v %s %d", r.Leg, name, i), text)
			}
		}
	}
}

// A stopped reason with a private address is that of a VPC endpoint that was found: what is
// closed comes first.
func TestStoppedReasonsOfEndpoints(t *testing.T) {
	for _, r := range startup.Rows() {
		if text := r.TextAt(true); text != r.Text {
			w := want{legs: legOf[r.Leg], first: []string{"closed"}}
			w.everyWay(t, fmt.Sprintf("%v private", r.Leg), text)
		}
	}
}

// An address of a private network says that a VPC endpoint was found.
func TestPrivateAddresses(t *testing.T) {
	const text = `ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR. Check your task network configuration. RequestError: send request failed caused by: Post "https://api.ecr.us-east-1.amazonaws.com/": dial tcp `
	for _, row := range []struct{ address, first string }{
		{"52.46.146.144:443", "no-way"}, {"10.0.3.17:443", "closed"}, {"172.40.1.94:443", "no-way"}, {"172.31.1.94:443", "closed"},
		{"192.168.0.1:443", "closed"}, {"192.16\n8.0.1:443", "closed"}, {"[fd00::1]:443", "no-way"}, {"", "no-way"}, {"10", "no-way"},
	} {
		w := want{legs: []Leg{RegistryAuth}, hows: []How{NoConnection}, first: []string{row.first}}
		w.check(t, row.address, text+row.address+": i/o timeout")
	}
}
