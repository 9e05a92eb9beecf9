package imds

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tenement/internal/service"
	"tenement/internal/throttle"
)

// podBegan is when the servers of these tests begin, unless it is now.
var podBegan = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// token is what stands in the pod of a task, under seed 1 and as EKS has them.
func tokenOf(t Task, began time.Time, now time.Duration) string {
	token, _ := t.PodToken(1, throttle.PodTokens{}, began, now)
	return token
}

// segments is a token of these parts.
func segments(header, body, signature string) string {
	return segment(header) + "." + segment(body) + "." + signature
}

// TestPodIdentity is every answer of the agent, and the order of its checks.
func TestPodIdentity(t *testing.T) {
	known := Identify(1, 0, "app", 0)
	began := time.Now().Truncate(time.Second)
	s := New(Config{Service: service.PodIdentity, Seed: 1, Tasks: []Task{known}, Began: began})
	good := tokenOf(known, began, 0)
	stranger := tokenOf(Identify(1, 0, "app", 1), began, 0)
	agent, route := service.PodIdentity.Row().IPv4, "/v1/credentials"
	denied := "Access Denied. Called agent through invalid address, please use either [169.254.170.23 fd00:ec2::23] address not "
	const malformed = "Service account token cannot be parsed: token is malformed: "
	for _, test := range []struct {
		name, method, target, host, token string
		status                            int
		body                              string // without the line feed of an error; "{" stands for credentials
	}{
		{"credentials", "GET", route, agent, good, 200, "{"},
		{"a query", "GET", route + "?id=x", agent, good, 200, "{"},
		{"POST", "POST", route, agent, good, 200, "{"},
		{"DELETE", "DELETE", route, agent, good, 200, "{"},
		{"an escaped path", "GET", "/v1/%63redentials", agent, good, 200, "{"},
		{"no method of HTTP", "BREW", route, agent, good, 200, "{"},
		{"host with a port", "GET", route, agent + ":8080", good, 200, "{"},
		{"host of IPv6 in brackets", "GET", route, "[fd00:ec2::23]", good, 200, "{"},
		{"host of IPv6 with a port", "GET", route, "[fd00:ec2::23]:80", good, 200, "{"},
		{"host of IPv6 without brackets", "GET", route, "fd00:ec2::23", good, 200, "{"},
		{"localhost", "GET", route, "localhost:8080", good, 200, "{"},
		{"loopback", "GET", route, "127.0.0.1", good, 200, "{"},
		{"loopback of IPv6", "GET", route, "[::1]:80", good, 200, "{"},

		{"root", "GET", "/", agent, good, 404, "404 page not found"},
		{"a slash behind", "GET", route + "/", agent, good, 404, "404 page not found"},
		{"a route of another server", "GET", "/v2/credentials/" + known.CredentialsID, agent, good, 404, "404 page not found"},
		{"no route and no token", "GET", "/v1", "elsewhere", "", 404, "404 page not found"},

		{"another host", "GET", route, "example.com", good, 403, denied + "example.com"},
		{"another host with a port", "GET", route, "example.com:81", good, 403, denied + "example.com"},
		{"another address of IPv6", "GET", route, "[fd00:ec2::24]:80", good, 403, denied + "fd00:ec2::24"},
		{"another loopback address", "GET", route, "127.0.0.2", good, 403, denied + "127.0.0.2"},
		{"no host", "GET", route, "", good, 403, denied},
		{"the host is looked at before the token", "GET", route, "example.com", "", 403, denied + "example.com"},

		{"no token", "GET", route, agent, "", 400, "Service account token cannot be empty"},
		{"no JWT", "GET", route, agent, "x", 400, malformed + "token contains an invalid number of segments"},
		{"two segments", "GET", route, agent, "a.b", 400, malformed + "token contains an invalid number of segments"},
		{"four segments", "GET", route, agent, good + ".x", 400, malformed + "token contains an invalid number of segments"},
		{"a word before the token", "GET", route, agent, "Bearer " + good, 400, malformed + "could not base64 decode header: illegal base64 data at input byte 6"},
		{"a segment before the claims is looked at first", "GET", route, agent, "!.!.!", 400, malformed + "could not base64 decode header: illegal base64 data at input byte 0"},
		{"expired", "GET", route, agent, tokenOf(known, began, -48*time.Hour), 200, "{"}, // the run has no time before 0
		{"expired", "GET", route, agent, tokenOf(known, began.Add(-25*time.Hour), 0), 400, "Service account token failed basic claim validations: token is expired"},
		{"not yet", "GET", route, agent, tokenOf(known, began.Add(time.Hour), 0), 400, "Service account token failed basic claim validations: token is not valid yet"},
		{"expired and not yet", "GET", route, agent, segments(`{"alg":"none"}`, `{"exp":1,"nbf":99999999999}`, ""), 400, "Service account token failed basic claim validations: token is expired, token is not valid yet"},
		{"no algorithm", "GET", route, agent, segments(`{}`, `{}`, ""), 400, "Service account token cannot be parsed: token is unverifiable: signing method (alg) is unspecified"},
		{"an unknown pod", "GET", route, agent, stranger, 400, "[<id>]: (InvalidTokenException): The token is invalid., fault: client"},
		{"no pod", "GET", route, agent, segments(`{"alg":"RS256"}`, `{}`, ""), 400, "[<id>]: (InvalidTokenException): The token is invalid., fault: client"},
		{"a stranger's token has expired", "GET", route, agent, segments(`{"alg":"RS256"}`, `{"exp":1}`, "x"), 400, "Service account token failed basic claim validations: token is expired"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := send(s, test.method, test.target, calling(test.host, test.token))
			body := requestID.ReplaceAllString(w.Body.String(), "[<id>]")
			if test.status == 200 {
				if w.Code != 200 || !strings.HasPrefix(body, `{"AccessKeyId":"ASIAFAKE`) {
					t.Errorf("got %d %s, want credentials", w.Code, body)
				}
				if got := w.Header(); len(got) != 1 || got.Get("Content-Type") != "application/json" {
					t.Errorf("got headers %v, want the type alone", got)
				}
				return
			}
			if w.Code != test.status || body != test.body+"\n" {
				t.Errorf("got %d %q, want %d %q", w.Code, body, test.status, test.body+"\n")
			}
			if got := w.Header(); len(got) != 2 || got.Get("Content-Type") != "text/plain; charset=utf-8" || got.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("got headers %v, want those of an error of net/http", got)
			}
		})
	}
}

