package imds

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tenement/internal/draw"
	"tenement/internal/service"
	"tenement/internal/throttle"
)

// faulty is a server of one task with these faults, in a bubble.
func faulty(t *testing.T, faults ...throttle.Fault) (Task, *http.Client) {
	t.Helper()
	task := Identify(1, 0, "app", 0)
	h := New(Config{
		Tasks: []Task{task}, ECS: ECSConfig{Tags: map[string]string{"team": "red"}},
		Endpoint: throttle.New(throttle.Config{
			Slots: 1, Groups: 1, Faults: faults, WriteTimeout: agentTimeout,
		}),
	})
	t.Cleanup(func() { _ = h.Close() })
	return task, bubbleServer(t, h)("192.0.2.1")
}

// Each fault as a client sees it.
func TestFaults(t *testing.T) {
	const credentials, tagged, protection = "/v2/credentials/", "/taskWithTags", "/task-protection/v1/state"
	restart := throttle.Fault{Kind: throttle.RestartFault, For: 1, After: time.Hour}
	status := func(status int) throttle.Fault { return throttle.Fault{Kind: throttle.StatusFault, Status: status} }
	for _, test := range []struct {
		name   string
		fault  throttle.Fault
		asks   string
		status int    // 0 if there is no answer
		body   string // a part of it, or of the error
		after  time.Duration
	}{
		{"slow", throttle.Fault{Kind: throttle.SlowFault, Latency: draw.LogNormal(time.Second, time.Second)}, credentials, 200, "ASIAFAKE", time.Second},
		{"slower than the write timeout", throttle.Fault{Kind: throttle.SlowFault, Latency: draw.LogNormal(time.Minute, time.Minute)}, credentials, 0, "EOF", agentTimeout},
		{"status", throttle.Fault{Kind: throttle.StatusFault, Status: 500}, credentials, 500, `{"code":"InternalServerError","message":"Internal server error","HTTPErrorCode":500}`, 0},
		{"status of metadata", throttle.Fault{Kind: throttle.StatusFault, Status: 500}, tagged, 500, `"failed to get task metadata"`, 0},
		{"status that the agent has not", throttle.Fault{Kind: throttle.StatusFault, Status: 502}, tagged, 502, "Bad Gateway\n", 0},
		{"status of protection", throttle.Fault{Kind: throttle.StatusFault, Status: 504}, protection, 504, `"Code":"RequestCanceled","Message":"Timed out calling ECS Task Protection API"`, 0},
		{"status with a body", throttle.Fault{Kind: throttle.StatusFault, Status: 503, Body: "busy"}, credentials, 503, "busy", 0},
		{"reset", throttle.Fault{Kind: throttle.ResetFault}, credentials, 0, "EOF", 0},
		{"cut", throttle.Fault{Kind: throttle.CutFault, After: 3 * time.Second}, credentials, 0, "EOF", 3 * time.Second},
		{"truncated", throttle.Fault{Kind: throttle.TruncateFault}, credentials, 200, "unexpected EOF", 0},
		{"malformed", throttle.Fault{Kind: throttle.MalformedFault}, credentials, 200, `{"RoleArn":`, 0},
		{"empty", throttle.Fault{Kind: throttle.EmptyFault}, credentials, 200, "{}", 0},
		{"a field is missing", throttle.Fault{Kind: throttle.MissingFieldFault}, credentials, 200, `EXAMPLE","Token":`, 0},
		{"the first field is missing", throttle.Fault{Kind: throttle.MissingFieldFault, Field: "RoleArn"}, credentials, 200, `{"AccessKeyId":`, 0},
		{"a limit's status", status(429), credentials, 429, "You have reached maximum request limit.", 0},
		{"a limit's status, metadata", status(429), tagged, 429, "You have reached maximum request limit.", 0},
		{"a limit's status, protection", status(429), protection, 429, "You have reached maximum request limit.", 0},
		{"not found", status(404), tagged, 404, "404 page not found\n", 0},
		{"not found, protection", status(404), protection, 404, "404 page not found\n", 0},
		{"credentials not found", status(400), credentials, 400, `{"code":"InvalidIdInRequest","message":"CredentialsV2Request: Credentials not found","HTTPErrorCode":400}`, 0},
		{"a status that credentials have not", status(404), credentials, 404, "Not Found\n", 0},
		{"another that credentials have not", status(504), credentials, 504, "Gateway Timeout\n", 0},
		{"pending after a restart", restart, credentials, 503, `"CredentialsUninitialized"`, 0},
		{"v1 pending after a restart", restart, "/v1/credentials?id=", 503, `"CredentialsV1Request: Credentials uninitialized for ID"`, 0},
		{"no ID after a restart", restart, "/v2/credentials/?x", 400, `"NoIdInRequest"`, 0},
		{"no ID after a restart, v1", restart, "/v1/credentials", 400, `"CredentialsV1Request: No Credential ID in the request"`, 0},
		{"an unknown ID after a restart", restart, "/v2/credentials/unknown", 400, `"InvalidIdInRequest"`, 0},
		{"protection after a restart", restart, protection, 403, `"AccessDeniedException"`, 0},
		{"metadata after a restart", restart, tagged, 200, `"team":"red"`, 0},
		{"no tags", throttle.Fault{Kind: throttle.TagsFault, Latency: draw.LogNormal(time.Second, time.Second)}, tagged, 200, `"Errors":[{"ErrorField":"ContainerInstanceTags","ErrorCode":"ThrottlingException"`, time.Second},
		{"answer 429", answering("429"), credentials, 429, "Too Many Requests\n", 0},
		{"answer 429json", answering("429json"), credentials, 429, `{"code":"ThrottlingException"`, 0},
		{"answer 503json", answering("503json"), tagged, 503, `{"code":"InternalServerException"`, 0},
		{"answer slow", answering("slow:0.5"), credentials, 200, "ASIAFAKE", time.Second / 2},
		{"answer cut", answering("cut"), credentials, 0, "EOF", 0},
		{"answer reset", answering("reset"), credentials, 0, "EOF", 0},
		{"answer truncate", answering("truncate"), credentials, 200, "unexpected EOF", 0},
		{"answer badjson", answering("badjson"), credentials, 200, `{"RoleArn":`, 0},
		{"answer missing", answering("missing"), credentials, 200, `EXAMPLE","Token":`, 0},
		{"answer ok:1h", answering("ok:1h"), credentials, 200, `"Expiration":"2000-01-01T01:00:01Z"`, 0},
		{"answer expired:60", answering("expired:60"), credentials, 200, `"Expiration":"1999-12-31T23:59:01Z"`, 0},
		{"another route", throttle.Fault{Kind: throttle.HangFault, Routes: service.StatsRoute}, credentials, 200, "ASIAFAKE", 0},
		{"not yet", throttle.Fault{Kind: throttle.HangFault, From: time.Hour}, credentials, 200, "ASIAFAKE", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				task, client := faulty(t, test.fault)
				time.Sleep(time.Second) // past a restart
				target := cmp.Or(map[string]string{
					credentials:           credentials + task.CredentialsID,
					"/v1/credentials?id=": "/v1/credentials?id=" + task.CredentialsID,
					tagged:                "/v4/" + task.EndpointID + tagged,
					protection:            "/api/" + task.EndpointID + protection,
				}[test.asks], test.asks)
				began := time.Now()
				got, said := 0, ""
				resp, err := client.Get("http://tasks" + target)
				if err == nil {
					got = resp.StatusCode
					var body []byte
					if body, err = io.ReadAll(resp.Body); err == nil {
						said = string(body)
					}
					resp.Body.Close()
				}
				if err != nil {
					said = err.Error()
				}
				if got != test.status || !strings.Contains(said, test.body) {
					t.Errorf("got %d %s, want %d with %s", got, said, test.status, test.body)
				}
				if got := time.Since(began); got != test.after {
					t.Errorf("got it after %v, want %v", got, test.after)
				}
			})
		})
	}
}

