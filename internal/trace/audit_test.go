package trace

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
)

const (
	taskARN     = "arn:aws:ecs:us-west-2:111122223333:task/default/t"
	instanceARN = "arn:aws:ecs:us-west-2:111122223333:container-instance/default/1234"
	served      = " " + taskARN + " GetCredentials 2 default " + instanceARN + "\n"
	refused     = " - \n"
)

func TestImportAudit(t *testing.T) {
	agent := func(s string) map[string]string { return map[string]string{"User-Agent": s} }
	event := func(seconds int, task, path string, status int, headers map[string]string) Event {
		return Event{T: time.Duration(seconds) * time.Second, Task: task, Method: "GET", Path: path, Cut: cut(path), Status: status, Headers: headers}
	}
	const at = "2026-01-01T12:00:00Z "
	for _, c := range []struct {
		name, in string
		want     []Event
	}{
		{"served", at + `200 172.17.0.3:50000 "/v2/credentials" "Boto3/1.34.0"` + served,
			[]Event{event(0, "172.17.0.3", "/v2/credentials", 200, agent("Boto3/1.34.0"))}},
		{"served to an execution role", at + `200 172.17.0.3:50000 "/v2/credentials" "a b/c (d; e)" ` + taskARN + " GetCredentialsExecutionRole 2 - -\n",
			[]Event{event(0, "172.17.0.3", "/v2/credentials", 200, agent("a b/c (d; e)"))}},
		{"refused", at + `429 172.17.0.3:50000 "/v4/0123-abc/task" "x"` + refused,
			[]Event{event(0, "172.17.0.3", "/v4/0123-abc/task", 429, agent("x"))}},
		{"no user agent", at + `400 172.17.0.3:50000 "/v1/credentials" ""` + refused,
			[]Event{event(0, "172.17.0.3", "/v1/credentials", 400, nil)}},
		{"user agent with quotes and spaces", at + `429 10.0.0.1:1 "/v2/credentials" "a "b c" - "" d"` + refused,
			[]Event{event(0, "10.0.0.1", "/v2/credentials", 429, agent(`a "b c" - "" d`))}},
		{"user agent that looks like a tail", at + `200 10.0.0.1:1 "/v2/credentials" "x" - GetCredentials 2 default -"` + served,
			[]Event{event(0, "10.0.0.1", "/v2/credentials", 200, agent(`x" - GetCredentials 2 default -`))}},
		{"user agent that is one quote", at + `429 10.0.0.1:1 "/v2/credentials" """` + refused,
			[]Event{event(0, "10.0.0.1", "/v2/credentials", 429, agent(`"`))}},
		{"user agent that is not UTF-8", at + `429 10.0.0.1:1 "/v2/credentials" "a` + "\xff\tb" + `"` + refused,
			[]Event{event(0, "10.0.0.1", "/v2/credentials", 429, agent("a\uFFFD\tb"))}},
		{"path with a space", at + `429 10.0.0.1:1 "/v4/a b" ""` + refused,
			[]Event{event(0, "10.0.0.1", "/v4/a%20b", 429, nil)}},
		{"path with a quote, a percent sign and no UTF-8", at + `429 10.0.0.1:1 "/v4/"%?#` + "\xff" + `" ""` + refused,
			[]Event{event(0, "10.0.0.1", "/v4/%22%25%3F%23%FF", 429, nil)}},
		{"IPv6", at + `429 [2001:db8::7]:443 "/v2/credentials" ""` + refused,
			[]Event{event(0, "2001:db8::7", "/v2/credentials", 429, nil)}},
		{"IPv6 with a zone", at + `429 [fe80::1%eth0]:443 "/v2/credentials" ""` + refused,
			[]Event{event(0, "fe80::1%eth0", "/v2/credentials", 429, nil)}},
		{"Windows line ends and no last one", at + `429 10.0.0.1:1 "/v2/credentials" "" - ` + "\r\n" + at + `200 10.0.0.1:1 "/v2/credentials" ""` + served[:len(served)-1],
			[]Event{event(0, "10.0.0.1", "/v2/credentials", 429, nil), event(0, "10.0.0.1", "/v2/credentials", 200, nil)}},
		{
			"a rotation out of order",
			`2026-01-01T12:00:09Z 429 10.0.0.1:1 "/v2/credentials" "c"` + refused +
				`2026-01-01T12:00:10Z 429 10.0.0.1:1 "/v2/credentials" "d"` + refused +
				`2026-01-01T11:59:59Z 429 10.0.0.1:1 "/v2/credentials" "a"` + refused +
				`2026-01-01T12:00:09Z 429 10.0.0.1:1 "/v2/credentials" "b"` + refused,
			[]Event{
				event(0, "10.0.0.1", "/v2/credentials", 429, agent("a")),
				event(10, "10.0.0.1", "/v2/credentials", 429, agent("c")),
				event(10, "10.0.0.1", "/v2/credentials", 429, agent("b")),
				event(11, "10.0.0.1", "/v2/credentials", 429, agent("d")),
			},
		},
		{"no source", at + `429 - "/v2/credentials" ""` + refused,
			[]Event{event(0, unknownTask, "/v2/credentials", 429, nil)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr, err := Import("some/folder/audit.log", auditFormat.Name, strings.NewReader(c.in))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(tr.Events, c.want) {
				t.Errorf("got  %+v\nwant %+v", tr.Events, c.want)
			}
			rewrite(t, tr)
		})
	}
}

