package recording

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tenement/internal/service"
)

// timedLayout is the log_format of testdata/nginx.log.
const timedLayout = `log_format timed '$msec $remote_addr:$remote_port $status $request_time $upstream_response_time '
	'$body_bytes_sent $connection:$connection_requests "$request_method" "$request_uri" "$http_user_agent"';`

// samples are files that begin recordings of each format. Those of nginx, GoReplay
// and vegeta were recorded; the others are written by hand after the documented
// layout.
var samples = []struct {
	file, format, layout string
	statuses             map[int]int // how many entries have that status
	other                []string    // kinds of foreign lines, and damage
	first                Entry
}{
	{
		"combined.log", "combined", "", map[int]int{200: 33, 429: 9}, nil,
		Entry{At: at("00:00:54"), Step: time.Second, Ended: true, Method: "GET", Path: "/v2/credentials/cred-5", Status: 200, Addr: "127.0.0.13", Agent: "Go-http-client/1.1"},
	},
	{
		"nginx.log", "nginx", timedLayout, map[int]int{200: 33, 429: 9}, nil,
		Entry{At: at("00:00:54.613"), Step: time.Millisecond, Method: "GET", Path: "/v2/credentials/cred-5", Status: 200, Lat: 7 * time.Millisecond, Addr: "127.0.0.13", Agent: "Go-http-client/1.1"},
	},
	{
		"alb.log", "alb", "", map[int]int{200: 2, 429: 1, 503: 1}, []string{"connections without a request"},
		Entry{At: at("00:00:51.725"), Step: time.Microsecond, Method: "GET", Path: "/v4/1d8932f2ebde3ef203d2306460eb6f89-2495160604/task", Status: 200, Lat: 2 * time.Millisecond, Addr: "10.0.1.7", Agent: "Go-http-client/1.1"},
	},
	{
		"caddy.log", "json", "", map[int]int{200: 1, 429: 1}, []string{"json: other messages"},
		Entry{At: at("00:00:51.73"), Step: time.Microsecond, Method: "GET", Path: "/v2/credentials/cred-1", Status: 200, Lat: 502 * time.Microsecond, Addr: "10.0.1.7", Agent: "curl/7.82.0"},
	},
	{
		"envoy.log", "json", "", map[int]int{0: 1, 200: 1}, nil,
		Entry{At: at("00:00:51.728"), Step: time.Millisecond, Method: "GET", Path: "/v4/1d8932f2ebde3ef203d2306460eb6f89-2495160604/stats", Status: 200, Lat: 2 * time.Millisecond, Addr: "10.0.1.7", Agent: "Datadog Agent/7.50.0"},
	},
	{
		"traefik.log", "json", "", map[int]int{200: 1, 429: 1}, nil,
		Entry{At: at("00:00:51.728102345"), Method: "GET", Path: "/v1/credentials?id=cred-1", Status: 200, Lat: 1520123, Addr: "10.0.1.7", Agent: "aws-cli/2.9.19"},
	},
	{
		"nginx.jsonl", "json", "", map[int]int{200: 2, 429: 1}, nil,
		Entry{At: at("00:00:52.728"), Step: time.Millisecond, Method: "GET", Path: "/v2/credentials/cred-1", Status: 200, Lat: 2 * time.Millisecond, Addr: "10.0.1.7", Agent: "minio-go/7.4.1"},
	},
	{
		"slog.jsonl", "json", "", map[int]int{200: 1, 503: 1}, []string{"json: other messages"},
		Entry{At: at("00:00:51.726602345"), Service: service.IMDS, Method: "GET", Path: "/latest/meta-data/instance-id", Status: 200, Lat: 1500 * time.Microsecond, Addr: "10.0.1.7", Agent: "aws-sdk-go-v2/1.30.1"},
	},
	{
		"chrome.har", "har", "", map[int]int{0: 1, 200: 1}, nil,
		Entry{At: at("00:00:51.7305"), Step: time.Millisecond, Method: "GET", Path: "/v4/1d8932f2ebde3ef203d2306460eb6f89-2495160604/task?x=1", Status: 200, Lat: 10 * time.Millisecond, Agent: "Mozilla/5.0 (X11; Linux x86_64)"},
	},
	{
		"rows.csv", "csv", "", map[int]int{200: 1, 429: 1}, []string{"csv: names of columns"},
		Entry{At: at("00:00:51.728"), Step: time.Millisecond, Method: "GET", Path: "/v2/credentials/cred-1", Status: 200, Lat: 1500 * time.Microsecond, Addr: "10.0.1.7", Agent: `curl/7.88.1; "quoted"`},
	},
	{
		"requests.gor", "goreplay", "", map[int]int{0: 24}, nil,
		Entry{At: at("00:00:51.938030879"), Method: "GET", Path: "/v4/ac4135789f4b9540a61d4c856348a8c1-2495160605/stats", Addr: "127.0.0.3", Agent: "Go-http-client/1.1"},
	},
	{
		"responses.gor", "goreplay", "", map[int]int{200: 8, 429: 3}, nil,
		Entry{At: at("00:00:53.2802266"), Method: "GET", Path: "/v4/8661c528721c59f12dcd302c94431ed7-2495160606/task", Status: 200, Lat: 943608, Addr: "127.0.0.4", Agent: "Go-http-client/1.1"},
	},
	{
		"vegeta.jsonl", "vegeta-json", "", map[int]int{200: 10, 400: 2, 429: 2}, nil,
		Entry{At: at("00:00:53.520866843"), Method: "GET", Path: "/v2/credentials/cred-51", Status: 200, Lat: 2271680, Addr: "127.0.0.1"},
	},
	{
		"vegeta.csv", "vegeta-csv", "", map[int]int{200: 7, 400: 1}, nil,
		Entry{At: at("00:00:53.520866843"), Method: "GET", Path: "/v2/credentials/cred-51", Status: 200, Lat: 2271680, Addr: "127.0.0.1"},
	},
	{
		"vegeta.bin", "vegeta-gob", "", map[int]int{200: 6, 400: 1}, nil,
		Entry{At: at("00:00:53.520866843"), Method: "GET", Path: "/v2/credentials/cred-51", Status: 200, Lat: 2271680, Addr: "127.0.0.1"},
	},
	{
		"vegeta-targets.http", "vegeta-targets", "rate=50/s", map[int]int{0: 6}, nil,
		Entry{At: time.Unix(0, 0).UTC(), Method: "GET", Path: "/v2/credentials/cred-51"},
	},
	{
		"vegeta-targets.jsonl", "vegeta-targets-json", "rate=1/s,for=1m", map[int]int{0: 60}, nil,
		Entry{At: time.Unix(0, 0).UTC(), Method: "GET", Path: "/v2/credentials/cred-51", Agent: "json-target/1"},
	},
}

