package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tenement/internal/imds"
	"tenement/internal/service"
	"tenement/internal/throttle"
)

// told is a request as the API tells it.
type told struct {
	Seq                                                       uint64
	Outcome, Reason, Method, Path, Route, Agent, Group, Limit string
	Fault, Kind, Time                                         string
	Status, Host                                              int
	Task                                                      *int
	Token                                                     bool
	TookS                                                     float64 `json:"took_s"`
}

// answered is the answer to GET /v1/requests.
type answered struct {
	Total, Dropped, Next uint64
	Count                int
	Requests             []told
	Events               []struct{ Event string }
}

func requests(t *testing.T, a *API, query string) answered {
	t.Helper()
	status, body := call(a, http.MethodGet, "/v1/requests"+query, "")
	var got answered
	if err := json.Unmarshal([]byte(body), &got); err != nil || status != http.StatusOK {
		t.Fatalf("%s: got %d, %s: %v", query, status, body, err)
	}
	return got
}

// seenAs are the outcomes of requests, with statuses and reasons, in a text.
func seenAs(all []told) string {
	var list []string
	for _, r := range all {
		text := r.Outcome
		if r.Status != 0 {
			text += fmt.Sprintf(" %d", r.Status)
		}
		if r.Reason != "" {
			text += " (" + r.Reason + ")"
		}
		list = append(list, text)
	}
	return strings.Join(list, ", ")
}

