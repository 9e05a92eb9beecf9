package imds

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tenement/internal/draw"
	"tenement/internal/service"
	"tenement/internal/throttle"
)

func TestErrors(t *testing.T) {
	s := New(Config{Tasks: []Task{Identify(1, 0, "app", 0)}})
	const (
		container = `"V4 container metadata handler: unable to get container ID from request: unable to get docker ID from v3 endpoint ID: `
		task      = `"V4 task metadata handler: unable to get task arn from request: unable to get task Arn from v3 endpoint ID: `
		stats     = `"V4 container stats handler: unable to get task arn from request: unable to get task Arn from v3 endpoint ID: `
		taskStats = `"V4 task stats handler: unable to get task arn from request: unable to get task Arn from v3 endpoint ID: `
	)
	const (
		stranger = `"Unable to get task arn from request: unable to associate '192.0.2.1' with task"`
		arn      = `unable to get task arn from request: unable to get task Arn from v3 endpoint ID: `
	)
	for _, test := range []struct {
		name, target string
		status       int
		body         string
	}{
		{"container", "/v4/unknown", 404, container + `unknown"`},
		{"container without ID", "/v4/", 404, container + `"`},
		{"container, credentials ID", "/v4/" + Identify(1, 0, "app", 0).CredentialsID, 404, container + Identify(1, 0, "app", 0).CredentialsID + `"`},
		{"container, escaped", "/v4/%3Ca%26b%3E", 404, container + `\u003ca\u0026b\u003e"`},
		{"container, quote and carriage return", "/v4/%22%0D", 404, container + `\"\r"`},
		{"line feed", "/v4/%22%0A", 404, "404 page not found\n"},
		{"container, not UTF-8", "/v4/%ff", 404, container + `\ufffd"`},
		{"task", "/v4/unknown/task", 404, task + `unknown"`},
		{"task, query", "/v4/unknown/task?x=1", 404, task + `unknown"`},
		{"task with tags", "/v4/unknown/taskWithTags", 404, task + `unknown"`},
		{"stats", "/v4/unknown/stats", 404, stats + `unknown"`},
		{"task stats", "/v4/unknown/task/stats", 404, taskStats + `unknown"`},
		{"credentials v2 with a slash in the ID", "/v2/credentials/a/b", 400, `{"code":"InvalidIdInRequest","message":"CredentialsV2Request: Credentials not found","HTTPErrorCode":400}`},
		{"credentials v1 with an empty ID", "/v1/credentials?id=", 400, `{"code":"NoIdInRequest","message":"CredentialsV1Request: No Credential ID in the request","HTTPErrorCode":400}`},
		{"no such route", "/v4/unknown/nope", 404, "404 page not found\n"},
		{"slash behind a route", "/v4/unknown/task/", 404, "404 page not found\n"},
		{"slash behind credentials v1", "/v1/credentials/", 404, "404 page not found\n"},
		{"metadata v2", "/v2/metadata", 400, stranger},
		{"metadata v2, slash", "/v2/metadata/", 400, stranger},
		{"metadata v2, container", "/v2/metadata/unknown", 400, stranger},
		{"metadata v2, tags", "/v2/metadataWithTags", 400, stranger},
		{"metadata v2, tags, slash", "/v2/metadataWithTags/", 400, stranger},
		{"metadata v2, tags of a container", "/v2/metadataWithTags/x", 404, "404 page not found\n"},
		{"stats v2", "/v2/stats", 400, stranger},
		{"stats v2, container", "/v2/stats/x", 400, stranger},
		{"v2 alone", "/v2/", 404, "404 page not found\n"},
		{"container v3", "/v3/unknown", 500, `"V3 container metadata handler: unable to get container ID from request: unable to get docker ID from v3 endpoint ID: unknown"`},
		{"container v3 without ID", "/v3/", 500, `"V3 container metadata handler: unable to get container ID from request: unable to get docker ID from v3 endpoint ID: "`},
		{"task v3", "/v3/unknown/task", 500, `"V3 task metadata handler: ` + arn + `unknown"`},
		{"task with tags v3", "/v3/unknown/taskWithTags", 500, `"V3 task metadata handler: ` + arn + `unknown"`},
		{"stats v3", "/v3/unknown/stats", 400, `"V3 container stats handler: ` + arn + `unknown"`},
		{"task stats v3", "/v3/unknown/task/stats", 400, `"V3 task stats handler: ` + arn + `unknown"`},
		{"no such route v3", "/v3/unknown/nope", 404, "404 page not found\n"},
		{"associations v3", "/v3/unknown/associations/t", 400, `"V3 container associations handler: unable to get container id from request: unable to get docker ID from v3 endpoint ID: unknown"`},
		{"associations v4", "/v4/unknown/associations/t", 400, `"V4 container associations handler: unable to get container id from request: unable to get docker ID from v3 endpoint ID: unknown"`},
		{"association v4", "/v4/unknown/associations/t/n", 400, `"V4 container associations handler: ` + arn + `unknown"`},
		{"associations without a type or slash", "/v4/unknown/associations", 404, "404 page not found\n"},
		{"fault injection", "/api/" + Identify(1, 0, "app", 0).EndpointID + "/fault/v1/network-latency/start", 404, "404 page not found\n"},
		{"protection", "/api/unknown/task-protection/v1/state", 404, `{"error":{"Code":"ResourceNotFoundException","Message":"Failed to find a task for the request"}}`},
		{"protection, slash", "/api/unknown/task-protection/v1/state/", 404, "404 page not found\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := send(s, "GET", test.target)
			if w.Code != test.status || w.Body.String() != test.body {
				t.Errorf("got %d %s, want %d %s", w.Code, w.Body, test.status, test.body)
			}
		})
	}
}