// A hung request holds its client until that gives up.
func TestHang(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		task, client := faulty(t, throttle.Fault{Kind: throttle.HangFault})
		client.Timeout = time.Hour
		began := time.Now()
		_, err := client.Get("http://tasks/v2/credentials/" + task.CredentialsID)
		if got := time.Since(began); err == nil || got != time.Hour {
			t.Errorf("got %v after %v, want an error after an hour", err, got)
		}
	})
}

func TestShiftedExpiration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		task, client := faulty(t, throttle.Fault{Kind: throttle.ExpiryFault, Shift: -7 * time.Hour})
		resp, body := ask(t, client, "GET", "http://tasks/v2/credentials/"+task.CredentialsID, nil)
		var c struct{ Expiration time.Time }
		if err := json.Unmarshal([]byte(body), &c); err != nil || resp.StatusCode != 200 {
			t.Fatalf("got %s %s", resp.Status, body)
		}
		if want := time.Now().Add(-time.Hour); !c.Expiration.Equal(want) {
			t.Errorf("got credentials that expire at %v, want %v", c.Expiration, want)
		}
	})
}

// What is changed while a server serves is in force at once.
func TestControl(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var refusals []Refusal
		task := Identify(1, 0, "app", 0)
		limit := throttle.Limit{Rate: throttle.Rate{Tokens: 1, Seconds: 3600}, Burst: 1, Scope: throttle.IPPathScope}
		h := New(Config{
			Tasks:     []Task{task},
			Endpoint:  throttle.New(throttle.Config{Slots: 1, Groups: 1, Limits: []throttle.Limit{limit}}),
			OnRefusal: func(r Refusal) { refusals = append(refusals, r) },
		})
		client := bubbleServer(t, h)("192.0.2.1")
		target := "http://tasks/v2/credentials/" + task.CredentialsID
		want := func(what string, status int) {
			t.Helper()
			if resp, body := ask(t, client, "GET", target, nil); resp.StatusCode != status {
				t.Errorf("%s: got %s %s, want %d", what, resp.Status, body, status)
			}
		}
		want("the first", 200)
		want("the second", 429)
		if err := h.SetLimit(0, throttle.Limit{Rate: throttle.Rate{Tokens: 5, Seconds: 2}, Burst: 3, Scope: throttle.IPPathScope}); err != nil {
			t.Fatal(err)
		}
		want("with a larger burst, which grants nothing", 429)
		time.Sleep(800 * time.Millisecond) // 2 tokens
		want("with a larger rate", 200)
		resp, err := client.Get(target)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if got := resp.Header.Get("X-Rate-Limit-Limit"); got != "2.50" {
			t.Errorf("the header: got %s, want 2.50", got)
		}
		want("when that is used up", 429)
		h.Reset(false)
		want("after a reset", 200)
		if err := h.Inject(throttle.Fault{Name: "broken", Kind: throttle.StatusFault, Status: 500}); err != nil {
			t.Fatal(err)
		}
		want("with a fault", 500)
		if got := h.Faults(); len(got) != 1 || got[0].Name != "broken" {
			t.Errorf("faults: got %+v", got)
		}
		if !h.Lift("broken") || h.Lift("broken") {
			t.Error("lifting it: want true once")
		}
		want("without", 200)

		if err := h.SetLimit(1, limit); err == nil {
			t.Error("a limit that there is not: got no error")
		}
		if err := h.Inject(throttle.Fault{Kind: throttle.StatusFault}); err == nil {
			t.Error("a status fault without a status: got no error")
		}
		if len(refusals) != 4 {
			t.Fatalf("got %d refusals, want 4: %+v", len(refusals), refusals)
		}
		first, last := refusals[0], refusals[3]
		if first.Limit != 0 || first.Kind != throttle.Rejected || first.Path != "/v2/credentials" || first.Group != "app" || first.RetryAfter != time.Hour {
			t.Errorf("got %+v", first)
		}
		if last.Fault != throttle.StatusFault || last.FaultName != "broken" || last.Kind != throttle.Failed || last.Limit != -1 {
			t.Errorf("got %+v", last)
		}
	})
}