// Every request is what it is, whatever the service.
func TestOutcomes(t *testing.T) {
	send := func(h http.Handler, method, path string, header ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, nil)
		r.RemoteAddr = "127.0.0.9:1234"
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		func() {
			defer func() { _ = recover() }() // a connection that ends without an answer
			ctx, cancel := context.WithTimeout(r.Context(), 10*time.Second)
			defer cancel()
			h.ServeHTTP(w, r.WithContext(ctx))
		}()
		return w
	}
	task := imds.Identify(1, 0, "app", 0)
	for _, test := range []struct {
		name   string
		config imds.Config
		limit  throttle.OnExceed
		faults []throttle.Fault
		ask    func(h http.Handler)
		want   string
	}{
		{"ecs", imds.Config{}, throttle.OnExceed{}, nil, func(h http.Handler) {
			send(h, "GET", "/v2/credentials/"+task.CredentialsID)
			send(h, "GET", "/v2//credentials")
			send(h, "GET", "/v2/credentials/nope")
			send(h, "GET", "/v2/credentials/"+task.CredentialsID)
		}, "served 200, redirected 301, error 400 (unknown ID), throttled 429"},
		{"ecs, restarted", imds.Config{ECS: imds.ECSConfig{PendingFor: time.Hour}}, throttle.OnExceed{Action: throttle.Drop}, nil, func(h http.Handler) {
			send(h, "GET", "/v2/credentials/"+task.CredentialsID)
			send(h, "GET", "/v2/credentials/"+task.CredentialsID)
			send(h, "GET", "/v2/credentials/"+task.CredentialsID)
		}, "error 503 (no credentials yet), error 503 (no credentials yet), dropped"},
		{"imds", imds.Config{Service: service.IMDS, Instance: imds.Instance{TokensRequired: true, HopLimit: 1, Role: "app"}}, throttle.OnExceed{}, nil, func(h http.Handler) {
			send(h, "GET", "/latest/meta-data/")
			send(h, "PUT", "/latest/api/token")
		}, "error 401 (no token), error 400 (no TTL, or one out of bounds)"},
		{"imds, expired", imds.Config{Service: service.IMDS, Instance: imds.Instance{TokensRequired: true, HopLimit: 1, Role: "app"}}, throttle.OnExceed{}, nil, func(h http.Handler) {
			token := send(h, "PUT", "/latest/api/token", "X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "60").Body.String()
			time.Sleep(time.Minute)
			send(h, "GET", "/latest/meta-data/", "X-Aws-Ec2-Metadata-Token", token)
		}, "served 200, error 401 (token expired)"},
		{"beyond the hop limit", imds.Config{Service: service.IMDS, Instance: imds.Instance{HopLimit: 1, Hops: 2}}, throttle.OnExceed{}, nil, func(h http.Handler) {
			send(h, "PUT", "/latest/api/token", "X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "60")
			send(h, "GET", "/latest/meta-data/instance-id")
		}, "lost (hop limit), served 200"},
		{"pods", imds.Config{Service: service.PodIdentity}, throttle.OnExceed{}, nil, func(h http.Handler) {
			token, _ := task.PodToken(0, throttle.PodTokens{Lifetime: time.Hour}, time.Now().Truncate(time.Second), 0)
			send(h, "GET", "http://127.0.0.1/v1/credentials", "Authorization", token)
			time.Sleep(2 * time.Hour)
			send(h, "GET", "http://127.0.0.1/v1/credentials", "Authorization", token)
		}, "served 200, error 400 (token expired)"},
		{"pods without", imds.Config{Service: service.PodIdentity}, throttle.OnExceed{}, nil, func(h http.Handler) {
			send(h, "GET", "http://127.0.0.1/v1/credentials")
			send(h, "GET", "http://other/v1/credentials")
		}, "error 400 (no token), error 403 (host)"},
		{"faults", imds.Config{}, throttle.OnExceed{Action: throttle.Delay}, []throttle.Fault{
			{Name: "f", Kind: throttle.AnswersFault, Answers: []throttle.Answer{
				{Kind: throttle.StatusFault, Status: 503}, {Kind: throttle.HangFault}, {Kind: throttle.MalformedFault}, {}, {Kind: throttle.SlowFault, Span: time.Minute},
			}},
		}, func(h http.Handler) {
			for range 5 {
				send(h, "GET", "/v2/credentials/"+task.CredentialsID)
				time.Sleep(time.Hour)
			}
		}, "failed 503, failed, failed 200, served 200, abandoned"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := New(asProfiles, nil, nil, nil)
				c := test.config
				c.Tasks = []imds.Task{task}
				c.Endpoint = throttle.New(throttle.Config{
					Limits: []throttle.Limit{{Rate: hourly, Burst: 2}}, OnExceed: test.limit, Faults: test.faults, Slots: 1, Groups: 1,
				})
				test.ask(a.Add(c))
				got := requests(t, a, "")
				if seen := seenAs(got.Requests); seen != test.want {
					t.Errorf("got  %s\nwant %s", seen, test.want)
				}
				if n := uint64(len(got.Requests)); got.Total != n || got.Next != n || got.Dropped != 0 || got.Count != int(n) {
					t.Errorf("got %+v", got)
				}
			})
		})
	}
}