func TestMethodsMakeNoDifference(t *testing.T) {
	task := Identify(1, 0, "app", 0)
	s := New(Config{Tasks: []Task{task}})
	for _, target := range []string{"/v2/credentials/" + task.CredentialsID, "/v4/" + task.EndpointID + "/task"} {
		want := send(s, "GET", target).Body.String()
		for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS"} {
			if w := send(s, method, target); w.Code != 200 || w.Body.String() != want {
				t.Errorf("%s %s: got %d %s, want 200 %s", method, target, w.Code, w.Body, want)
			}
		}
	}
}

func TestRedirect(t *testing.T) {
	s := limited(t, "1,1")
	for _, test := range []struct{ name, target, location string }{
		{"dots", "/v2/../v2/credentials/a", "/v2/credentials/a"},
		{"double slash", "/v4//x/task", "/v4/x/task"},
		{"empty endpoint ID", "/v4//task", "/v4/task"},
		{"slash at the end stays", "/v4/./x/", "/v4/x/"},
		{"query stays", "/v1//credentials?id=a&b", "/v1/credentials?id=a&b"},
		{"above the root", "/../..", "/"},
		{"escapes stay escapes", "/a//%20b", "/a/%20b"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := send(s, "GET", test.target)
			if got := w.Header().Get("Location"); w.Code != 301 || got != test.location {
				t.Errorf("got %d %q, want 301 %q", w.Code, got, test.location)
			}
			if len(w.Header()) != 1 || w.Body.Len() != 0 {
				t.Errorf("got headers %v and a body of %d bytes, want Location alone", w.Header(), w.Body.Len())
			}
		})
	}
	if c := s.Counts(); c.Requests != 0 || s.Sources() != 0 {
		t.Errorf("got %d requests from %d sources, want redirects not counted", c.Requests, s.Sources())
	}
}

