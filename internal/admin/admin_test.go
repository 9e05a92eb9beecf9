package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tenement/internal/imds"
	"tenement/internal/service"
	"tenement/internal/throttle"
	"tenement/profiles"
)

// asProfiles is the format that mockimds has.
var asProfiles = Format{
	ReadLimit: profiles.ReadLimit, NewLimit: profiles.NewLimit, IsWhole: profiles.IsWholeLimit,
	ReadFault: profiles.ReadFault, ReadLife: profiles.ReadLife,
	LimitJSON: profiles.LimitJSON, FaultJSON: profiles.FaultJSON,
}

// hourly is a limit of one request in an hour.
var hourly = throttle.Rate{Tokens: 1, Seconds: 3600}

// newAPI is an API of so many hosts, each with two tasks and these limits.
func newAPI(log io.WriteCloser, hosts int, limits ...throttle.Limit) (*API, []*imds.Handler) {
	a := New(asProfiles, nil, log, nil)
	var handlers []*imds.Handler
	for host := range hosts {
		c := imds.Config{Endpoint: throttle.New(throttle.Config{Limits: limits, Groups: 1, Slots: 2, Host: uint32(host)})}
		for i := range 2 {
			t := imds.Identify(1, host, "app", i)
			t.Slot = i
			c.Tasks = append(c.Tasks, t)
		}
		handlers = append(handlers, a.Add(c))
		a.Locate(host, fmt.Sprintf("http://127.0.0.1:%d", 8080+host))
	}
	return a, handlers
}

// ask asks a host for a path, and returns the status.
func ask(h http.Handler, path string) int {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.RemoteAddr = "127.0.0.9:1234"
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code
}

// call calls the API.
func call(a *API, method, path, body string) (int, string) {
	w := httptest.NewRecorder()
	a.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
	return w.Code, w.Body.String()
}

// get calls the API for JSON.
func get(t *testing.T, a *API, path string) map[string]any {
	t.Helper()
	status, body := call(a, http.MethodGet, path, "")
	if status != http.StatusOK {
		t.Fatalf("GET %s: got status %d, %s", path, status, body)
	}
	var v map[string]any
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		t.Fatalf("GET %s: %v", path, err)
	}
	return v
}