// A strict server refuses the names of a loopback address.
func TestPodIdentityStrict(t *testing.T) {
	task := Identify(1, 0, "app", 0)
	began := time.Now().Truncate(time.Second)
	s := New(Config{Service: service.PodIdentity, Seed: 1, Tasks: []Task{task}, Began: began, Pod: PodConfig{StrictHost: true}})
	for host, want := range map[string]int{
		service.PodIdentity.Row().IPv4: 200, "[fd00:ec2::23]": 200, "localhost": 403, "127.0.0.1:80": 403, "[::1]": 403,
	} {
		if w := send(s, "GET", "/v1/credentials", calling(host, tokenOf(task, began, 0))); w.Code != want {
			t.Errorf("%s: got %d %s, want %d", host, w.Code, w.Body, want)
		}
	}
}

// TestPodIdentityRedirect compares with the mux that the agent has.
func TestPodIdentityRedirect(t *testing.T) {
	s := New(Config{Service: service.PodIdentity})
	mux := http.NewServeMux()
	mux.HandleFunc("/v1/credentials", func(http.ResponseWriter, *http.Request) {})
	for target, status := range map[string]int{
		"//v1/credentials": 301, "/v1/./credentials?a=%20&b=<": 301, "/v1/../x": 301, "/v1//credentials/?'": 301, "/a%20b//c": 301, "/a//%3Cb%3E": 301,
		"/v1%2Fcredentials": 404, "/v1/%2e/credentials": 404, "/%2Fv1/credentials": 404, "*": 400,
	} {
		for _, method := range []string{"GET", "HEAD", "POST", "CONNECT"} {
			if method == "CONNECT" && (status == 301 || target == "*") {
				continue // it is matched as it is, or means something else
			}
			got, want := send(s, method, target, calling(service.PodIdentity.Row().IPv4, "")), send(mux, method, target, calling(service.PodIdentity.Row().IPv4, ""))
			if got.Code != status || want.Code != status && (status != 301 || want.Code != 307) {
				t.Errorf("%s %s: got %d, want %d; net/http says %d", method, target, got.Code, status, want.Code)
			}
			if g, w := got.Header(), want.Header(); g.Get("Location") != w.Get("Location") || g.Get("Content-Type") != w.Get("Content-Type") || len(g) != len(w) {
				t.Errorf("%s %s: got headers %v, want %v", method, target, g, w)
			}
			// Since Go 1.26 a redirect of net/http is a temporary one.
			body := strings.Replace(want.Body.String(), "Temporary Redirect", "Moved Permanently", 1)
			if got.Body.String() != body {
				t.Errorf("%s %s: got %q, want %q", method, target, got.Body, body)
			}
		}
	}
	// What has been escaped once is escaped again.
	if w := send(s, "GET", "/a%20b//c", calling("", "")); w.Header().Get("Location") != "/a%2520b/c" {
		t.Errorf("got a redirect to %s, want that of a ServeMux", w.Header().Get("Location"))
	}
	if w := send(s, "GET", "*", calling("", "")); w.Header().Get("Connection") != "close" || w.Body.Len() != 0 {
		t.Errorf("got %v %q for the path *, want nothing, and the end of the connection", w.Header(), w.Body)
	}
	if c := s.Counts(); c.Requests != 0 {
		t.Errorf("got %d requests, want redirects not counted", c.Requests)
	}
}