// TestLineFeed: a path with a line feed never reaches the limiter; one that is
// not clean is redirected first.
func TestLineFeed(t *testing.T) {
	s := limited(t, "1,1")
	for range 3 {
		w := send(s, "GET", "/v4/a%0A/task")
		if w.Code != 404 || w.Body.String() != "404 page not found\n" || len(w.Header()) != 2 {
			t.Errorf("got %d %v %q, want the page of a 404 without the limiter's headers", w.Code, w.Header(), w.Body)
		}
	}
	if w := send(s, "GET", "/v4//%0A"); w.Code != 301 || w.Header().Get("Location") != "/v4/%0A" {
		t.Errorf("got %d %v, want a redirect", w.Code, w.Header())
	}
	if a := s.Answer("GET", "/v4/%0A"); a.Limited || a.Status != 404 {
		t.Errorf("got %+v, want a 404 that is not limited", a)
	}
	if c := s.Counts(); c.Requests != 0 {
		t.Errorf("got %d requests, want none counted", c.Requests)
	}
}

func TestRefusalStatus(t *testing.T) {
	s := New(Config{
		Endpoint: throttle.New(throttle.Config{
			Limits:   []throttle.Limit{{Rate: throttle.Rate{Tokens: 5, Seconds: 2}, Burst: 1}},
			OnExceed: throttle.OnExceed{Status: 503},
		}),
		Began: time.Now().Add(time.Hour), // t stands still at 0
	})
	send(s, "GET", "/nope")
	w := send(s, "GET", "/nope")
	if w.Code != 503 || w.Body.String() != "You have reached maximum request limit." {
		t.Errorf("got %d %q, want 503 and the text of a refusal", w.Code, w.Body)
	}
	if got := w.Header().Get("X-Rate-Limit-Limit"); got != "2.50" {
		t.Errorf("limit in the header: got %q, want 2.50", got)
	}
	c := s.Counts()
	if c.Requests != 2 || c.Admitted != 1 || c.Throttled != 1 {
		t.Errorf("got %+v, want 1 of 2 admitted", c.Tally)
	}
}

func TestWithoutLimiterNoHeaders(t *testing.T) {
	w := send(New(Config{}), "GET", "/nope")
	for name := range w.Header() {
		if strings.HasPrefix(name, "X-Rate-Limit") {
			t.Errorf("got header %s, want none of the limiter", name)
		}
	}
}

// TestScopes tells whose bucket a request is charged to.
func TestScopes(t *testing.T) {
	tasks := make([]Task, 3)
	for i, tenant := range []int{0, 0, 1} {
		tasks[i] = Identify(1, 0, "app", i)
		tasks[i].Slot = i
		tasks[i].TenantNumber = tenant
		tasks[i].Source = netip.AddrFrom4([4]byte{192, 0, 2, byte(10 + i)})
	}
	credentials := func(task int) string { return "/v2/credentials/" + tasks[task].CredentialsID }
	type request struct {
		target, from string
		status       int
	}
	for _, test := range []struct {
		name     string
		scope    throttle.Scope
		requests []request
	}{
		{"host", throttle.HostScope, []request{
			{credentials(0), "192.0.2.1", 200}, {"/nope", "192.0.2.2", 429},
		}},
		{"task by its IDs, from anywhere", throttle.TaskScope, []request{
			{credentials(0), "192.0.2.1", 200},
			{"/v1/credentials?id=" + tasks[0].CredentialsID, "192.0.2.2", 429},
			{"/v4/" + tasks[0].EndpointID + "/task", "192.0.2.3", 429},
			{"/v3/" + tasks[0].EndpointID, "192.0.2.3", 429},
			{"/api/" + tasks[0].EndpointID + "/task-protection/v1/state", "192.0.2.3", 429},
			{credentials(1), "192.0.2.1", 200},
		}},
		{"task by its address", throttle.TaskScope, []request{
			{"/nope", "192.0.2.10", 404},
			{"/nope", "192.0.2.11", 404},
			{credentials(0), "192.0.2.1", 429},
			{credentials(1), "192.0.2.1", 429},
			{credentials(2), "192.0.2.10", 200}, // the ID goes before the address
			{"/nope", "::ffff:192.0.2.12", 429},
		}},
		{"stranger by its address", throttle.TaskScope, []request{
			{"/v4/unknown", "192.0.2.1", 404}, {"/nope", "192.0.2.1", 429}, {"/nope", "192.0.2.2", 404},
		}},
		{"tenant", throttle.TenantScope, []request{
			{credentials(0), "192.0.2.1", 200}, {credentials(1), "192.0.2.1", 429}, {credentials(2), "192.0.2.1", 200},
			{"/nope", "192.0.2.1", 404}, {"/nope", "192.0.2.2", 404},
		}},
		{"address and path", throttle.IPPathScope, []request{
			{credentials(0), "192.0.2.1", 200},
			{credentials(0), "::ffff:192.0.2.1", 429},
			{credentials(0) + "?x=1", "192.0.2.1", 429},
			{credentials(0), "192.0.2.2", 200},
			{credentials(1), "192.0.2.1", 200},
			{"/a%20b", "192.0.2.1", 404},
			{"/a b", "192.0.2.1", 429}, // the decoded path counts
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := New(Config{
				Endpoint: throttle.New(throttle.Config{
					Limits: []throttle.Limit{{Rate: throttle.Rate{Tokens: 1, Seconds: 1}, Burst: 1, Scope: test.scope}},
					Slots:  len(tasks), Groups: 1,
				}),
				Tasks: tasks,
				Began: time.Now().Add(time.Hour), // t stands still at 0
			})
			for i, r := range test.requests {
				target := strings.ReplaceAll(r.target, " ", "%20")
				if w := send(s, "GET", target, from(netip.AddrPortFrom(netip.MustParseAddr(r.from), 1000+uint16(i)).String())); w.Code != r.status {
					t.Errorf("request %d, %s from %s: got %d, want %d", i+1, r.target, r.from, w.Code, r.status)
				}
			}
		})
	}
}