// at is a time of the day on which the samples were recorded.
func at(clock string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, "2026-11-21T"+clock+"Z")
	if err != nil {
		panic(err)
	}
	return t
}

// TestSamples reads every sample.
func TestSamples(t *testing.T) {
	for _, s := range samples {
		t.Run(s.file, func(t *testing.T) {
			entries, other, err := readAll(format(t, s.format), Options{Layout: s.layout}, readSample(t, s.file))
			if err != nil {
				t.Fatal(err)
			}
			statuses := make(map[int]int)
			for _, e := range entries {
				statuses[e.Status]++
			}
			if !maps.Equal(statuses, s.statuses) {
				t.Errorf("statuses: got %v, want %v", statuses, s.statuses)
			}
			if !slices.Equal(other, s.other) {
				t.Errorf("other lines: got %q, want %q", other, s.other)
			}
			if got, want := fmt.Sprintf("%+v", entries[0]), fmt.Sprintf("%+v", s.first); got != want {
				t.Errorf("first:\n got %s\nwant %s", got, want)
			}
		})
	}
}

// TestSniff asks every format about every sample: its own is recognised, and no
// other, whatever the order of the formats.
func TestSniff(t *testing.T) {
	type sample struct{ file, format string }
	all := []sample{
		{"ecs-5-10.excerpt.audit.log", "audit"}, {"agent.log", "agent"}, {"pod-identity.log", "pod-identity"},
		{"mockimds.log", "mockimds"}, {"mockimds-requests.jsonl", "mockimds-requests"}, {"kube2iam.log", "kube2iam"},
	}
	for _, s := range samples {
		all = append(all, sample{s.file, s.format})
	}
	for _, s := range all {
		head := readSample(t, s.file)
		head = head[:min(len(head), 4<<10)]
		claimed := s.format == "nginx" // it has to be named
		for _, f := range Formats() {
			if f.Sniff == nil {
				continue
			}
			recognised := f.Sniff([]byte(head))
			if f.Lines != nil { // one of the first lines is enough
				for line := range strings.Lines(head) {
					recognised = recognised || f.Sniff([]byte(line))
				}
			}
			switch {
			case recognised && f.Name == s.format:
				claimed = true
			case recognised:
				t.Errorf("%s: claimed by %s", s.file, f.Name)
			}
		}
		if !claimed {
			t.Errorf("%s: not recognised as %s", s.file, s.format)
		}
	}
}