func TestImportAuditSaysWhatIsMissing(t *testing.T) {
	entry := `2026-01-01T12:00:03Z 429 - "/v2/credentials" ""` + refused
	tr, err := Import("some/folder/audit.log", auditFormat.Name, strings.NewReader(entry+entry))
	if err != nil {
		t.Fatal(err)
	}
	want := Header{
		Version: 2, Source: "audit: audit.log", Start: time.Date(2026, 1, 1, 12, 0, 3, 0, time.UTC), ResolutionS: 1,
		Redactions: []string{
			"requests: only credential requests and refusals (429) are in an audit log",
			"method: not recorded, GET assumed",
			"path: /v2/credentials/ID is cut to /v2/credentials, queries are not recorded",
			"task: 2 requests without a source address count as one task, unknown",
		},
	}
	if !reflect.DeepEqual(tr.Header, want) {
		t.Errorf("got %+v, want %+v", tr.Header, want)
	}
}

func TestImportAuditRefuses(t *testing.T) {
	const at = "2026-01-01T12:00:00Z "
	for _, c := range []struct{ name, in, want string }{
		{"empty line", at + `429 10.0.0.1:1 "/x" ""` + refused + "\n", "x:2:1: the line is empty"},
		{"time with a fraction", `2026-01-01T12:00:00.5Z 429 10.0.0.1:1 "/x" ""` + refused,
			`x:1:1: time: want a time as in 2026-01-01T12:00:00Z, got "2026-01-01T12:00:00.5Z"`},
		{"several mistakes", `2026-13-01T12:00:00Z 4x9 10.0.0.1 "x" "` + "\x01" + `"` + refused,
			`x:1:1: time: want a time as in 2026-01-01T12:00:00Z, got "2026-13-01T12:00:00Z"` + "\n" +
				`x:1:22: status: want a number of three digits, got "4x9"` + "\n" +
				`x:1:26: source: want ip:port or -, got "10.0.0.1"` + "\n" +
				`x:1:36: path: "x" does not start with /` + "\n" +
				`x:1:40: user agent: User-Agent: "\x01" has a control character`},
		{"status below 100", at + `099 10.0.0.1:1 "/x" ""` + refused, `x:1:22: status: want a number of three digits, got "099"`},
		{"host for an address", at + `429 localhost:1 "/x" ""` + refused, `x:1:26: source: want ip:port or -, got "localhost:1"`},
		{"cut in the source", at + "429 10.0.0.1:1\n",
			"x:1:36: the line is cut short: want time, status, source, path, user agent and task"},
		{"path without quotes", at + `429 10.0.0.1:1 /x "" - ` + "\n", `x:1:37: want a quoted path and a quoted user agent, got /x ""`},
		{"cut in the path", at + `429 10.0.0.1:1 "/v2/cre` + "\n", "x:1:45: the line is cut short: want ten fields, or six and a space"},
		{"a refusal without its last space", at + `429 10.0.0.1:1 "/x" "" -` + "\n",
			"x:1:46: the line is cut short: want ten fields, or six and a space"},
		{"a strange task", at + `429 10.0.0.1:1 "/x" "" task ` + "\n", `x:1:45: task: cannot be "task"`},
		{"served without a tail", at + `200 10.0.0.1:1 "/x" "" ` + taskARN + " \n",
			"x:1:95: the line is cut short: credentials were served, but it does not say which"},
		{"a strange tail", at + `200 10.0.0.1:1 "/x" "" task SetCredentials two  instance` + "\n",
			"x:1:45: task: cannot be \"task\"\n" +
				"x:1:50: event: cannot be \"SetCredentials\"\n" +
				"x:1:65: version: cannot be \"two\"\n" +
				"x:1:69: cluster: cannot be \"\"\n" +
				"x:1:70: container instance: cannot be \"instance\""},
		{"a path broken by a line feed", at + `429 10.0.0.1:1 "/v4/a` + "\n" + `b" ""` + refused,
			"x:1:43: the line is cut short: want ten fields, or six and a space"},
		{"more than a year", "2026-01-01T12:00:00Z " + `429 10.0.0.1:1 "/x" ""` + refused + "2028-01-01T12:00:00Z " + `429 10.0.0.1:1 "/x" ""` + refused,
			"x:2:1: time: more than a year from another entry"},
		{"ages ago", "9999-01-01T12:00:00Z " + `429 10.0.0.1:1 "/x" ""` + refused + "0001-01-01T12:00:00Z " + `429 10.0.0.1:1 "/x" ""` + refused,
			"x:2:1: time: more than a year from another entry"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr, err := Import("x", auditFormat.Name, strings.NewReader(c.in))
			if errorText(err) != c.want {
				t.Errorf("got  %v\nwant %v", err, c.want)
			}
			if tr != nil {
				t.Errorf("got a trace beside the error: %+v", tr)
			}
		})
	}
}