func TestRegistered(t *testing.T) {
	task := Identify(1, 0, "app", 0)
	task.Source = netip.MustParseAddr("192.0.2.10")
	s := New(Config{Tasks: []Task{task}, Registered: []string{"traced"}})
	own := send(s, "GET", "/v2/credentials/"+task.CredentialsID).Body.String()

	for _, target := range []string{"/v2/credentials/traced", "/v1/credentials?id=traced", "/v4/traced", "/v4/traced/task", "/v4/traced/stats"} {
		if w := send(s, "GET", target); w.Code != 200 {
			t.Errorf("%s: got %d, want 200", target, w.Code)
		}
	}
	if w := send(s, "GET", "/v2/credentials/traced", from("192.0.2.10:1")); w.Body.String() != own {
		t.Errorf("credentials for a task: got %s, want its own, %s", w.Body, own)
	}
	if w := send(s, "GET", "/v2/credentials/traced"); w.Body.String() == own {
		t.Error("credentials for a stranger: got those of a task, want others")
	}
	if got := s.Counts().ByGroup[0].Requests; got != 2 {
		t.Errorf("requests of the group: got %d, want the 2 of its task", got)
	}
}

// TestAnswer compares what Answer promises with what is sent.
func TestAnswer(t *testing.T) {
	task := Identify(1, 0, "app", 0)
	s := New(Config{Tasks: []Task{task}, Registered: []string{"traced"}})
	credentials := func(status int, b Body) Answer {
		return Answer{Status: status, Limited: true, Body: b, Expires: b == CredentialsDocument, Route: service.CredentialsRoute}
	}
	metadata := func(status int, b Body, route service.Routes) Answer {
		return Answer{Status: status, Limited: true, Body: b, Route: route}
	}
	for _, test := range []struct {
		name, method, target string
		want                 Answer
	}{
		{"credentials v2", "GET", "/v2/credentials/" + task.CredentialsID, credentials(200, CredentialsDocument)},
		{"credentials v1", "POST", "/v1/credentials?id=" + task.CredentialsID, credentials(200, CredentialsDocument)},
		{"credentials, registered", "GET", "/v2/credentials/traced", credentials(200, CredentialsDocument)},
		{"credentials, HEAD", "HEAD", "/v2/credentials/" + task.CredentialsID, credentials(200, NoBody)},
		{"credentials, unknown", "GET", "/v2/credentials/x", credentials(400, ErrorJSON)},
		{"container", "GET", "/v4/" + task.EndpointID, metadata(200, JSONDocument, service.MetadataRoute)},
		{"task", "GET", "/v4/" + task.EndpointID + "/task", metadata(200, JSONDocument, service.MetadataRoute)},
		{"stats", "GET", "/v4/" + task.EndpointID + "/stats", metadata(200, JSONDocument, service.StatsRoute)},
		{"metadata, unknown", "GET", "/v4/x", metadata(404, ErrorJSON, service.MetadataRoute)},
		{"no route", "GET", "/nope", metadata(404, Text, service.MetadataRoute)},
		{"redirect", "GET", "/v4//x", Answer{Status: 301}},
		{"not a path", "GET", "/%zz", Answer{Status: 400, Body: Text}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := s.Answer(test.method, test.target); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

// TestPlaceholders: an engine without a wire asks for the answer to a path
// with the placeholders that plans use.
func TestPlaceholders(t *testing.T) {
	s := New(Config{Tasks: []Task{{CredentialsID: "{credentials_id}", EndpointID: "{endpoint_id}"}}})
	for _, target := range []string{"/v2/credentials/{credentials_id}", "/v4/{endpoint_id}", "/v4/{endpoint_id}/task", "/v4/{endpoint_id}/stats"} {
		if got := s.Answer("GET", target); got.Status != 200 {
			t.Errorf("%s: got %+v, want status 200", target, got)
		}
	}
}

func TestServiceTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const p50 = 30 * time.Millisecond
		task := Identify(1, 0, "app", 0)
		s := New(Config{
			Endpoint: throttle.New(throttle.Config{
				Limits:  []throttle.Limit{{Rate: throttle.Rate{Tokens: 1, Seconds: 1}, Burst: 1}},
				Latency: draw.LogNormal(p50, p50),
				Slots:   1, Groups: 1,
			}),
			Tasks: []Task{task},
		})
		for _, want := range []int{200, 429} {
			began := time.Now()
			if w := send(s, "GET", "/v4/"+task.EndpointID); w.Code != want {
				t.Errorf("got %d, want %d", w.Code, want)
			}
			if got := time.Since(began); got != p50 {
				t.Errorf("status %d: got an answer after %v, want %v", want, got, p50)
			}
		}
	})
}

func TestDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{Endpoint: throttle.New(throttle.Config{
			Limits:   []throttle.Limit{{Rate: throttle.Rate{Tokens: 2, Seconds: 1}, Burst: 1}},
			OnExceed: throttle.OnExceed{Action: throttle.Delay},
		})})
		connect := bubbleServer(t, s)
		began := time.Now()
		var wg sync.WaitGroup
		for _, want := range []time.Duration{0, 500 * time.Millisecond, time.Second, 10500 * time.Millisecond} {
			if want > 10*time.Second {
				// Longer than the agent's write timeout, which is not imitated.
				for range 18 {
					wg.Go(func() { send(s, "GET", "/nope") })
				}
				synctest.Wait()
			}
			client := connect("192.0.2.1")
			wg.Go(func() {
				ask(t, client, "GET", "http://tasks/nope", nil)
				if got := time.Since(began); got != want {
					t.Errorf("got an answer after %v, want %v", got, want)
				}
			})
			synctest.Wait()
		}
		wg.Wait()
	})
}

// TestClientGoesAway: a client that gives up while its answer is held back
// frees the handler at once.
func TestClientGoesAway(t *testing.T) {
	for _, test := range []struct {
		name string
		body io.Reader
		on   throttle.OnExceed
	}{
		{"delayed", nil, throttle.OnExceed{Action: throttle.Delay}},
		{"dropped", nil, throttle.OnExceed{Action: throttle.Drop}},
		{"dropped, with a body", strings.NewReader("body"), throttle.OnExceed{Action: throttle.Drop}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := New(Config{Endpoint: throttle.New(throttle.Config{
					Limits:   []throttle.Limit{{Rate: throttle.Rate{Tokens: 1, Seconds: 3600}, Burst: 1}},
					OnExceed: test.on,
				})})
				var ended time.Time
				connect := bubbleServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					defer func() { ended = time.Now() }()
					s.ServeHTTP(w, r)
				}))
				client := connect("192.0.2.1")
				ask(t, client, "GET", "http://tasks/nope", nil)
				client.Timeout = time.Second
				began := time.Now()
				if resp, err := client.Post("http://tasks/nope", "text/plain", test.body); err == nil {
					resp.Body.Close()
					t.Fatalf("got %s, want a timeout", resp.Status)
				}
				synctest.Wait()
				if got := ended.Sub(began); got != time.Second {
					t.Errorf("the handler ended after %v, want 1s", got)
				}
			})
		})
	}
}

