package admin

import (
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/prometheus/client_golang/prometheus"

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
		`tenement_requests_total{host="0",outcome="error",route="stats",status="404"} 2`,
		`tenement_requests_total{host="0",outcome="throttled",route="stats",status="429"} 1`,
		`tenement_requests_total{host="1",outcome="failed",route="metadata",status="503"} 1`,
		`tenement_refusals_total{host="0",route="stats",verdict="rejected"} 1`,
		`tenement_refusals_total{host="1",route="metadata",verdict="failed"} 1`,
		`tenement_limit_refusals_total{host="0",limit="limit"} 1`,
		`tenement_limit_refusals_total{host="0",limit="one"} 0`,
		`tenement_limit_level{host="1",limit="limit"} 1`,
		`tenement_fault_requests_total{host="1",kind="status"} 1`,
		`tenement_faults{host="1"} 1`,
		`tenement_listening{host="0"} 1`,
		`tenement_sources{host="0"} 1`,
		`tenement_connections_reset_total{host="0"} 0`,
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
// What a limit delays and a fault then fails has not been turned away by the
// limit.
func TestDelayIsNoRefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, hosts := newAPI(nil, 1, throttle.Limit{
			Rate: throttle.Rate{Tokens: 1, Seconds: 1}, Burst: 1, OnExceed: &throttle.OnExceed{Action: throttle.Delay},
		})
		_, _ = call(a, http.MethodPost, "/v1/hosts/0/faults", `{"fault":"down","kind":"status","status":500}`)
		for range 3 {
			if got := ask(hosts[0], "/"); got != 500 {
				t.Errorf("got status %d, want 500", got)
			}
		}
		_, text := call(a, http.MethodGet, "/metrics", "")
		for _, want := range []string{
			`tenement_requests_total{host="0",outcome="failed",route="metadata",status="500"} 3`,
			`tenement_limit_refusals_total{host="0",limit="limit"} 0`,
			`tenement_fault_requests_total{host="0",kind="status"} 3`,
		} {
			if !strings.Contains(text, want) {
				t.Errorf("got no %s", want)
			}
		}
	})
}

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

// Every metric and every path is in the docs, and no other.
func TestDocs(t *testing.T) {
	text, err := os.ReadFile("../../docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	docs := string(text)
	descs := make(chan *prometheus.Desc, 100)
	hostCollector{}.Describe(descs)
	close(descs)
	known := make(map[string]bool)
	for d := range descs {
		known[regexp.MustCompile(`tenement_\w+`).FindString(d.String())] = true
	}
	for name := range known {
		if !strings.Contains(docs, "`"+name+"`") {
			t.Errorf("the docs do not have %s", name)
		}
	}
	for _, name := range regexp.MustCompile(`tenement_\w+`).FindAllString(docs, -1) {
		if !known[name] {
			t.Errorf("the docs have %s, which is no metric", name)
		}
	}
	for _, path := range []string{
		"GET /v1/state", "GET /v1/tasks", "GET /v1/refusals", "PUT /v1/hosts/N/limits/L",
		"POST /v1/hosts/N/faults", "DELETE /v1/hosts/N/faults/NAME", "POST /v1/reset",
		"GET /healthz", "GET /readyz", "GET /metrics",
	} {
		if !strings.Contains(docs, "`"+path+"`") {
			t.Errorf("the docs do not have %s", path)
		}
		method, at, _ := strings.Cut(path, " ")
		a, _ := newAPI(nil, 1, throttle.Limit{Rate: hourly, Burst: 1})
		at = strings.NewReplacer("/N/", "/0/", "/L", "/0", "/NAME", "/f").Replace(at)
		if status, body := call(a, method, at, ""); status == http.StatusMethodNotAllowed || strings.Contains(body, "no such path") {
			t.Errorf("%s: got status %d, %s", path, status, body)
		}
	}
}
