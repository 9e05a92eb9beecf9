package admin

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"tenement/internal/throttle"
)

func TestMetrics(t *testing.T) {
	a, hosts := newAPI(nil, 2, throttle.Limit{Rate: hourly, Burst: 2}, throttle.Limit{Name: "one", Rate: hourly, Burst: 5, Scope: throttle.TaskScope})
	_, _ = call(a, http.MethodPost, "/v1/hosts/1/faults", `{"fault":"down","kind":"status","status":503}`)
	for range 3 {
		ask(hosts[0], "/v4/x/stats")
	}
	ask(hosts[1], "/")
	status, text := call(a, http.MethodGet, "/metrics", "")
	if status != http.StatusOK {
		t.Fatalf("got status %d", status)
	}
	for _, want := range []string{
		`tenement_requests_total{host="0",verdict="admitted"} 2`,
		`tenement_requests_total{host="0",verdict="throttled"} 1`,
		`tenement_requests_total{host="1",verdict="failed"} 1`,
		`tenement_refusals_total{host="0",route="stats",verdict="rejected"} 1`,
		`tenement_refusals_total{host="1",route="metadata",verdict="failed"} 1`,
		`tenement_limit_refusals_total{host="0",limit="limit"} 1`,
		`tenement_limit_refusals_total{host="0",limit="one"} 0`,
		`tenement_limit_level{host="1",limit="limit"} 1`,
		`tenement_fault_requests_total{host="1",kind="status"} 1`,
		`tenement_faults{host="1"} 1`,
		`tenement_listening{host="0"} 1`,
		`tenement_sources{host="0"} 1`,
		`go_build_info{`,
		`process_open_fds`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("got no %s", want)
		}
	}
	if strings.Contains(text, `tenement_limit_level{host="0",limit="one"}`) {
		t.Error("got a level of a limit that has one for each task")
	}
}

// A scrape does not grow with who asks for what.
func TestMetricsAreBounded(t *testing.T) {
	a, hosts := newAPI(nil, 1, throttle.Limit{Rate: hourly, Burst: 1})
	lines := func() int {
		_, text := call(a, http.MethodGet, "/metrics", "")
		return len(regexp.MustCompile(`(?m)^tenement_`).FindAllString(text, -1))
	}
	ask(hosts[0], "/")
	ask(hosts[0], "/")
	before := lines()
	for i := range 1000 {
		ask(hosts[0], "/"+strings.Repeat("x", i))
	}
	if after := lines(); after != before {
		t.Errorf("got %d lines after 1,000 paths, want %d", after, before)
	}
}