// The limiter is asked first of all for the one route, and for no other.
func TestPodIdentityLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		task := Identify(1, 0, "app", 0)
		task.Slot = 0
		s := New(Config{
			Service: service.PodIdentity, Seed: 1, Tasks: []Task{task},
			Endpoint: throttle.New(throttle.Config{
				Limits: []throttle.Limit{{Rate: throttle.Rate{Tokens: 1, Seconds: 1}, Burst: 2, Scope: throttle.PathScope}},
				Slots:  1, Groups: 1,
			}),
		})
		const route = "/v1/credentials"
		for range 5 {
			send(s, "GET", "/", calling(service.PodIdentity.Row().IPv4, ""))
		}
		// A request that is refused later for another reason takes its token too.
		if w := send(s, "GET", route, calling("elsewhere", "")); w.Code != 403 {
			t.Errorf("got %d %s, want 403", w.Code, w.Body)
		}
		token := tokenOf(task, time.Now(), 0)
		if w := send(s, "GET", route, calling(service.PodIdentity.Row().IPv4, token)); w.Code != 200 {
			t.Errorf("got %d %s, want 200", w.Code, w.Body)
		}
		w := send(s, "GET", route, calling("elsewhere", token))
		if w.Code != 429 || w.Body.String() != "Too Many Requests\n" {
			t.Errorf("got %d %q, want the limiter's answer ahead of every check", w.Code, w.Body)
		}
		if got := w.Header(); len(got) != 2 || got.Get("X-Content-Type-Options") != "nosniff" || got.Get("Content-Type") != "text/plain; charset=utf-8" {
			t.Errorf("got headers %v, want nothing of a limit", got)
		}
		if w := send(s, "GET", "/", calling(service.PodIdentity.Row().IPv4, "")); w.Code != 404 {
			t.Errorf("got %d %s, want a path without a route not limited", w.Code, w.Body)
		}
		if c := s.Counts(); c.Requests != 3 || c.Throttled != 1 {
			t.Errorf("got %d requests, %d throttled, want 3 and 1", c.Requests, c.Throttled)
		}
		time.Sleep(time.Second)
		if w := send(s, "GET", route, calling(service.PodIdentity.Row().IPv4, token)); w.Code != 200 {
			t.Errorf("a second later: got %d %s, want 200", w.Code, w.Body)
		}
	})
}