// TestCutEntries cuts an entry of each kind at every byte. Only a cut within
// the last field, which is not imported, cannot be told.
func TestCutEntries(t *testing.T) {
	const start = `2026-01-01T12:00:00Z 200 10.0.0.1:1 "/v2/credentials" "aws-sdk-go/1.55.8 (go1.26.8; linux; amd64)"`
	for _, entry := range []string{
		start + served[:len(served)-1],
		strings.Replace(start, " 200 ", " 429 ", 1) + refused[:len(refused)-1],
	} {
		last := strings.LastIndex(entry, " arn:")
		for n := 1; n < len(entry); n++ {
			tr, err := Import("x", auditFormat.Name, strings.NewReader(entry[:n]+"\n"))
			if err == nil && (last < 0 || n < last+len(" arn:")) {
				t.Errorf("%q: got %+v, want an error", entry[:n], tr.Events)
			}
		}
	}
}

// request is what an audit log and the server that wrote it both know.
type request struct {
	second int
	task   string
	path   string
	status int
}

// TestRecordedAuditLog imports a log of the real agent and compares it with
// what the agent's server counted itself.
func TestRecordedAuditLog(t *testing.T) {
	f, err := os.Open("testdata/ecs-40-60.audit.log.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	tr, err := Import(f.Name(), "", f)
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[request]int)
	refusals := 0
	for _, e := range tr.Events {
		if e.Status == 429 {
			refusals++
		}
		got[request{int(e.T / time.Second), e.Task, e.Path, e.Status}]++
	}
	if len(tr.Events) != 8335 || refusals != 681 {
		t.Errorf("got %d events and %d refusals, want 8335 and 681", len(tr.Events), refusals)
	}
	want := readTruth(t, "testdata/ecs-40-60.truth.tsv.gz")
	for r, n := range want {
		if got[r] != n {
			t.Errorf("%+v: got %d, want %d", r, got[r], n)
		}
	}
	for r, n := range got {
		if want[r] == 0 {
			t.Errorf("%+v: got %d, want none", r, n)
		}
	}
	if start := time.Date(2026, 11, 20, 23, 58, 26, 0, time.UTC); !tr.Header.Start.Equal(start) {
		t.Errorf("start: got %v, want %v", tr.Header.Start, start)
	}
	tape := record(t, tr)
	if got, want := len(tape.Tasks()), 23; got != want {
		t.Errorf("got %d tasks, want %d", got, want)
	}
	if got, want := tape.Length(), 227*time.Second; got != want {
		t.Errorf("length: got %v, want %v", got, want)
	}
	rewrite(t, tr)
}