// TestSniffOthers asks about lines of the programs that hand out credentials, and of
// files that are no recordings.
func TestSniffOthers(t *testing.T) {
	for _, row := range []struct{ format, line string }{
		{"audit", `2026-11-21T00:00:51Z 429 127.0.0.2:40591 "/v2/credentials" "Go-http-client/1.1" - `},
		{"agent", `level=info time=2026-11-21T00:00:51Z msg="Handling http request" method="GET" from="127.0.0.2:40591"`},
		{"pod-identity", `{"client-addr":"10.0.0.5:53412","cluster-name":"c","level":"info","msg":"handling new request request from 10.0.0.5:53412","time":"2026-01-01T12:00:00Z"}`},
		{"mockimds", `{"time":"2026-11-21T00:00:51.5Z","at_s":1.5,"host":0,"source":"127.0.0.1","method":"GET","path":"/v2/credentials","status":429,"verdict":"reject"}`},
		{"mockimds-requests", `{"time":"2026-11-21T00:00:51.500000000Z","at_s":1.5,"host":0,"service":"ecs","seq":1,"outcome":"served","status":200,"method":"GET","path":"/v2/credentials"}`},
		{"kube2iam", `time="2026-11-21T00:00:51Z" level=info msg="GET /latest/meta-data/ (200) took 4823 ns" req.method=GET req.path=/latest/meta-data/ req.remote=10.0.0.5 res.duration=4823 res.status=200`},
		{"", `{"version":1,"source":"audit: audit.log","start":"2026-01-01T12:00:00Z","resolution_s":1}`},
		{"", `{"t":1.25,"task":"10.0.0.8","method":"GET","path":"/v4/0123-abc/task","status":429,"lat_us":180}`},
		{"", `{"t":1.147032,"src":"127.0.0.3","method":"GET","path":"/v4/ac41-2495160605/task","ua":"Go-http-client/1.1","status":200,"latency_us":100}`},
		{"", `time,src,seen`},
		{"", `GET / HTTP/1.1`},
		{"", ``},
	} {
		for _, f := range Formats() {
			if f.Sniff != nil && f.Sniff([]byte(row.line)) != (f.Name == row.format) {
				t.Errorf("%s: %s says %v", row.line, f.Name, f.Name != row.format)
			}
		}
	}
}

// TestDetected reads every sample as a user's file, whose format nobody named.
func TestDetected(t *testing.T) {
	for _, s := range samples {
		r, err := NewReader(strings.NewReader(readSample(t, s.file)), "", Options{Layout: s.layout})
		if err != nil {
			t.Errorf("%s: %v", s.file, err)
			continue
		}
		if r.Format != s.format || len(r.Wrapped) > 0 {
			t.Errorf("%s: got format %s within %q, want %s", s.file, r.Format, r.Wrapped, s.format)
		}
		statuses := make(map[int]int)
		for {
			var e Entry
			_, err := r.Next(&e)
			if errors.Is(err, io.EOF) {
				break
			}
			if err == nil {
				statuses[e.Status]++
			}
		}
		if !maps.Equal(statuses, s.statuses) {
			t.Errorf("%s: statuses: got %v, want %v", s.file, statuses, s.statuses)
		}
	}
}

// TestLaidOut reads lines that only their layout makes a request of, within a wrapper
// and behind a prefix too.
func TestLaidOut(t *testing.T) {
	for _, row := range []struct{ from, layout, text, format string }{
		{"", "$msec $request_uri", "1795219251.728 /a\n1795219251.728 /b\n", "nginx"},
		{"", "$msec $request_uri", "host: 1795219251.728 /a\nhost: 1795219251.728 /b\n", "nginx"},
		{"nginx", "$msec $request_uri", `{"log":"1795219251.728 /a\n","stream":"stdout","time":"2026-11-21T00:00:51.7Z"}` + "\n", "nginx"},
		{"", "time=w,path=p.q", `{"w":1795219251.728,"p":{"q":"/a"}}` + "\n", "json"},
		{"json", "time=w,path=p.q", `{"w":1795219251.728,"p":{"q":"/a"}}` + "\n", "json"},
		{"json", "time=w,path=p.q", `web-1 | {"w":1795219251.728,"p":{"q":"/a"}}` + "\n", "json"},
		{"json", "time=w,path=message", `{"w":1795219251.728,"message":"/a"}` + "\n", "json"},
		{"", "time=2,path=1", "/a,1795219251.728\n", "csv"},
		{"csv", "time=when,path=what", "when;what\n1795219251.728;/a\n", "csv"},
	} {
		r, err := NewReader(strings.NewReader(row.text), row.from, Options{Layout: row.layout})
		if err != nil {
			t.Errorf("%s as %q: %v", row.text, row.from, err)
			continue
		}
		for {
			var e Entry
			_, err := r.Next(&e)
			if _, foreign := IsForeign(err); foreign {
				continue
			}
			if err != nil || r.Format != row.format || e.Path != "/a" || !e.At.Equal(at("00:00:51.728")) {
				t.Errorf("%s as %q: got %+v of %s, %v", row.text, row.from, e, r.Format, err)
			}
			break
		}
	}
}