// What EKS Auth says when it fails, as the agent hands it on.
func TestPodIdentityFailure(t *testing.T) {
	for _, test := range []struct {
		status int
		body   string
	}{
		{400, "[<id>]: (AccessDeniedException): The role cannot be assumed., fault: client"},
		{403, "[<id>]: (AccessDeniedException): The role cannot be assumed., fault: client"},
		{404, "[<id>]: (ResourceNotFoundException): There is no association for the service account., fault: client"},
		{429, "[<id>]: (ThrottlingException): Rate exceeded, fault: client"},
		{500, "[]"},
		{503, "[<id>]: (ServiceUnavailableException): The service is unavailable., fault: server"},
		{504, "[<id>]: (UnknownError): UnknownError, fault: unknown"},
	} {
		task := Identify(1, 0, "app", 0)
		began := time.Now().Truncate(time.Second)
		s := New(Config{
			Service: service.PodIdentity, Seed: 1, Tasks: []Task{task}, Began: began,
			Endpoint: throttle.New(throttle.Config{
				Slots: 1, Groups: 1, Faults: []throttle.Fault{{Kind: throttle.StatusFault, Status: test.status}},
			}),
		})
		w := send(s, "GET", "/v1/credentials", calling(service.PodIdentity.Row().IPv4, tokenOf(task, began, 0)))
		body := requestID.ReplaceAllString(w.Body.String(), "[<id>]")
		if w.Code != test.status || body != test.body+"\n" {
			t.Errorf("%d: got %d %q, want %q", test.status, w.Code, body, test.body+"\n")
		}
		if got := string(s.Failure("GET", "/v1/credentials", test.status, "")); requestID.ReplaceAllString(got, "[<id>]") != test.body+"\n" {
			t.Errorf("%d: got failure %q, want %q", test.status, got, test.body+"\n")
		}
	}
}

// TestPodIdentityRotation: a pod's credentials are renewed on the server's
// schedule, its tokens on kubelet's; a token lasts as long as it says.
func TestPodIdentityRotation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		task, other := Identify(1, 0, "app", 0), Identify(1, 0, "app", 1)
		began := time.Now()
		life := throttle.PodTokens{Lifetime: time.Hour}
		s := New(Config{
			Service: service.PodIdentity, Seed: 1, Tasks: []Task{task, other}, Began: began,
			Credentials: throttle.Credentials{Lifetime: 30 * time.Minute, RenewBefore: 10 * time.Minute},
		})
		first, until := task.PodToken(1, life, began, 0)
		read := func(token string) podCredentials {
			t.Helper()
			w := send(s, "GET", "/v1/credentials", calling(service.PodIdentity.Row().IPv4, token))
			var c podCredentials
			if err := json.Unmarshal(w.Body.Bytes(), &c); w.Code != 200 || err != nil {
				t.Fatalf("at %v: got %d %s", time.Since(began), w.Code, w.Body)
			}
			return c
		}
		initial := read(first)
		if want := began.Add(30 * time.Minute).UTC().Format(time.RFC3339); initial.Expiration != want || initial.AccountID != defaultAccount {
			t.Errorf("got %+v, want to expire at %s", initial, want)
		}
		neighbours, _ := other.PodToken(1, life, began, 0)
		if c := read(neighbours); c.AccessKeyID == initial.AccessKeyID {
			t.Error("got the same credentials for another pod")
		}
		time.Sleep(20*time.Minute - 1)
		if c := read(first); c != initial {
			t.Errorf("got %+v before they were due, want %+v", c, initial)
		}
		time.Sleep(time.Nanosecond)
		if c := read(first); c.AccessKeyID == initial.AccessKeyID || c.Expiration == initial.Expiration {
			t.Errorf("got %+v after they were due", c)
		}
		time.Sleep(until - 20*time.Minute)
		second, _ := task.PodToken(1, life, began, time.Since(began))
		if second == first {
			t.Errorf("got the same token at %v", until)
		}
		if read(second) != read(first) {
			t.Error("got other credentials for another token of the same pod")
		}
		time.Sleep(time.Until(began.Add(time.Hour - 1)))
		read(first) // for the last time
		time.Sleep(time.Nanosecond)
		if w := send(s, "GET", "/v1/credentials", calling(service.PodIdentity.Row().IPv4, first)); w.Code != 400 || !strings.Contains(w.Body.String(), "token is expired") {
			t.Errorf("after an hour: got %d %s, want an expired token", w.Code, w.Body)
		}
		read(second)
	})
}