// A change on a schedule shows, asked or not.
func TestScheduledChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limit := throttle.Limit{Rate: throttle.Rate{Tokens: 40, Seconds: 1}, Burst: 60}
		later := limit
		later.Rate.Tokens = 10
		h := New(Config{
			Endpoint: throttle.New(throttle.Config{
				Limits:  []throttle.Limit{limit},
				Changes: []throttle.Change{{At: time.Minute, To: later}},
			}),
		})
		for _, want := range []string{"40.00", "10.00"} {
			if got := send(h, "GET", "/nope").Header().Get("X-Rate-Limit-Limit"); got != want {
				t.Errorf("the header: got %s, want %s", got, want)
			}
			time.Sleep(time.Minute)
			if got := h.Limits()[0]; got != later {
				t.Errorf("got %+v in force, want %+v", got, later)
			}
		}
	})
}

func TestRetryAfterAndBody(t *testing.T) {
	h := New(Config{Endpoint: throttle.New(throttle.Config{
		Limits:   []throttle.Limit{{Rate: throttle.Rate{Tokens: 1, Seconds: 90}, Burst: 1}},
		OnExceed: throttle.OnExceed{Status: 503, Body: "slow down", RetryAfter: throttle.RetryExactly},
	})})
	send(h, "GET", "/nope")
	w := send(h, "GET", "/nope")
	if w.Code != 503 || w.Body.String() != "slow down" || w.Header().Get("Retry-After") != "90" {
		t.Errorf("got %d %s, Retry-After %s, want 503 slow down, 90", w.Code, w.Body, w.Header().Get("Retry-After"))
	}
}