// A query finds requests by what they were, from a place on, and at most so many.
func TestQueries(t *testing.T) {
	a, hosts := newAPI(nil, 2, throttle.Limit{Name: "tight", Rate: hourly, Burst: 3})
	first, second := imds.Identify(1, 1, "app", 0), imds.Identify(1, 1, "app", 1)
	for _, path := range []string{
		"/v2/credentials/" + first.CredentialsID, "/v4/" + first.EndpointID + "/task", "/v2/credentials/" + second.CredentialsID, "/nope",
	} {
		ask(hosts[1], path)
	}
	ask(hosts[0], "/nope")
	for query, want := range map[string]string{
		"":                        "served 200, served 200, served 200, throttled 429, error 404",
		"?since=3":                "throttled 429, error 404",
		"?since=5":                "",
		"?since=99":               "",
		"?limit=2":                "served 200, served 200",
		"?limit=0":                "",
		"?host=0":                 "error 404",
		"?task=app/0":             "served 200, served 200",
		"?task=app/1":             "served 200",
		"?task=" + second.ARN:     "served 200",
		"?task=nobody":            "",
		"?route=credentials":      "served 200, served 200",
		"?outcome=throttled":      "throttled 429",
		"?status=404":             "error 404",
		"?method=POST":            "",
		"?outcome=served&since=2": "served 200",
	} {
		if got := seenAs(requests(t, a, query).Requests); got != want {
			t.Errorf("%s: got %s, want %s", query, got, want)
		}
	}
	one := requests(t, a, "?limit=2")
	if one.Next != 2 || one.Count != 5 || one.Total != 5 {
		t.Errorf("got %+v, want the place where it goes on", one)
	}
	r := requests(t, a, "?outcome=throttled").Requests[0]
	if r.Limit != "tight" || r.Host != 1 || r.Method != "GET" || r.Path != "/nope" || r.Route != "metadata" || r.Task != nil {
		t.Errorf("got %+v", r)
	}
	if r := requests(t, a, "?task=app/1").Requests[0]; r.Path != "/v2/credentials" || r.Group != "app" || r.Task == nil || *r.Task != 1 {
		t.Errorf("got %+v", r)
	}
	for query, want := range map[string]string{
		"?since=-1": "parameter since", "?%zz": "invalid URL escape", "?host=1;limit=2": "semicolon", "?limit=x": "parameter limit", "?limit=100001": "0 to 100000", "?host=2": "0 to 1", "?status=1000": "parameter status",
		"?route=nope": "want credentials, role", "?outcome=nope": "want served, redirected", "?tasks=x": `parameter "tasks": want since, task`, "?host=1&host=1": "is given 2 times",
	} {
		if status, body := call(a, http.MethodGet, "/v1/requests"+query, ""); status != http.StatusBadRequest || !strings.Contains(body, strings.ReplaceAll(want, `"`, `\"`)) {
			t.Errorf("%s: got %d, %s, want %s", query, status, body, want)
		}
	}
}

// What is remembered is bounded, and who reads too late is told what is missing. A
// reset forgets all of it, and is no gap.
func TestLogIsBounded(t *testing.T) {
	a, hosts := newAPI(nil, 1)
	h := a.hosts[0]
	const extra = 7
	for range maxRequests + extra {
		a.requests.add(h, imds.Request{Method: "GET", Limit: -1})
	}
	got := requests(t, a, "?limit=1")
	if got.Dropped != extra || got.Count != maxRequests || got.Total != maxRequests+extra || got.Requests[0].Seq != extra+1 {
		t.Errorf("got %+v", got)
	}
	if got := requests(t, a, "?since=100&limit=0"); got.Dropped != 0 || got.Count != maxRequests-(100-extra) {
		t.Errorf("since 100: got %+v", got)
	}
	for range 2 * maxEvents {
		a.requests.note(h, 0, portClosed)
	}
	if n := len(a.requests.events); n != maxEvents {
		t.Errorf("got %d events", n)
	}
	if status, body := call(a, http.MethodPost, "/v1/reset", ""); status != http.StatusOK {
		t.Fatalf("got %d, %s", status, body)
	}
	ask(hosts[0], "/")
	got = requests(t, a, "")
	if got.Dropped != 0 || got.Count != 1 || got.Total != 1 || got.Requests[0].Seq != maxRequests+extra+1 || len(got.Events) != 1 || got.Events[0].Event != "reset" {
		t.Errorf("after a reset: got %+v", got)
	}
	if got := requests(t, a, "?since=9"); got.Dropped != 0 || got.Count != 1 {
		t.Errorf("after a reset, since 9: got %+v", got)
	}
}

// slowLog is a file that is slow, and may break.
type slowLog struct {
	mu      sync.Mutex
	text    bytes.Buffer
	wait    time.Duration
	breaks  int // after so many Writes; 0 is never
	writes  int
	release chan struct{} // closed when it may write; nil is at once
}

func (s *slowLog) Write(b []byte) (int, error) {
	if s.release != nil {
		<-s.release
	}
	time.Sleep(s.wait)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.writes++; s.breaks > 0 && s.writes > s.breaks {
		return 0, errors.New("the disk is full")
	}
	return s.text.Write(b)
}

