package recording

import (
	"bufio"
	"compress/gzip"
	"errors"
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
	served      = " " + taskARN + " GetCredentials 2 default " + instanceARN
	refused     = " - "
)

// auditLine reads one entry.
func auditLine(t testing.TB, l string) (Entry, error) {
	t.Helper()
	decode, err := auditFormat.Lines(Options{})
	if err != nil {
		t.Fatal(err)
	}
	var e Entry
	err = decode([]byte(l), &e)
	return e, err
}

func TestAudit(t *testing.T) {
	entry := func(addr, path string, status int, agent string) Entry {
		return Entry{
			At: time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC), Step: time.Second, Ended: true, Addr: addr, Path: path,
			Cut: path == "/v2/credentials" || path == "/v1/credentials", Status: status, Agent: agent,
		}
	}
	given := func(e Entry) Entry {
		e.Task, e.Instance = taskARN, instanceARN
		return e
	}
	execution := given(entry("172.17.0.3", "/v2/credentials", 200, "a b/c (d; e)"))
	execution.Instance, execution.Execution = "", true
	const at = "2026-01-01T12:00:00Z "
	for _, c := range []struct {
		name, in string
		want     Entry
	}{
		{"served", at + `200 172.17.0.3:50000 "/v2/credentials" "Boto3/1.34.0"` + served,
			given(entry("172.17.0.3", "/v2/credentials", 200, "Boto3/1.34.0"))},
		{"served to an execution role", at + `200 172.17.0.3:50000 "/v2/credentials" "a b/c (d; e)" ` + taskARN + " GetCredentialsExecutionRole 2 - -", execution},
		{"refused", at + `429 172.17.0.3:50000 "/v4/0123-abc/task" "x"` + refused, entry("172.17.0.3", "/v4/0123-abc/task", 429, "x")},
		{"refused, the last space lost", at + `429 172.17.0.3:50000 "/v4/0123-abc/task" "x" -`, entry("172.17.0.3", "/v4/0123-abc/task", 429, "x")},
		{"no user agent", at + `400 172.17.0.3:50000 "/v1/credentials" ""` + refused, entry("172.17.0.3", "/v1/credentials", 400, "")},
		{"user agent with quotes and spaces", at + `429 10.0.0.1:1 "/v2/credentials" "a "b c" - "" d"` + refused, entry("10.0.0.1", "/v2/credentials", 429, `a "b c" - "" d`)},
		{"user agent that looks like a tail", at + `200 10.0.0.1:1 "/v2/credentials" "x" - GetCredentials 2 default -"` + served,
			given(entry("10.0.0.1", "/v2/credentials", 200, `x" - GetCredentials 2 default -`))},
		{"user agent that is one quote", at + `429 10.0.0.1:1 "/v2/credentials" """` + refused, entry("10.0.0.1", "/v2/credentials", 429, `"`)},
		{"user agent that is not UTF-8", at + `429 10.0.0.1:1 "/v2/credentials" "a` + "\xff\x01b" + `"` + refused, entry("10.0.0.1", "/v2/credentials", 429, "a\uFFFD\uFFFDb")},
		{"path with a space", at + `429 10.0.0.1:1 "/v4/a b" ""` + refused, entry("10.0.0.1", "/v4/a%20b", 429, "")},
		{"path with a quote, a percent sign and no UTF-8", at + `429 10.0.0.1:1 "/v4/"%?#` + "\xff" + `" ""` + refused, entry("10.0.0.1", "/v4/%22%25%3F%23%FF", 429, "")},
		{"IPv6", at + `429 [2001:db8::7]:443 "/v2/credentials" ""` + refused, entry("2001:db8::7", "/v2/credentials", 429, "")},
		{"IPv6 with a zone", at + `429 [fe80::1%eth0]:443 "/v2/credentials" ""` + refused, entry("fe80::1%eth0", "/v2/credentials", 429, "")},
		{"no source", at + `429 - "/v2/credentials" ""` + refused, entry("", "/v2/credentials", 429, "")},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := auditLine(t, c.in)
			if err != nil || !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v, %v\nwant %+v", got, err, c.want)
			}
		})
	}
}

