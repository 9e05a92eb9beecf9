package imds

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tenement/internal/service"
	"tenement/internal/throttle"
)

// vector is an exchange recorded from the ECS agent's own server (1.105.1).
type vector struct {
	Case            string            `json:"case"`
	Limit           string            `json:"limit"`
	SourceIP        string            `json:"source_ip"`
	Method          string            `json:"method"`
	Path            string            `json:"path"`
	RequestHeaders  map[string]string `json:"request_headers"`
	Status          int               `json:"status"`
	ResponseHeaders map[string]string `json:"response_headers"`
	Body            *string           `json:"body"`
	Keys            []string          `json:"json_keys_in_order"`
	Audit           []string          `json:"audit_log_call"`
}

// pendingID stands for an ID that the server knew and had no credentials of.
const pendingID = "{pending_credentials_id}"

// recordedID is the credentials ID of the server that was recorded.
const recordedID = "cred-1"

func vectors(t *testing.T) []vector {
	t.Helper()
	f, err := os.Open("testdata/ecs-task-metadata.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []vector
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var v vector
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatalf("vector %d: %v", len(all)+1, err)
		}
		all = append(all, v)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// limited is a server with one task and an agent's limiter.
func limited(t *testing.T, limit string) *Handler { return audited(t, limit, 0, nil) }

// audited is one with an audit log, whose credentials are pending for a while.
func audited(t *testing.T, limit string, pendingFor time.Duration, audit io.Writer) *Handler {
	t.Helper()
	rate, burst, _ := strings.Cut(limit, ",")
	r, err := throttle.ParseRate(rate + "/s")
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.ParseInt(burst, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return New(Config{
		Endpoint: throttle.New(throttle.Config{
			Limits: []throttle.Limit{{Rate: r, Burst: n, Scope: throttle.IPPathScope}},
			Slots:  1, Groups: 1,
		}),
		Tasks: []Task{Identify(1, 0, "app", 0)},
		ECS:   ECSConfig{PendingFor: pendingFor, Audit: audit},
	})
}

// TestConformanceRoutes sends every recorded single exchange over a real
// loopback connection.
func TestConformanceRoutes(t *testing.T) {
	var audit auditFile
	ready := loopbackServer(t, audited(t, "10000,10000", 0, &audit))
	pending := loopbackServer(t, audited(t, "10000,10000", time.Hour, &audit))
	client := &http.Client{CheckRedirect: stay}
	n := 0
	for i, v := range vectors(t) {
		if v.Case != "route" {
			continue
		}
		n++
		base := ready
		if strings.Contains(v.Path, pendingID) {
			base = pending
		}
		t.Run(fmt.Sprintf("%d %s %s", i+1, v.Method, v.Path), func(t *testing.T) {
			v.check(t, client, base, &audit)
		})
	}
	if n == 0 {
		t.Fatal("no vectors")
	}
}

// TestConformanceLimit sends the recorded sequence against a limit at one
// instant, as it was recorded within a fraction of a token.
func TestConformanceLimit(t *testing.T) {
	all := vectors(t)
	all = slices.DeleteFunc(all, func(v vector) bool { return v.Case != "limit" })
	if len(all) == 0 {
		t.Fatal("no vectors")
	}
	synctest.Test(t, func(t *testing.T) {
		var audit auditFile
		connect := bubbleServer(t, audited(t, all[0].Limit, 0, &audit))
		clients := make(map[string]*http.Client)
		for i, v := range all {
			if clients[v.SourceIP] == nil {
				clients[v.SourceIP] = connect(v.SourceIP)
			}
			if v.check(t, clients[v.SourceIP], "http://tasks", &audit); t.Failed() {
				t.Fatalf("in exchange %d of the sequence: %s %s from %s", i+1, v.Method, v.Path, v.SourceIP)
			}
		}
	})
}

// check sends the request and compares all that was recorded of the answer.
func (v vector) check(t *testing.T, c *http.Client, base string, audit *auditFile) {
	t.Helper()
	task := Identify(1, 0, "app", 0)
	fill := strings.NewReplacer("{credentials_id}", task.CredentialsID, "{endpoint_id}", task.EndpointID, pendingID, task.CredentialsID).Replace
	audit.take()
	resp, body := ask(t, c, v.Method, base+fill(v.Path), v.RequestHeaders)
	v.checkAudit(t, audit.take(), fill)

	if resp.StatusCode != v.Status {
		t.Errorf("status: got %d, want %d", resp.StatusCode, v.Status)
	}
	if v.Body != nil && body != *v.Body {
		t.Errorf("body: got %q, want %q", body, *v.Body)
	}
	if v.Keys != nil {
		if got := keys(t, body); !slices.Equal(got, v.Keys) {
			t.Errorf("keys: got %q, want %q", got, v.Keys)
		}
	}
	for name, want := range v.ResponseHeaders {
		got, ok := resp.Header[name]
		if !ok || len(got) != 1 {
			t.Errorf("header %s: got %q, want %q once", name, got, want)
			continue
		}
		switch {
		case want == "<ip:port>":
			if !strings.HasPrefix(got[0], v.SourceIP+":") {
				t.Errorf("header %s: got %q, want %s and a port", name, got[0], v.SourceIP)
			}
		case name == "Content-Length" && v.Method == http.MethodHead:
			// The length recorded is that of the recorded server's own
			// document; what it tells is that HEAD names the length of GET.
			_, whole := ask(t, c, http.MethodGet, base+fill(v.Path), nil)
			if got[0] != strconv.Itoa(len(whole)) {
				t.Errorf("header %s: got %q, want %d as for GET", name, got[0], len(whole))
			}
		default:
			if want := strings.ReplaceAll(want, recordedID, task.CredentialsID); got[0] != want {
				t.Errorf("header %s: got %q, want %q", name, got[0], want)
			}
		}
	}
	for name, got := range resp.Header {
		// The recording leaves the date out, and the length of documents.
		if _, ok := v.ResponseHeaders[name]; !ok && name != "Date" && name != "Content-Length" {
			t.Errorf("header %s: got %q, want none", name, got)
		}
	}
}

// checkAudit compares what was logged of the exchange.
func (v vector) checkAudit(t *testing.T, lines []string, fill func(string) string) {
	t.Helper()
	if len(lines) != len(v.Audit) {
		t.Fatalf("audit log: got %q, want %q", lines, v.Audit)
	}
	for i, call := range v.Audit {
		status, rest, _ := strings.Cut(fill(call), " ")
		path, event, _ := strings.Cut(rest, " ")
		if strings.HasPrefix(path, service.CredentialsV2) {
			path = "/v2/credentials" // the file has it cut
		}
		tail := " "
		if event == `"GetCredentials"` {
			tail = ` GetCredentials 2 default arn:aws:ecs:`
		}
		form := `^\S+Z ` + status + ` ` + regexp.QuoteMeta(v.SourceIP) + `:\d+ "` + regexp.QuoteMeta(path) + `" "Go-http-client/1.1" (-|arn:\S+)` + tail
		if tail == " " {
			form += "$"
		}
		if !regexp.MustCompile(form).MatchString(lines[i]) {
			t.Errorf("audit log: got %q, want the form %s", lines[i], form)
		}
	}
}

// keys is the keys of a JSON object in order.
func keys(t *testing.T, object string) []string {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader([]byte(object)))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		t.Fatalf("got %q, want an object", object)
	}
	var all []string
	for d.More() {
		key, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			t.Fatal(err)
		}
		all = append(all, key.(string))
	}
	return all
}