// readTruth reads the counts of a server.
func readTruth(t *testing.T, name string) map[request]int {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	counts := make(map[request]int)
	lines := bufio.NewScanner(z)
	for lines.Scan() {
		var r request
		var n int
		if _, err := fmt.Sscanf(lines.Text(), "%d\t%s\t%s\t%d\t%d", &r.second, &r.task, &r.path, &r.status, &n); err != nil {
			t.Fatalf("%s: %v", lines.Text(), err)
		}
		counts[r] = n
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return counts
}

func TestRecordedKindsOfEntry(t *testing.T) {
	f, err := os.Open("testdata/ecs-5-10.excerpt.audit.log")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	tr, err := Import(f.Name(), auditFormat.Name, f)
	if err != nil {
		t.Fatal(err)
	}
	agents := make(map[string]int)
	statuses := make(map[int]int)
	for _, e := range tr.Events {
		agents[e.Headers["User-Agent"]]++
		statuses[e.Status]++
	}
	wantAgents := map[string]int{
		"": 4, "Go-http-client/1.1": 10, "Ruby": 2, "curl/7.88.1": 2,
		"aws-sdk-go/1.55.8 (go1.26.8; linux; amd64)": 4, "aws-sdk-nodejs/2.1693.0 linux/v20.20.2": 2,
		"python-urllib3/1.26.12": 4, "python-urllib3/2.7.0": 4,
	}
	if !reflect.DeepEqual(agents, wantAgents) {
		t.Errorf("got %v, want %v", agents, wantAgents)
	}
	if want := map[int]int{200: 14, 400: 2, 429: 14, 503: 2}; !reflect.DeepEqual(statuses, want) {
		t.Errorf("got %v, want %v", statuses, want)
	}
}

// FuzzImportAudit checks that what is imported is a trace.
func FuzzImportAudit(f *testing.F) {
	log, err := os.ReadFile("testdata/ecs-5-10.excerpt.audit.log")
	if err != nil {
		f.Fatal(err)
	}
	for line := range bytes.Lines(log) {
		f.Add(line)
	}
	f.Add([]byte(`2026-01-01T12:00:09Z 429 - "/a" b" """` + refused + `2026-01-01T12:00:08Z 200 [::1]:1 "//%` + "\xff" + `" "` + "\xff" + `"` + served))
	f.Fuzz(func(t *testing.T, in []byte) {
		tr, err := Import("x", auditFormat.Name, bytes.NewReader(in))
		if err != nil {
			if tr != nil {
				t.Fatalf("a trace beside the error %v", err)
			}
			return
		}
		rewrite(t, tr)
	})
}

func BenchmarkImportAudit(b *testing.B) {
	log, err := os.ReadFile("testdata/ecs-40-60.audit.log.gz")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Import("x", auditFormat.Name, bytes.NewReader(log)); err != nil {
			b.Fatal(err)
		}
	}
}