func TestWithout(t *testing.T) {
	for _, test := range []struct{ object, name, want string }{
		{`{"a":1,"b":2,"c":3}`, "a", `{"b":2,"c":3}`},
		{`{"a":1,"b":{"c":3},"c":3}`, "b", `{"a":1,"c":3}`},
		{`{"a":1,"b":{"c":3},"c":3}`, "c", `{"a":1,"b":{"c":3}}`},
		{`{"a":1}`, "a", `{}`},
		{`{"a":1}`, "b", `{"a":1}`},
		{"{\n  \"a\" : 1,\n  \"b\" : 2\n}", "b", "{\n  \"a\" : 1\n}"},
		{"{\n  \"a\" : 1,\n  \"b\" : 2\n}", "a", "{\n  \"b\" : 2\n}"},
		{`["a"]`, "a", `["a"]`},
		{`{"a":`, "a", `{"a":`},
	} {
		if got := without([]byte(test.object), test.name); string(got) != test.want {
			t.Errorf("%s without %s: got %s, want %s", test.object, test.name, got, test.want)
		}
	}
}

// On a socket, a request that is hung up on fails at once, and a truncated one
// in the middle.
func TestFaultsOnASocket(t *testing.T) {
	task := Identify(1, 0, "app", 0)
	h := New(Config{Tasks: []Task{task}, Endpoint: throttle.New(throttle.Config{Slots: 1, Groups: 1})})
	base := loopbackServer(t, h)
	for _, test := range []struct {
		kind throttle.FaultKind
		want string
	}{
		{throttle.ResetFault, "connection reset by peer"},
		{throttle.TruncateFault, "unexpected EOF"},
	} {
		if err := h.Inject(throttle.Fault{Name: "f", Kind: test.kind}); err != nil {
			t.Fatal(err)
		}
		resp, err := http.Post(base+"/v2/credentials/"+task.CredentialsID, "text/plain", bytes.NewReader([]byte("x")))
		if err == nil {
			_, err = io.ReadAll(resp.Body)
			resp.Body.Close()
		}
		if err == nil || !strings.Contains(err.Error(), test.want) && !errors.Is(err, io.EOF) {
			t.Errorf("%v: got %v, want %s", test.kind, err, test.want)
		}
		h.Lift("f")
	}
}