func TestAuditDamage(t *testing.T) {
	const at = "2026-01-01T12:00:00Z "
	for _, c := range []struct {
		name, in string
		col      int
		want     string
	}{
		{"time with a fraction", `2026-01-01T12:00:00.5Z 429 10.0.0.1:5 "/x" "" - `, 1,
			`time: want one as in 2026-01-01T12:00:00Z, got "2026-01-01T12:00:00.5Z"; the beginning of the line may be lost`},
		{"the beginning lost", `:00Z 429 10.0.0.1:5 "/x" "" - `, 1, `time: want one as in 2026-01-01T12:00:00Z, got ":00Z"; the beginning of the line may be lost`},
		{"one word", `hello`, 1, `want an entry that begins with a time as in 2026-01-01T12:00:00Z: got "hello"`},
		{"a strange status", at + `4x9 10.0.0.1:5 "/x" "" - `, 22, `status: want a number of three digits, got "4x9"`},
		{"status below 100", at + `099 10.0.0.1:1 "/x" ""` + refused, 22, `status: want a number of three digits, got "099"`},
		{"host for an address", at + `429 localhost:1 "/x" ""` + refused, 26, `source: want ip:port or -, got "localhost:1"`},
		{"cut in the source", at + "429 10.0.0.1:1", 36, "the line is cut short: want time, status, source, path, user agent and task"},
		{"path without quotes", at + `429 10.0.0.1:1 /x "" - `, 37, `want a quoted path and a quoted user agent, got "/x \"\""`},
		{"path that is none", at + `429 10.0.0.1:1 "x" "" - `, 38, `path: "x" does not start with /`},
		{"cut in the path", at + `429 10.0.0.1:1 "/v2/cre`, 45, "the line is cut short: want ten fields, or six"},
		{"nothing but an end", at + `429 - " - `, 28, `want a quoted path and a quoted user agent, got "\""`},
		{"a strange task", at + `429 10.0.0.1:1 "/x" "" task `, 45, `task: cannot be "task"`},
		{"served without a tail", at + `200 10.0.0.1:1 "/x" "" ` + taskARN + " ", 95, "the line is cut short: credentials were served, but the fields after the task are missing"},
		{"served to nobody", at + `200 10.0.0.1:1 "/x" "" - `, 47, "the line is cut short: credentials were served, but it does not say whose"},
		{"a strange tail", at + `200 10.0.0.1:1 "/x" "" - SetCredentials two  instance`, 47, `event: cannot be "SetCredentials"`},
		{"a path broken by a line feed", at + `429 10.0.0.1:1 "/v4/a`, 43, "the line is cut short: want ten fields, or six"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := auditLine(t, c.in)
			d := new(Damage)
			if !errors.As(err, &d) || d.Text != c.want || d.Col != c.col {
				t.Errorf("got %+v, %#v, want %d: %s", got, err, c.col, c.want)
			}
		})
	}
}

// TestCutEntries cuts an entry of each kind at every byte. Only a cut within the last
// field, and that of the last space, cannot be told.
func TestCutEntries(t *testing.T) {
	const start = `2026-01-01T12:00:00Z 200 10.0.0.1:1 "/v2/credentials" "aws-sdk-go/1.55.8 (go1.26.8; linux; amd64)"`
	for _, l := range []string{start + served, strings.Replace(start, " 200 ", " 429 ", 1) + refused} {
		last := strings.LastIndex(l, " arn:") + len(" arn:")
		if strings.HasSuffix(l, refused) {
			last = len(l) - 1
		}
		for n := 1; n < last; n++ {
			if got, err := auditLine(t, l[:n]); err == nil {
				t.Errorf("%q: got %+v, want an error", l[:n], got)
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

// TestRecordedAuditLog reads a log of the real agent and compares it with what the
// agent's server counted itself.
func TestRecordedAuditLog(t *testing.T) {
	text, err := os.ReadFile("testdata/ecs-40-60.audit.log.gz")
	if err != nil {
		t.Fatal(err)
	}
	entries, r, other, err := readWrapped(t, text)
	if err != nil || len(other) > 0 || r.Format != "audit" {
		t.Fatalf("format %s, other lines %q, %v", r.Format, other, err)
	}
	got := make(map[request]int)
	refusals, tasks := 0, make(map[string]bool)
	for _, e := range entries {
		if e.Status == 429 {
			refusals++
		}
		tasks[e.Task] = true
		got[request{int(e.At.Sub(entries[0].At) / time.Second), e.Addr, e.Path, e.Status}]++
	}
	if len(entries) != 8335 || refusals != 681 || len(tasks) != 28 {
		t.Errorf("got %d entries, %d refusals and %d tasks, want 8335, 681 and 28 (one of them none)", len(entries), refusals, len(tasks))
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
	entries, _, other, err := readWrapped(t, []byte(readSample(t, "ecs-5-10.excerpt.audit.log")))
	if err != nil || len(other) > 0 {
		t.Fatalf("other lines %q, %v", other, err)
	}
	agents := make(map[string]int)
	statuses := make(map[int]int)
	for _, e := range entries {
		agents[e.Agent]++
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