// TestClose breaks dropped requests off without an answer, and lets a server
// shut down.
func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{Endpoint: throttle.New(throttle.Config{
			Limits:   []throttle.Limit{{Rate: throttle.Rate{Tokens: 1, Seconds: 3600}, Burst: 1}},
			OnExceed: throttle.OnExceed{Action: throttle.Drop},
		})})
		connect := bubbleServer(t, s)
		client := connect("192.0.2.1")
		ask(t, client, "GET", "http://tasks/nope", nil)
		errs := make(chan error, 1)
		go func() {
			resp, err := client.Post("http://tasks/nope", "", nil)
			if err == nil {
				resp.Body.Close()
			}
			errs <- err
		}()
		synctest.Wait()
		for range 2 { // Close may be called again
			if err := s.Close(); err != nil {
				t.Errorf("got %v, want no error", err)
			}
		}
		if err := <-errs; !errors.Is(err, io.EOF) {
			t.Errorf("got %v, want a connection closed without an answer", err)
		}
		if c := s.Counts(); c.Dropped != 1 {
			t.Errorf("got %d dropped, want 1", c.Dropped)
		}
	})
}

// TestConcurrent asks for everything at once; the race detector looks on.
func TestConcurrent(t *testing.T) {
	const clients, requests = 16, 50
	tasks := make([]Task, 4)
	for i := range tasks {
		tasks[i] = Identify(1, 0, "app", i)
		tasks[i].Slot = i
	}
	s := New(Config{
		Endpoint: throttle.New(throttle.Config{
			Limits: []throttle.Limit{{Rate: throttle.Rate{Tokens: 1, Seconds: 3600}, Burst: 100, Scope: throttle.TaskScope}},
			Slots:  len(tasks), Groups: 1,
		}),
		Tasks: tasks,
	})
	base := loopbackServer(t, s)
	var wg sync.WaitGroup
	for n := range clients {
		task := tasks[n%len(tasks)]
		wg.Go(func() {
			client := &http.Client{Transport: &http.Transport{}}
			defer client.CloseIdleConnections()
			for i := range requests {
				target := []string{"/v2/credentials/" + task.CredentialsID, "/v4/" + task.EndpointID + "/task", "/v4/" + task.EndpointID + "/stats"}[i%3]
				resp, body := ask(t, client, "GET", base+target, nil)
				if resp.StatusCode == 200 && !json.Valid([]byte(body)) {
					t.Errorf("%s: got %q, want JSON", target, body)
				}
				s.Counts()
			}
		})
	}
	wg.Wait()
	c := s.Counts()
	if want := uint64(clients * requests); c.Requests != want {
		t.Errorf("got %d requests, want %d", c.Requests, want)
	}
	if want := uint64(len(tasks) * 100); c.Admitted != want {
		t.Errorf("got %d admitted, want the bursts, %d", c.Admitted, want)
	}
	if got := s.Sources(); got != 1 {
		t.Errorf("got %d sources, want 1", got)
	}
}

func TestSourcesAreBounded(t *testing.T) {
	var s sources
	for i := range maxSources + 100 {
		s.add(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}))
	}
	if got := s.len(); got != maxSources {
		t.Errorf("got %d, want %d", got, maxSources)
	}
}