// A client over a real connection, which sends the Host header of its URL; the
// address that it calls need not be 127.0.0.1.
func TestPodIdentityServed(t *testing.T) {
	task := Identify(1, 0, "app", 0)
	began := time.Now().Truncate(time.Second)
	for _, address := range []string{"127.0.0.1:0", "127.0.0.9:0", "[::1]:0"} {
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Logf("%s: %v", address, err) // a system without that address
			continue
		}
		server := Server(New(Config{Service: service.PodIdentity, Seed: 1, Tasks: []Task{task}, Began: began}))
		if server.IdleTimeout != 30*time.Second || server.ReadHeaderTimeout != 30*time.Second {
			t.Errorf("got timeouts %v and %v, want the agent's", server.IdleTimeout, server.ReadHeaderTimeout)
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			_ = server.Serve(l)
		}()
		url := "http://" + l.Addr().String() + "/v1/credentials"
		token := map[string]string{"Authorization": tokenOf(task, began, 0)}
		if resp, body := ask(t, http.DefaultClient, "GET", url, token); resp.StatusCode != 200 {
			t.Errorf("%s: got %d %s", address, resp.StatusCode, body)
		}
		if resp, body := ask(t, http.DefaultClient, "GET", url, nil); resp.StatusCode != 400 || body != "Service account token cannot be empty\n" {
			t.Errorf("%s: got %d %s", address, resp.StatusCode, body)
		}
		http.DefaultClient.CloseIdleConnections()
		_ = server.Close()
		<-done
	}
}

// What a simulation is told.
func TestPodIdentityAnswer(t *testing.T) {
	s := New(Config{Service: service.PodIdentity, Tasks: []Task{Identify(1, 0, "app", 0)}})
	for target, want := range map[string]Answer{
		"/v1/credentials":  {Status: 200, Limited: true, Body: CredentialsDocument, Expires: true, Route: service.CredentialsRoute},
		"/":                {Status: 404, Body: Text},
		"//v1/credentials": {Status: 301, Body: Text},
	} {
		if got := s.Answer("GET", target); got != want {
			t.Errorf("%s: got %+v, want %+v", target, got, want)
		}
	}
	if got := string(s.Refusal("GET", "/v1/credentials", 429, "")); got != "Too Many Requests\n" {
		t.Errorf("got a refusal %q", got)
	}
}

// TestPodTokensAreBounded: what is remembered of tokens is bounded, and nothing
// of a stranger's is.
func TestPodTokensAreBounded(t *testing.T) {
	began := time.Now()
	task := Identify(1, 0, "app", 0)
	p := newPodTokens(1, []*knownTask{newKnownTask(task)})
	for i := range 100 {
		token, _ := task.PodToken(1, throttle.PodTokens{}, began, time.Duration(i)*24*time.Hour)
		a, b := p.read(token), p.read(token)
		if a != b || a.owner == nil || a.key == 0 {
			t.Fatalf("got %+v, then %+v", a, b)
		}
		if next := p.read(token + "x"); next.key == a.key || next.owner != a.owner {
			t.Errorf("got %+v for another token of the same pod", next)
		}
		stranger := Identify(1, 0, "app", i+1)
		if got := p.read(tokenOf(stranger, began, 0)); got.owner != nil {
			t.Errorf("got %+v for a stranger", got)
		}
		if len(p.seen) > perTask {
			t.Fatalf("got %d tokens remembered", len(p.seen))
		}
	}
}

// Only what would be asked of EKS Auth has a session.
func TestPodIdentitySession(t *testing.T) {
	task := Identify(1, 0, "app", 0)
	s := New(Config{Service: service.PodIdentity, Seed: 1, Tasks: []Task{task}, Began: podBegan})
	session := func(host, token string) uint64 {
		r := httptest.NewRequest("GET", "/v1/credentials", nil)
		r.Host = host
		r.Header.Set("Authorization", token)
		q := &question{request: r}
		q.asker = s.surface.asker(q)
		return s.surface.cacheKey(q)
	}
	good := tokenOf(task, podBegan, 0)
	if a, b := session(service.PodIdentity.Row().IPv4, good), session("localhost", good); a == 0 || a != b {
		t.Errorf("got sessions %x and %x, want one", a, b)
	}
	if a, b := session(service.PodIdentity.Row().IPv4, good), session("localhost", tokenOf(task, podBegan, 23*time.Hour)); a == b {
		t.Errorf("got session %x of two tokens", a)
	}
	for name, got := range map[string]uint64{
		"no token":        session(service.PodIdentity.Row().IPv4, ""),
		"another host":    session("example.com", good),
		"an early token":  session(service.PodIdentity.Row().IPv4, tokenOf(task, podBegan.Add(time.Hour), 0)),
		"a stranger's":    session(service.PodIdentity.Row().IPv4, tokenOf(Identify(1, 0, "app", 1), podBegan, 0)),
		"that of no pod":  session(service.PodIdentity.Row().IPv4, segments(`{"alg":"RS256"}`, `{}`, "")),
		"no token at all": session(service.PodIdentity.Row().IPv4, "x"),
	} {
		if got != 0 {
			t.Errorf("%s: got session %x", name, got)
		}
	}
}