// What a fault answers in the agent's place is in the audit log as the agent's
// own would be, and told with the status that it had.
func TestFaultsAreAudited(t *testing.T) {
	task := Identify(1, 0, "app", 0)
	credentials, metadata, protection := "/v2/credentials/"+task.CredentialsID, "/v4/"+task.EndpointID, "/api/"+task.EndpointID+service.OfProtection
	pending := throttle.Fault{Kind: throttle.RestartFault, For: 1, After: time.Hour}
	for _, test := range []struct {
		fault          throttle.Fault
		target         string
		logged, status int // 0 is nothing
	}{
		{throttle.Fault{Kind: throttle.StatusFault, Status: 429}, metadata, 429, 429},
		{throttle.Fault{Kind: throttle.StatusFault, Status: 429, Body: "busy"}, credentials, 429, 429},
		{throttle.Fault{Kind: throttle.StatusFault, Status: 404}, credentials, 404, 404},
		{throttle.Fault{Kind: throttle.StatusFault, Status: 404}, metadata, 0, 404},
		{throttle.Fault{Kind: throttle.EmptyFault}, credentials, 200, 0},
		{pending, credentials, 503, 503},
		{pending, "/v2/credentials/unknown", 400, 400},
		{pending, protection, 0, 0},
	} {
		var audit auditFile
		var told []Refusal
		s := New(Config{
			Tasks: []Task{task}, ECS: ECSConfig{Audit: &audit}, OnRefusal: func(r Refusal) { told = append(told, r) },
			Began:    time.Now().Add(-time.Minute),
			Endpoint: throttle.New(throttle.Config{Slots: 1, Groups: 1, Faults: []throttle.Fault{test.fault}}),
		})
		send(s, "GET", test.target)
		logged := 0
		if lines := audit.take(); len(lines) == 1 {
			logged, _ = strconv.Atoi(strings.Fields(lines[0])[1])
		} else if len(lines) > 1 {
			t.Errorf("%v %s: got entries %q, want one at most", test.fault.Kind, test.target, lines)
		}
		if logged != test.logged || len(told) != 1 || told[0].Status != test.status {
			t.Errorf("%v %s: got an entry of %d and was told %+v, want %d and %d", test.fault.Kind, test.target, logged, told, test.logged, test.status)
		}
	}
}

// answering is a fault whose first request gets this answer.
func answering(text string) throttle.Fault {
	all, err := throttle.ParseAnswers(text)
	if err != nil {
		panic(err)
	}
	return throttle.Fault{Kind: throttle.AnswersFault, Answers: all}
}

// Answers come one after another, with their headers, and then the server is
// itself again.
func TestAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		task, client := faulty(t, answering("429ra:7,503json,ok"))
		for i, want := range []struct {
			status            int
			retryAfter, holds string
		}{{429, "7", "text/plain"}, {503, "", "application/json"}, {200, "", "application/json"}, {200, "", "application/json"}} {
			resp, err := client.Get("http://tasks/v2/credentials/" + task.CredentialsID)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			kind, _, _ := strings.Cut(resp.Header.Get("Content-Type"), ";")
			if resp.StatusCode != want.status || resp.Header.Get("Retry-After") != want.retryAfter || kind != want.holds {
				t.Errorf("request %d: got %d, Retry-After %q, %s, want %+v", i, resp.StatusCode, resp.Header.Get("Retry-After"), kind, want)
			}
		}
	})
}