// part is what stands at a path of keys and numbers in a JSON value, as JSON.
func part(t *testing.T, v any, path string) string {
	t.Helper()
	for key := range strings.SplitSeq(path, ".") {
		switch in := v.(type) {
		case map[string]any:
			v = in[key]
		case []any:
			var i int
			if _, err := fmt.Sscan(key, &i); err != nil || i >= len(in) {
				t.Fatalf("%s: got nothing at %s of %d", path, key, len(in))
			}
			v = in[i]
		default:
			t.Fatalf("%s: got %v, which has no %s", path, v, key)
		}
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestState(t *testing.T) {
	a, hosts := newAPI(nil, 2, throttle.Limit{Rate: hourly, Burst: 3}, throttle.Limit{Name: "one", Rate: hourly, Burst: 2, Scope: throttle.TaskScope})
	for _, want := range []int{404, 404, 429} {
		if got := ask(hosts[1], "/nope"); got != want {
			t.Errorf("got status %d, want %d", got, want)
		}
	}
	s := get(t, a, "/v1/state")
	for path, want := range map[string]string{
		"draining":                  "false",
		"hosts.0.host":              "0",
		"hosts.0.counts.requests":   "0",
		"hosts.0.listening":         "true",
		"hosts.1.service":           `"ecs"`,
		"hosts.1.url":               `"http://127.0.0.1:8081"`,
		"hosts.1.counts":            `{"abandoned":0,"cut_off":0,"dropped":0,"errors":2,"failed":0,"lost":0,"redirected":0,"requests":3,"served":0,"throttled":1}`,
		"hosts.1.groups":            `[{"abandoned":0,"cut_off":0,"dropped":0,"errors":0,"failed":0,"group":"app","lost":0,"redirected":0,"requests":0,"served":0,"throttled":0}]`,
		"hosts.1.requests.0":        `{"count":2,"outcome":"error","route":"metadata","status":404}`,
		"hosts.1.requests.1":        `{"count":1,"outcome":"throttled","route":"metadata","status":429}`,
		"hosts.1.limits.0.limit":    `"limit"`,
		"hosts.1.limits.0.level":    "1",
		"hosts.1.limits.0.refusals": "0",
		"hosts.1.limits.0.figures":  `{"burst":3,"kind":"token-bucket","rate":"1/h","scope":"host"}`,
		"hosts.1.limits.1.limit":    `"one"`,
		"hosts.1.limits.1.level":    "null",
		"hosts.1.limits.1.refusals": "1",
		"hosts.1.faults":            "[]",
		"hosts.1.sources":           "1",
	} {
		if got := part(t, s, path); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}

func TestTasks(t *testing.T) {
	a, _ := newAPI(nil, 2)
	tasks := get(t, a, "/v1/tasks")
	if n := len(tasks["tasks"].([]any)); n != 4 {
		t.Fatalf("got %d tasks, want 4", n)
	}
	second := imds.Identify(1, 1, "app", 1)
	for path, want := range map[string]string{
		"tasks.3.host": "1", "tasks.3.group": `"app"`, "tasks.3.task": "1", "tasks.3.tenant": `"app"`,
		"tasks.3.name": `"` + second.ARN + `"`, "tasks.3.execution_credentials_id": `"` + second.ExecutionID + `"`,
		"tasks.3.environment.AWS_CONTAINER_CREDENTIALS_FULL_URI": `"http://127.0.0.1:8081/v2/credentials/` + second.CredentialsID + `"`,
	} {
		if got := part(t, tasks, path); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}

// A pod shows who it is by a token, with which its credentials are had.
func TestPods(t *testing.T) {
	a := New(asProfiles, nil, nil, nil)
	pod := imds.Identify(3, 0, "app", 0)
	h := a.Add(imds.Config{Service: service.PodIdentity, Seed: 3, Tasks: []imds.Task{pod}})
	a.Locate(0, "http://127.0.0.1:8080")
	var tasks struct{ Tasks []task }
	_, body := call(a, http.MethodGet, "/v1/tasks", "")
	if err := json.Unmarshal([]byte(body), &tasks); err != nil {
		t.Fatal(err)
	}
	if got, want := tasks.Tasks[0].Name, "default/app-"; !strings.HasPrefix(got, want) {
		t.Errorf("got a pod of the name %s, want one that begins with %s", got, want)
	}
	if got := tasks.Tasks[0].ExecutionCredentialsID; got != "" {
		t.Errorf("got a pod with an execution role, %s", got)
	}
	environment := tasks.Tasks[0].Environment
	r := httptest.NewRequest(http.MethodGet, environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"], nil)
	r.Header.Set("Authorization", environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"])
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Errorf("got status %d, %s, want 200", w.Code, w.Body)
	}
}

func TestSetLimit(t *testing.T) {
	a, hosts := newAPI(nil, 2, throttle.Limit{Rate: hourly, Burst: 1}, throttle.Limit{Name: "wide", Rate: hourly, Burst: 100})
	status, body := call(a, http.MethodPut, "/v1/hosts/all/limits/limit", `{"burst":2}`)
	if status != http.StatusOK {
		t.Fatalf("got status %d, %s", status, body)
	}
	if status, _ := call(a, http.MethodPut, "/v1/hosts/1/limits/0", `{"rate":"80/s","burst":3}`); status != http.StatusOK {
		t.Errorf("got status %d, want 200", status)
	}
	s := get(t, a, "/v1/state")
	if got, want := part(t, s, "hosts.0.limits.0.figures"), `{"burst":2,"kind":"token-bucket","rate":"1/h","scope":"host"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := hosts[1].Limits()[0]; got.Burst != 3 || got.Rate.Tokens != 80 {
		t.Errorf("got %+v", got)
	}
}

// A change of the schedule is in force from its instant on, whatever the
// limit's scope and whether or not somebody has asked since; a change by the API
// is of what is in force.
func TestScheduledChange(t *testing.T) {
	for _, scope := range []throttle.Scope{throttle.HostScope, throttle.IPPathScope} {
		for _, look := range []bool{true, false} {
			synctest.Test(t, func(t *testing.T) {
				from := throttle.Limit{Rate: hourly, Burst: 1, Scope: scope}
				to := from
				to.Burst = 7
				a := New(asProfiles, nil, nil, nil)
				h := a.Add(imds.Config{Endpoint: throttle.New(throttle.Config{
					Limits:  []throttle.Limit{from},
					Changes: []throttle.Change{{At: 10 * time.Second, To: to}},
				})})
				time.Sleep(11 * time.Second)
				if look {
					if got := part(t, get(t, a, "/v1/state"), "hosts.0.limits.0.figures.burst"); got != "7" {
						t.Errorf("%v: got burst %s, want 7", scope, got)
					}
				}
				if status, body := call(a, http.MethodPut, "/v1/hosts/0/limits/limit", `{"rate":"80/s"}`); status != http.StatusOK {
					t.Errorf("%v: got status %d, %s", scope, status, body)
				}
				if got := h.Limits()[0]; got.Burst != 7 || got.Rate.Tokens != 80 {
					t.Errorf("%v: got %+v, want the new rate and the burst of the schedule", scope, got)
				}
			})
		}
	}
}

func TestFaults(t *testing.T) {
	a, hosts := newAPI(nil, 2)
	if status, body := call(a, http.MethodPost, "/v1/hosts/1/faults", `{"fault":"down","kind":"status","status":503}`); status != http.StatusCreated {
		t.Fatalf("got status %d, %s", status, body)
	}
	if a, b := ask(hosts[0], "/"), ask(hosts[1], "/"); a != 404 || b != 503 {
		t.Errorf("got %d and %d, want 404 and 503", a, b)
	}
	if got := part(t, get(t, a, "/v1/state"), "hosts.1.faults.0.fault"); got != `"down"` {
		t.Errorf("got %s, want the fault", got)
	}
	if status, _ := call(a, http.MethodPost, "/v1/hosts/all/faults", `{"fault":"down","kind":"hang"}`); status != http.StatusConflict {
		t.Errorf("a name twice: got status %d, want 409", status)
	}
	if len(hosts[0].Faults()) != 0 {
		t.Errorf("got %v, want that nothing was done", hosts[0].Faults())
	}
	if status, _ := call(a, http.MethodDelete, "/v1/hosts/all/faults/down", ""); status != http.StatusOK {
		t.Errorf("got status %d, want 200", status)
	}
	if got := ask(hosts[1], "/"); got != 404 {
		t.Errorf("after it was lifted: got status %d, want 404", got)
	}
	if status, _ := call(a, http.MethodDelete, "/v1/hosts/all/faults/down", ""); status != http.StatusNotFound {
		t.Errorf("lifted twice: got status %d, want 404", status)
	}
}

// The answer to a change of faults is the faults that were changed, however many
// others there are.
func TestFaultAnswers(t *testing.T) {
	a, _ := newAPI(nil, 2)
	for _, test := range []struct {
		method, path, body string
		want               string
	}{
		{"POST", "all/faults", `{"fault":"a","kind":"hang","from":"1h"}`, `{"faults":[` +
			`{"host":0,"figures":{"fault":"a","kind":"hang","from":"1h"}},{"host":1,"figures":{"fault":"a","kind":"hang","from":"1h"}}]}`},
		{"POST", "1/faults", `{"fault":"b","kind":"slow","from":"2h","latency":{"p50":"2s","p99":"8s"}}`, `{"faults":[` +
			`{"host":1,"figures":{"fault":"b","kind":"slow","from":"2h","latency":{"p50":"2s","p99":"8s"}}}]}`},
		{"DELETE", "1/faults/a", "", `{"faults":[{"host":1,"figures":{"fault":"a","kind":"hang","from":"1h"}}]}`},
		{"DELETE", "all/faults/a", "", `{"faults":[{"host":0,"figures":{"fault":"a","kind":"hang","from":"1h"}}]}`},
	} {
		_, body := call(a, test.method, "/v1/hosts/"+test.path, test.body)
		var got bytes.Buffer
		if err := json.Compact(&got, []byte(body)); err != nil || got.String() != test.want {
			t.Errorf("%s %s: got %s, %v, want %s", test.method, test.path, &got, err, test.want)
		}
	}
}

// Reset fills the buckets and lifts what came by the API, and nothing else.
func TestReset(t *testing.T) {
	a := New(asProfiles, nil, nil, nil)
	h := a.Add(imds.Config{Endpoint: throttle.New(throttle.Config{
		Limits: []throttle.Limit{{Rate: hourly, Burst: 1}},
		Faults: []throttle.Fault{{Name: "planned", Kind: throttle.HangFault, From: time.Hour}},
	})})
	if first, second := ask(h, "/"), ask(h, "/"); first != 404 || second != 429 {
		t.Fatalf("got %d, %d, want 404, 429", first, second)
	}
	_, _ = call(a, http.MethodPost, "/v1/hosts/0/faults", `{"fault":"mine","kind":"reset"}`)
	if status, body := call(a, http.MethodPost, "/v1/reset", ""); status != http.StatusOK {
		t.Fatalf("got status %d, %s", status, body)
	}
	if got := ask(h, "/"); got != 404 {
		t.Errorf("got status %d, want 404", got)
	}
	if f := h.Faults(); len(f) != 1 || f[0].Name != "planned" {
		t.Errorf("got %v, want the planned fault alone", f)
	}
}

// TestErrors is what is wrong with a request, each as JSON with the field.
func TestErrors(t *testing.T) {
	a, _ := newAPI(nil, 2, throttle.Limit{Rate: hourly, Burst: 1})
	for _, test := range []struct {
		method, path, body string
		status             int
		field, message     string
	}{
		{"GET", "/", "", 404, "", "no such path"},
		{"GET", "/v2/state", "", 404, "", "no such path"},
		{"POST", "/v1/state", "", 405, "", "no POST here: want GET"},
		{"GET", "/v1/reset", "", 405, "", "no GET here: want POST"},
		{"DELETE", "/v1/tasks", "", 405, "", "no DELETE here: want GET"},
		{"POST", "/metrics", "", 405, "", "no POST here"},
		{"PUT", "/v1/hosts/2/limits/0", `{"burst":2}`, 404, "", `host "2": want 0 to 1, or all`},
		{"PUT", "/v1/hosts/-1/limits/0", `{"burst":2}`, 404, "", `host "-1"`},
		{"PUT", "/v1/hosts/x/limits/0", `{"burst":2}`, 404, "", `host "x"`},
		{"PUT", "/v1/hosts/0/limits/1", `{"burst":2}`, 404, "", `limit "1": want 0 to 0, or a name`},
		{"PUT", "/v1/hosts/0/limits/0", ``, 400, "", "not JSON"},
		{"PUT", "/v1/hosts/0/limits/0", `rate: 1/s`, 400, "", "not JSON"},
		{"PUT", "/v1/hosts/0/limits/0", `{"rate":"fast"}`, 400, "rate", ""},
		{"PUT", "/v1/hosts/0/limits/0", `{"brust":2}`, 400, "", `unknown key "brust"; did you mean "burst"?`},
		{"PUT", "/v1/hosts/0/limits/0", `{"count":2}`, 400, "", `kind token-bucket has no "count"`},
		{"POST", "/v1/hosts/0/faults", `{"fault":"f","kind":"hang","share":2}`, 400, "share", "want a fraction"},
		{"POST", "/v1/hosts/0/faults", `{"fault":"f","kind":"restart","for":"1s","from":"0s","pending":"-1s"}`, 400, "pending", ""},
		{"POST", "/v1/hosts/0/faults", `{"fault":"` + strings.Repeat("f", maxBody) + `"}`, 413, "", "too large"},
		{"POST", "/v1/reset", "{}", 400, "", "want no body"},
		{"POST", "/v1/reset", initially + "]", 400, "", "want no body"},
	} {
		status, body := call(a, test.method, test.path, test.body)
		var got struct{ Errors []problem }
		d := json.NewDecoder(strings.NewReader(body))
		d.DisallowUnknownFields()
		if err := d.Decode(&got); err != nil || len(got.Errors) == 0 {
			t.Errorf("%s %s %s: got %d, %q: %v", test.method, test.path, a.short(test.body), status, body, err)
			continue
		}
		if e := got.Errors[0]; status != test.status || e.Field != test.field || !strings.Contains(e.Message, test.message) {
			t.Errorf("%s %s %s: got %d, %+v, want %d, %q: %q", test.method, test.path, a.short(test.body), status, e, test.status, test.field, test.message)
		}
	}
}

// A page of another site cannot change anything through a browser.
func TestCrossOrigin(t *testing.T) {
	a, _ := newAPI(nil, 1)
	r := httptest.NewRequest(http.MethodPost, "/v1/reset", nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	if w.Code != http.StatusForbidden {
		t.Errorf("got status %d, want 403", w.Code)
	}
}

// A site whose name leads to this machine is still another one.
func TestOtherNames(t *testing.T) {
	a, _ := newAPI(nil, 1)
	loopback, other := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 9090}, &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 9090}
	for _, test := range []struct {
		host   string
		local  net.Addr
		status int
	}{
		{"127.0.0.1:9090", loopback, 200},
		{"localhost:9090", loopback, 200},
		{"LOCALHOST.", loopback, 200},
		{"[::1]:9090", loopback, 200},
		{"[::1]", loopback, 200},
		{"", loopback, 200},
		{"evil.example:9090", loopback, 403},
		{"localhost.evil.example", loopback, 403},
		{"127.0.0.1.evil.example:9090", loopback, 403},
		{"mockimds:9090", other, 200},
	} {
		r := httptest.NewRequest("POST", "/v1/reset", nil)
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, test.local))
		r.Host = test.host
		r.Header.Set("Origin", "http://"+test.host)
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r)
		if w.Code != test.status {
			t.Errorf("%q at %v: got %d, want %d", test.host, test.local, w.Code, test.status)
		}
	}
}

// A monitor may know the machine by any name: what it asks for is no secret.
func TestMonitorByName(t *testing.T) {
	a, _ := newAPI(nil, 1)
	for path, want := range map[string]int{"/metrics": 200, "/healthz": 200, "/readyz": 200, "/v1/state": 403, "/v1/tasks": 403, "/metrics/": 403} {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 9090}))
		r.Host = "mockimds:9090"
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%s: got status %d, want %d", path, w.Code, want)
		}
	}
}

func TestHealth(t *testing.T) {
	a, _ := newAPI(nil, 1)
	check := func(path string, want int) {
		t.Helper()
		if got, _ := call(a, http.MethodGet, path, ""); got != want {
			t.Errorf("%s: got status %d, want %d", path, got, want)
		}
	}
	check("/healthz", 200)
	check("/readyz", 200)
	a.Drain()
	check("/healthz", 200)
	check("/readyz", 503)
	if w, _ := call(a, http.MethodHead, "/healthz", ""); w != 200 {
		t.Errorf("HEAD: got status %d, want 200", w)
	}
}

// TestRefusals: what the API tells of a refusal is what the log says of it.
func TestRefusals(t *testing.T) {
	var text bytes.Buffer
	a, hosts := newAPI(log{&text}, 2, throttle.Limit{Name: "pair", Rate: hourly, Burst: 1, Scope: throttle.IPPathScope})
	task := imds.Identify(1, 1, "app", 1)
	for range 3 {
		ask(hosts[1], "/v2/credentials/"+task.CredentialsID)
	}
	for range 2 { // a client's mistake
		ask(hosts[1], "/V2/credentials"+task.CredentialsID+"/")
	}
	r := get(t, a, "/v1/refusals")
	if got := part(t, r, "total"); got != "3" {
		t.Fatalf("got %s refusals, want 3", got)
	}
	if got, want := part(t, r, "refusals.2.path"), `"/V2/credentialsID/"`; got != want {
		t.Errorf("got the path %s, want %s", got, want)
	}
	for path, want := range map[string]string{
		"refusals.0.msg":     `"limit"`,
		"refusals.0.host":    "1",
		"refusals.0.verdict": `"rejected"`,
		"refusals.0.status":  "429",
		"refusals.0.limit":   `"pair"`,
		"refusals.0.figures": `{"burst":1,"kind":"token-bucket","limit":"pair","rate":"1/h","scope":"ip+path"}`,
		"refusals.0.key":     `{"ip":"127.0.0.9","path":"/v2/credentials"}`,
		"refusals.0.source":  `"127.0.0.9"`,
		"refusals.0.method":  `"GET"`,
		"refusals.0.path":    `"/v2/credentials"`,
		"refusals.0.route":   `"credentials"`,
		"refusals.0.group":   `"app"`,
		"refusals.0.task":    "1",
	} {
		if got := part(t, r, path); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
	if err := a.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(text.String(), "\n"), "\n")
	if len(lines) != 3 {
		t.Fatalf("got %d lines, want 3", len(lines))
	}
	var line any
	if err := json.Unmarshal([]byte(lines[1]), &line); err != nil {
		t.Fatal(err)
	}
	got, _ := json.Marshal(line)
	if want := part(t, r, "refusals.1"); string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if strings.Contains(text.String(), task.CredentialsID) {
		t.Errorf("got the credentials ID in %s", &text)
	}
}

// A request that is only made late is told of, and how late.
func TestLate(t *testing.T) {
	a, hosts := newAPI(nil, 1)
	if status, body := call(a, http.MethodPost, "/v1/hosts/0/faults", `{"fault":"late","kind":"slow","latency":{"p50":"1ms","p99":"1ms"}}`); status != http.StatusCreated {
		t.Fatalf("got status %d, %s", status, body)
	}
	ask(hosts[0], "/")
	r := get(t, a, "/v1/refusals")
	for path, want := range map[string]string{
		"refusals.0.msg":     `"fault"`,
		"refusals.0.verdict": `"admitted"`,
		"refusals.0.after_s": "0.001",
		"refusals.0.fault":   `"late"`,
		"refusals.0.kind":    `"slow"`,
	} {
		if got := part(t, r, path); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}

// TestKeys is whose state of a limit it was, for every part of a scope.
func TestKeys(t *testing.T) {
	for _, test := range []struct {
		scope            throttle.Scope
		known, strangers string
	}{
		{throttle.HostScope, `{"host":0}`, `{"host":0}`},
		{throttle.TenantScope, `{"tenant":"app"}`, `{"tenant":"127.0.0.9"}`},
		{throttle.TaskScope, `{"task":"` + imds.Identify(1, 0, "app", 0).ARN + `"}`, `{"task":"127.0.0.9"}`},
		{throttle.IPScope, `{"ip":"127.0.0.9"}`, `{"ip":"127.0.0.9"}`},
		{throttle.PathScope | throttle.TenantScope, `{"path":"/v2/credentials","tenant":"app"}`, `{"path":"/nope","tenant":"127.0.0.9"}`},
	} {
		t.Run(test.scope.String(), func(t *testing.T) {
			a, hosts := newAPI(nil, 1, throttle.Limit{Rate: hourly, Burst: 1, Scope: test.scope})
			for range 2 {
				ask(hosts[0], "/v2/credentials/"+imds.Identify(1, 0, "app", 0).CredentialsID)
				ask(hosts[0], "/nope")
			}
			keys := make(map[string]bool)
			for _, r := range get(t, a, "/v1/refusals")["refusals"].([]any) {
				keys[part(t, r, "key")] = true
			}
			if !keys[test.known] || !keys[test.strangers] {
				t.Errorf("got %v, want %s and %s", keys, test.known, test.strangers)
			}
		})
	}
}

// What is remembered is bounded, however many refusals and however long.
func TestRing(t *testing.T) {
	var r ring
	for i := range 2*maxRecent + 10 {
		r.add(entry{Refusal: imds.Refusal{At: time.Duration(i)}})
	}
	all, total := r.all()
	if total != 2*maxRecent+10 || len(all) != maxRecent {
		t.Fatalf("got %d of %d", len(all), total)
	}
	for i, e := range all {
		if want := time.Duration(maxRecent + 10 + i); e.At != want {
			t.Fatalf("got entry %d of %v, want %v", i, e.At, want)
		}
	}

	a, hosts := newAPI(nil, 1, throttle.Limit{Rate: hourly, Burst: 1})
	for range 2 {
		ask(hosts[0], "/"+strings.Repeat("x", 1<<16))
	}
	recent, _ := a.recent.all()
	if n := len(recent[0].Path); n > maxText+len("…") {
		t.Errorf("got a path of %d bytes, want at most %d", n, maxText)
	}
}

// A name tells a limit from the others, also where profiles let them share one.
func TestLimitName(t *testing.T) {
	var limits []imds.NumberedLimit
	for i, name := range []string{"", "a", "limit", "a", "b"} {
		limits = append(limits, imds.NumberedLimit{Number: i, Limit: throttle.Limit{Name: name}})
	}
	seen := make(map[string]bool)
	for i := range limits {
		name := limitName(limits, i)
		if seen[name] {
			t.Errorf("got %s twice", name)
		}
		seen[name] = true
		if got, err := new(API).find(limits, name); err != nil || got != i {
			t.Errorf("%s: got limit %d, %v, want %d", name, got, err, i)
		}
	}
	if got := limitName(limits[:2], 0) + " " + limitName(limits[:2], 1); got != "limit a" {
		t.Errorf("got %s, want limit a", got)
	}
}

// log is a log that needs no end.
type log struct{ io.Writer }

func (log) Close() error { return nil }

// stuck is a log that waits for the test, and counts its lines.
type stuck struct {
	release chan struct{}
	lines   int
}

func (s *stuck) Write(b []byte) (int, error) {
	<-s.release
	s.lines += bytes.Count(b, []byte("\n"))
	return len(b), nil
}

func (s *stuck) Close() error { return nil }

// Requests do not wait for a log, what waits for it is bounded, and what is lost
// of it is told.
func TestStuckLog(t *testing.T) {
	l := &stuck{release: make(chan struct{})}
	a, hosts := newAPI(l, 1, throttle.Limit{Rate: hourly, Burst: 1})
	const refusals = maxWaiting + 5000
	for range refusals + 1 {
		ask(hosts[0], "/")
	}
	close(l.release)
	err := a.Close(t.Context())
	// Beside those that wait there are those of a batch that is being written.
	if l.lines < maxWaiting || l.lines > maxWaiting+maxBatch/100 {
		t.Errorf("got %d lines, want those that there is room for", l.lines)
	}
	if want := fmt.Sprintf("%d lines lost: they came faster than they could be written", refusals-l.lines); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	ask(hosts[0], "/")
	if err := a.Close(t.Context()); err == nil {
		t.Error("got no error from a second Close")
	}
}

// A log that takes nothing does not hold up the end either: all that it has not
// taken is lost.
func TestCloseStuckLog(t *testing.T) {
	l := &stuck{release: make(chan struct{})}
	defer close(l.release)
	a, hosts := newAPI(l, 1, throttle.Limit{Rate: hourly, Burst: 1})
	for range 1 + 500 {
		ask(hosts[0], "/")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := a.Close(ctx); err == nil || err.Error() != "500 lines lost: they could not be written in time" {
		t.Errorf("got %v, want that 500 lines are lost", err)
	}
}

// full is a log on a disk that is full.
type full struct{ writes int }

var errFull = errors.New("disk full")

func (f *full) Write([]byte) (int, error) {
	f.writes++
	return 0, errFull
}

func (*full) Close() error { return nil }

// What a log cannot take is told, and it is tried no further: what there were
// room for later would be half a log.
func TestFullLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := new(full)
		a, hosts := newAPI(l, 1, throttle.Limit{Rate: hourly, Burst: 1})
		for range 3 {
			ask(hosts[0], "/")
			synctest.Wait()
		}
		if err := a.Close(t.Context()); !errors.Is(err, errFull) {
			t.Errorf("got %v, want %v", err, errFull)
		}
		if l.writes != 1 {
			t.Errorf("got %d writes, want one", l.writes)
		}
	})
}