// An agent whose upstream has a limit: one pod's first request asks EKS Auth,
// the next is refused as EKS Auth refuses, and what is in the cache is served.
func TestPodIdentityUpstream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var tasks []Task
		for i := range 2 {
			tasks = append(tasks, Identify(1, 0, "app", i))
			tasks[i].Slot = i
		}
		s := New(Config{
			Service: service.PodIdentity, Seed: 1, Tasks: tasks, Began: began,
			Endpoint: throttle.New(throttle.Config{
				Slots: 2, Groups: 1,
				Upstream: &throttle.Upstream{Limit: &throttle.Limit{Rate: throttle.Rate{Tokens: 1, Seconds: 3600}, Burst: 1}},
			}),
		})
		route := "/v1/credentials"
		first, second := tokenOf(tasks[0], began, 0), tokenOf(tasks[1], began, 0)
		for _, step := range []struct {
			name, host, token string
			status            int
			body              string
		}{
			{"what the agent turns away asks nobody", "elsewhere", first, 403, "Access Denied."},
			{"nor does what is no token", service.PodIdentity.Row().IPv4, first + ".", 400, "Service account token cannot be parsed"},
			{"the first asks", service.PodIdentity.Row().IPv4, first, 200, `{"AccessKeyId"`},
			{"another pod is refused", service.PodIdentity.Row().IPv4, second, 429, "]: (ThrottlingException): Rate exceeded, fault: client\n"},
			{"the first is in the cache", service.PodIdentity.Row().IPv4, first, 200, `{"AccessKeyId"`},
			{"a renewed token is not", service.PodIdentity.Row().IPv4, tokenOf(tasks[0], began.Add(-time.Second), 0), 429, "Exception"},
		} {
			w := send(s, "GET", route, calling(step.host, step.token))
			if w.Code != step.status || !strings.Contains(w.Body.String(), step.body) {
				t.Errorf("%s: got %d %s, want %d %s", step.name, w.Code, w.Body, step.status, step.body)
			}
		}
		if got, want := s.Counts().Upstream, (throttle.UpstreamCounts{Requests: 3, Throttled: 2}); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}

// No token gets into what an operator is told.
func TestPodIdentityRefusal(t *testing.T) {
	task := Identify(1, 0, "app", 0)
	began := time.Now().Truncate(time.Second)
	var told []Refusal
	s := New(Config{
		Service: service.PodIdentity, Seed: 1, Tasks: []Task{task}, Began: began,
		OnRefusal: func(r Refusal) { told = append(told, r) },
		Endpoint: throttle.New(throttle.Config{
			Limits: []throttle.Limit{{Rate: throttle.Rate{Tokens: 1, Seconds: 3600}, Burst: 1, Scope: throttle.PathScope}},
			Slots:  1, Groups: 1,
		}),
	})
	token := tokenOf(task, began, 0)
	for range 3 {
		send(s, "GET", "/v1/credentials?token="+token, calling(service.PodIdentity.Row().IPv4, token))
	}
	if len(told) != 2 || told[0].Task != task.ARN || told[0].Path != "/v1/credentials" || told[0].Route != service.CredentialsRoute {
		t.Errorf("got %+v, want two refusals of the task", told)
	}
	if text := fmt.Sprintf("%+v", told); strings.Contains(text, token) || strings.Contains(text, noSignature) {
		t.Errorf("got %s, want no token", text)
	}
}
