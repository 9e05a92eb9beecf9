package profiles

import (
	"strings"
	"testing"
	"time"

	"tenement/internal/strategy"
)

// A start that gets no answer names the address to which the name of the service led then:
// that of the VPC endpoint while there is one, whatever it is that is closed.
func TestTimeoutsNameTheAddress(t *testing.T) {
	p := started(t, "{security_group: closed, vpc_endpoints: [{vpc_endpoint: ecr-api, from: 1m, until: 5m}, {vpc_endpoint: ecr-dkr}]}", "{image: {size: 1MB, layers: 1}}")
	pl := p.Plan(p.Cases()[0], 1)
	reasons := make(map[string][]string)
	for _, a := range pl.Groups[0].Activities {
		for _, at := range []time.Duration{0, time.Minute, 5 * time.Minute} {
			reasons[a.Name] = append(reasons[a.Name], stoppedReason(a.Reasons, strategy.Timeout, at))
		}
	}
	for leg, want := range map[string][3]string{
		"registry-auth": {"52.46.146.144", "10.0.1.57", "52.46.146.144"},
		"manifest":      {"10.0.1.57", "10.0.1.57", "10.0.1.57"},
		"layers":        {"52.46.146.144", "52.46.146.144", "52.46.146.144"},
	} {
		for i, address := range want {
			if got := reasons[leg]; len(got) != 3 || !strings.Contains(got[i], "dial tcp "+address+":443: i/o timeout") {
				t.Errorf("%s: got %q, want %v", leg, got, want)
			}
		}
	}
}