func (s *slowLog) Close() error { return nil }

// The file has every request: when it is slower than they are, they wait.
func TestFileLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		file := &slowLog{release: make(chan struct{}), wait: time.Millisecond}
		a := New(asProfiles, nil, nil, file)
		a.Add(imds.Config{})
		const n = 3 * maxLines
		var done sync.WaitGroup
		for range 4 {
			done.Go(func() {
				for range n / 4 {
					a.requests.add(a.hosts[0], imds.Request{Method: "GET", Path: "/", Limit: -1})
				}
			})
		}
		synctest.Wait() // all of them wait for the file
		a.requests.mu.Lock()
		waiting := a.requests.last - a.requests.file.written
		a.requests.mu.Unlock()
		if waiting != maxLines {
			t.Errorf("got %d lines waiting, want %d", waiting, maxLines)
		}
		close(file.release)
		done.Wait()
		if err := a.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		next := 0
		for line := range strings.Lines(file.text.String()) {
			next++
			if !strings.Contains(line, fmt.Sprintf(`"seq":%d,`, next)) {
				t.Fatalf("line %d: got %s", next, line)
			}
		}
		if next != n {
			t.Errorf("got %d lines, want %d", next, n)
		}
	})
}

// A file that breaks is told of at once, and no request waits for it.
func TestFileBreaks(t *testing.T) {
	a := New(asProfiles, nil, nil, &slowLog{breaks: 1})
	a.Add(imds.Config{})
	for range 2 * maxLines {
		a.requests.add(a.hosts[0], imds.Request{Limit: -1})
	}
	if err := <-a.Failed(); err == nil || err.Error() != "the disk is full" {
		t.Errorf("got %v", err)
	}
	if err := a.Close(t.Context()); err == nil || !strings.Contains(err.Error(), "the disk is full") || !strings.Contains(err.Error(), "lines lost") {
		t.Errorf("got %v", err)
	}
	a.requests.add(a.hosts[0], imds.Request{Limit: -1}) // after the end
}

// What is kept from line to line changes no line.
func TestLinesKeepNothingWrong(t *testing.T) {
	hosts := []*host{{number: 1, began: time.Unix(1e9, 0)}, {number: 2, began: time.Unix(1e9, 5e8), service: service.IMDS}}
	a, b := imds.Identify(1, 0, "a", 0), imds.Identify(1, 1, "b", 64)
	r := rand.New(rand.NewPCG(1, 2))
	var made lines
	same := 0
	for seq := range uint64(5000) {
		s := seen{host: hosts[r.IntN(2)], seq: seq, Request: imds.Request{
			At: time.Duration(r.Int64N(3e9)), Took: time.Duration(r.Int64N(2) * 1500), Task: []*imds.Task{nil, &a, &b}[r.IntN(3)],
			Source: []netip.Addr{{}, netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("::1")}[r.IntN(3)], Status: []int{0, 200, 429}[r.IntN(3)],
			Method: []string{"GET", "PUT"}[r.IntN(2)], Path: []string{"/a", "/b", "/é"}[r.IntN(3)], Agent: []string{"", "x"}[r.IntN(2)],
			Route: service.Routes(1) << r.IntN(3), Token: r.IntN(2) == 0, Outcome: imds.Outcome(r.IntN(3)), Reason: []string{"", "why"}[r.IntN(2)],
		}}
		for range 1 + r.IntN(2) { // the same kind twice in a row, half of the time
			if got, want := made.request(nil, &s), new(lines).request(nil, &s); !bytes.Equal(got, want) {
				t.Fatalf("got %s, want %s", got, want)
			}
			s.seq, s.At, same = s.seq+1, s.At+1, same+1
		}
		e := event{what: portOpened, at: s.At, host: s.host, after: seq}
		if got, want := made.event(nil, &e), new(lines).event(nil, &e); !bytes.Equal(got, want) {
			t.Fatalf("got %s, want %s", got, want)
		}
	}
	if same < 6000 {
		t.Errorf("%d lines", same)
	}
}