// TestMisfits gives layouts that do not fit, and lines that need one.
func TestMisfits(t *testing.T) {
	for _, row := range []struct{ layout, text, want string }{
		{"$msec [$request_uri]", "1795219251.728 /a", "the layout does not fit the first line: the line is cut short, or of another format: \" [\" does not follow $msec"},
		{"time=w,path=p", `{"w":"now","p":"/a"}`, `the layout does not fit the first line: time: want a time such as 2026-01-01T12:00:00Z, got "now"`},
		{"x", "2026-11-21T00:00:51Z 200 10.0.0.7:1 \"/v2/credentials\" \"-\" - GetCredentials 2 c i", `layout: want KEY=FIELD, as in time=ts,path=req.url, got "x"`},
		{"", `1795219251.728 "GET /a"`, `the first line is not of a known format: "1795219251.728 \"GET /a\""; if that is a format of your own, such as a log_format of nginx, give it with --layout`},
	} {
		_, err := NewReader(strings.NewReader(row.text+"\n"), "", Options{Layout: row.layout})
		if err == nil || err.Error() != row.want {
			t.Errorf("%s by %q: got error %v, want %s", row.text, row.layout, err, row.want)
		}
	}
}

// TestNamedWrongly names another format than the recording's, which may be wrapped.
func TestNamedWrongly(t *testing.T) {
	const line = `2026-11-21T00:00:51Z 429 127.0.0.2:40591 "/v2/credentials" "-" - `
	for _, row := range []struct{ text, want string }{
		{line, `not of the format combined, but it looks like audit: "2026-11-21T00:00:51Z 429 `},
		{"2026-11-21T00:00:51.5Z stdout F " + line, `not of the format combined, but it looks like audit: "2026-11-21T00:00:51.5Z stdout `},
		{"hello", `the first line is not of the format combined: "hello"`},
	} {
		_, err := NewReader(strings.NewReader(row.text+"\n"), "combined", Options{})
		if err == nil || !strings.HasPrefix(err.Error(), row.want) {
			t.Errorf("%s: got error %v, want %s", row.text, err, row.want)
		}
	}
}

// TestUnwantedLayout gives a layout to formats that take none, named or found.
func TestUnwantedLayout(t *testing.T) {
	text := readSample(t, "combined.log")
	for _, row := range []struct{ from, layout string }{{"", "rate=50/s"}, {"combined", "rate=50/s"}, {"combined", "time=ts,path=url"}, {"combined", "$msec $request"}} {
		_, err := NewReader(strings.NewReader(text), row.from, Options{Layout: row.layout})
		if err == nil || err.Error() != "a layout was given, and the format combined takes none" {
			t.Errorf("%s as %q: got error %v", row.layout, row.from, err)
		}
	}
}

// format is the format of a name.
func format(t testing.TB, name string) Format {
	t.Helper()
	i := slices.IndexFunc(Formats(), func(f Format) bool { return f.Name == name })
	if i < 0 {
		t.Fatalf("no format %q", name)
	}
	return Formats()[i]
}

// readSample is a file of testdata.
func readSample(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// readAll reads a recording: its entries, and what it says of other lines.
func readAll(f Format, o Options, text string) (entries []Entry, other []string, err error) {
	next, err := decoder(f, o, text)
	if err != nil {
		return nil, nil, err
	}
	for {
		var e Entry
		_, err := next(&e)
		damage := (*Damage)(nil)
		switch kind, foreign := IsForeign(err); {
		case err == nil:
			entries = append(entries, e)
		case errors.Is(err, io.EOF):
			return entries, other, nil
		case foreign:
			other = append(other, kind)
		case errors.As(err, &damage):
			other = append(other, damage.Text)
		default:
			return entries, other, err
		}
	}
}

// decoder reads records of lines too.
func decoder(f Format, o Options, text string) (RecordDecoder, error) {
	if f.Records != nil {
		return f.Records(o, strings.NewReader(text))
	}
	decode, err := f.Lines(o)
	if err != nil {
		return nil, err
	}
	n := 0
	return func(e *Entry) (int, error) {
		if text == "" {
			return n, io.EOF
		}
		var line string
		line, text, _ = strings.Cut(text, "\n")
		n++
		return n, decode([]byte(strings.TrimSuffix(line, "\r")), e)
	}, nil
}