// A line is JSON whatever clients write, and says when to the microsecond.
func TestLines(t *testing.T) {
	began := time.Date(2026, 11, 29, 6, 0, 0, 0, time.UTC)
	h := &host{number: 3, began: began, service: service.IMDS}
	for _, text := range []string{"plain", "", `a "quote" \ and </b>`, "line\nfeed", "\x00\x7f\xff", "é\u2028\u202e", strings.Repeat("x", 300)} {
		s := seen{host: h, seq: 7, Request: imds.Request{At: 1234567891, Took: 1500, Method: text, Path: text, Agent: text, Status: 200, FaultName: text, Fault: throttle.SlowFault}}
		var got map[string]any
		b := new(lines).request(nil, &s)
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatalf("%q: %v: %s", text, err, b)
		}
		if got["time"] != "2026-11-29T06:00:01.234567891Z" || got["at_s"] != 1.234568 || got["took_s"] != 0.000002 || got["host"] != 3.0 || got["seq"] != 7.0 {
			t.Errorf("got %s", b)
		}
		if bytes.ContainsAny(b, "\n\x00\x7f\u202e") {
			t.Errorf("got %q", b)
		}
	}
}

// Limits are added, replaced and removed; refusals are told with the name they had.
func TestLimitsComeAndGo(t *testing.T) {
	a, hosts := newAPI(nil, 2, throttle.Limit{Rate: hourly, Burst: 100})
	do := func(want int, method, path, body string) string {
		t.Helper()
		status, text := call(a, method, path, body)
		if status != want {
			t.Fatalf("%s %s %s: got %d, %s, want %d", method, path, body, status, text, want)
		}
		return text
	}
	do(201, "POST", "/v1/hosts/all/limits", `{"limit":"tight","kind":"fixed-window","count":1,"window":"1h"}`)
	do(409, "POST", "/v1/hosts/0/limits", `{"limit":"tight","rate":"1/s","burst":1}`)
	do(409, "POST", "/v1/hosts/0/limits", `{"rate":"1/s","burst":1}`) // the first has no name
	do(400, "POST", "/v1/hosts/0/limits", `{"limit":"x","rate":"1/s"}`)
	do(400, "POST", "/v1/hosts/0/limits", `{"limit":"x","rate":"1/s","burst":1,"schedule":[]}`)
	if first, second := ask(hosts[1], "/"), ask(hosts[1], "/"); first != 404 || second != 429 {
		t.Errorf("got %d, %d, want 404, 429", first, second)
	}
	do(200, "PUT", "/v1/hosts/1/limits/tight", `{"kind":"token-bucket","rate":"1/h","burst":2,"scope":"task"}`) // another kind, unused
	for _, want := range []int{404, 404, 429} {
		if got := ask(hosts[1], "/"); got != want {
			t.Errorf("got %d, want %d", got, want)
		}
	}
	do(409, "PUT", "/v1/hosts/1/limits/0", `{"limit":"tight","rate":"1/s","burst":1}`) // two of a name
	do(200, "DELETE", "/v1/hosts/all/limits/limit", "")
	do(404, "DELETE", "/v1/hosts/all/limits/limit", "")
	do(404, "DELETE", "/v1/hosts/1/limits/0", "") // numbers are not given anew
	s := get(t, a, "/v1/state")
	if got, want := part(t, s, "hosts.1.limits"), `[{"figures":{"burst":2,"kind":"token-bucket","limit":"tight","rate":"1/h","scope":"task"},"index":1,"limit":"tight","refusals":1}]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	do(200, "DELETE", "/v1/hosts/1/limits/1", "")
	if got := ask(hosts[1], "/"); got != 404 {
		t.Errorf("without a limit: got %d, want 404", got)
	}
	if got := requests(t, a, "?outcome=throttled").Requests; len(got) != 2 || got[0].Limit != "tight" {
		t.Errorf("got %+v", got)
	}
	r := get(t, a, "/v1/refusals")
	if got := part(t, r, "refusals.0.limit") + part(t, r, "refusals.1.figures.burst"); got != `"tight"2` {
		t.Errorf("got %s", got)
	}
	do(200, "POST", "/v1/reset", "")
	if got := len(get(t, a, "/v1/state")["hosts"].([]any)[1].(map[string]any)["limits"].([]any)); got != 0 {
		t.Errorf("after a reset: got %d limits, want none", got)
	}
	do(200, "POST", "/v1/reset", initially)
	if got := part(t, get(t, a, "/v1/state"), "hosts.1.limits.0.figures.burst"); got != "100" {
		t.Errorf("after a reset to the limits of the start: got %s", got)
	}
}

// Credentials are issued when asked for, and with so much life left; in between, as ever.
func TestIssue(t *testing.T) {
	for _, of := range []service.Service{service.ECS, service.IMDS, service.PodIdentity} {
		synctest.Test(t, func(t *testing.T) {
			a := New(asProfiles, nil, nil, nil)
			task := imds.Identify(1, 0, "app", 0)
			began := time.Now()
			h := a.Add(imds.Config{
				Service: of, Tasks: []imds.Task{task}, Instance: imds.Instance{Role: "app", HopLimit: 1}, ExpiresIn: 2 * time.Minute, Began: began,
			})
			fetch := func() (key string, left time.Duration) {
				t.Helper()
				path := map[service.Service]string{
					service.ECS: "/v2/credentials/" + task.CredentialsID, service.IMDS: "/latest/meta-data/iam/security-credentials/app", service.PodIdentity: "/v1/credentials",
				}[of]
				r := httptest.NewRequest("GET", "http://127.0.0.1"+path, nil)
				token, _ := task.PodToken(0, throttle.PodTokens{Lifetime: 24 * time.Hour}, began, time.Since(began))
				r.Header.Set("Authorization", token)
				w := httptest.NewRecorder()
				h.ServeHTTP(w, r)
				var got struct {
					AccessKeyID string `json:"AccessKeyId"`
					Expiration  time.Time
				}
				if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
					t.Fatalf("got %d, %s: %v", w.Code, w.Body, err)
				}
				return got.AccessKeyID, time.Until(got.Expiration)
			}
			keys := make(map[string]bool)
			want := func(what string, life time.Duration) {
				t.Helper()
				key, left := fetch()
				if again, _ := fetch(); again != key {
					t.Errorf("%v, %s: two calls, two sets", of, what)
				}
				if left != life {
					t.Errorf("%v, %s: got %v left, want %v", of, what, left, life)
				}
				if keys[key] {
					t.Errorf("%v, %s: got the keys of an earlier set", of, what)
				}
				keys[key] = true
			}
			post := func(path, body string, status int) {
				t.Helper()
				if got, text := call(a, http.MethodPost, path, body); got != status {
					t.Errorf("%s: got %d, %s", body, got, text)
				}
			}
			want("at first", 2*time.Minute)
			time.Sleep(100 * time.Second)
			want("when a sixth is left", of.Row().Lifetime)
			post("/v1/credentials", "", 200)
			want("issued now", of.Row().Lifetime)
			post("/v1/credentials", "{}", 200)
			want("issued again in that second", of.Row().Lifetime)
			post("/v1/credentials", `{"expires_in":"90s"}`, 200)
			want("a short one", 90*time.Second)
			time.Sleep(75 * time.Second)
			want("renewed", of.Row().Lifetime)
			time.Sleep(5 * time.Hour)
			want("renewed in turn", of.Row().Lifetime)
			post("/v1/reset", "", 200)
			want("after a reset", 2*time.Minute)
			for _, body := range []string{`{"expires_in":"0s"}`, `{"expires_in":"1.5s"}`, `{"expires_in":90}`, `{"expires":"1s"}`, `[]`, "x"} {
				post("/v1/credentials", body, 400)
			}
		})
	}
}
