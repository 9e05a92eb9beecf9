package recording

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"tenement/internal/service"
)

// TestDamage reads lines that are damaged, hostile or about no request.
func TestDamage(t *testing.T) {
	const alb = `http 2026-11-21T00:00:51.7Z app/a 10.0.1.7:1 10.0.2.9:80 0 0 0 200 200 1 2 "GET http://a:80/b HTTP/1.1" "x`
	for _, row := range []struct{ name, format, layout, line, want string }{
		{"empty", "combined", "", ``, `the line is cut short: want an address, two names and a time in brackets`},
		{"cut in the time", "combined", "", `10.0.0.7 - - [21/Nov/2026:00:0`, `the line is cut short: the time has no closing bracket`},
		{"cut in the path", "combined", "", `10.0.0.7 - - [21/Nov/2026:00:00:51 +0000] "GET /v2/cre`, `the line is cut short: want a quoted request after the time`},
		{"cut after the status", "combined", "", `10.0.0.7 - - [21/Nov/2026:00:00:51 +0000] "GET / HTTP/1.1" 200`, `the line is cut short: want a status and a number of bytes after the request`},
		{"cut in the agent", "combined", "", `10.0.0.7 - - [21/Nov/2026:00:00:51 +0000] "GET / HTTP/1.1" 200 5 "-" "Go-ht`, `the line is cut short: want a quoted user agent after the referer`},
		{"month", "combined", "", `10.0.0.7 - - [21/Nvo/2026:00:00:51 +0000] "GET / HTTP/1.1" 200 5`, `time: want a time such as 2026-01-01T12:00:00Z, got "21/Nvo/2026:00:00:51 +0000"`},
		{"day", "combined", "", `10.0.0.7 - - [31/Nov/2026:00:00:51 +0000] "GET / HTTP/1.1" 200 5`, `time: want a time such as 2026-01-01T12:00:00Z, got "31/Nov/2026:00:00:51 +0000"`},
		{"year", "combined", "", `10.0.0.7 - - [21/Nov/9026:00:00:51 +0000] "GET / HTTP/1.1" 200 5`, `time: the year is 9026, want 1970 to 2261`},
		{"status", "combined", "", `10.0.0.7 - - [21/Nov/2026:00:00:51 +0000] "GET / HTTP/1.1" 2000 5`, `status: want a number of three digits, got "2000"`},
		{"path", "combined", "", `10.0.0.7 - - [21/Nov/2026:00:00:51 +0000] "GET /a%zz HTTP/1.1" 200 5`, `path: "/a%zz" cannot be sent: it has a % that escapes nothing`},
		{"TLS", "combined", "", `10.0.0.7 - - [21/Nov/2026:00:00:51 +0000] "\x16\x03\x01" 400 5 "-" "-"`, `connections without a request`},
		{"no request", "combined", "", `10.0.0.7 - - [21/Nov/2026:00:00:51 +0000] "-" 408 0 "-" "-"`, `connections without a request`},
		{"OPTIONS", "combined", "", `10.0.0.7 - - [21/Nov/2026:00:00:51 +0000] "OPTIONS * HTTP/1.1" 200 0 "-" "-"`, `requests without a path`},
		{"CONNECT", "combined", "", `10.0.0.7 - - [21/Nov/2026:00:00:51 +0000] "CONNECT a:443 HTTP/1.1" 200 0 "-" "-"`, `requests without a path`},
		{"prefix", "combined", "", `web-1  | 10.0.0.7 - - [21/Nov/2026:00:00:51 +0000] "GET / HTTP/1.1" 200 5`, `want an address and two names before the time, got "web-1  | 10.0.0.7 - -"`},
		{"agent chatter", "combined", "", `level=info time=2026-11-21T00:00:51Z msg="a [x] y"`, `the line is cut short: want a quoted request after the time`},
		{"nginx: cut", "nginx", `$msec "$request" $status`, `1795219251.728 "GET /`, `the line is cut short, or of another format: "\" " does not follow $request`},
		{"nginx: more", "nginx", `[$msec] $request_uri $status|`, `[1795219251.728] / 200| 17`, `the line is cut short, or of another format: "|" does not follow $status`},
		{"nginx: other", "nginx", `[$msec] $request_uri`, `1795219251.728 /`, `the line is of another format: want "[" first`},
		{"json: cut", "json", "", `{"time":"2026-11-21T00:00:51Z","path":"/`, `the line is cut short: its JSON does not end`},
		{"json: broken", "json", "", `{"time":"2026-11-21T00:00:51Z" "path":"/"}`, `JSON: want a comma or a closing brace`},
		{"json: none", "json", "", `hello`, `want a JSON object`},
		{"json: no time", "json", "", `{"path":"/a"}`, `the line has no time`},
		{"json: unit", "json", "", `{"time":"2026-11-21T00:00:51Z","path":"/a","duration":12}`, `latency: the unit of "12" is not known: say latency_s, latency_ms, latency_us or latency_ns in the layout`},
		{"json: negative", "json", "", `{"start_time":"2026-11-21T00:00:51Z","path":"/a","duration":-12}`, `latency: want 0 s to a day, got "-12"`},
		{"alb: cut", "alb", "", alb, `the line is cut short: it has 13 fields, want 22 or more`},
		{"alb: other", "alb", "", `tls 2.0 2026-11-21T00:00:51`, `want a type such as https first, got "tls"`},
		{"csv: cut", "csv", "time=1,path=4", "2026-11-21T00:00:51Z,a,b", `the line is cut short: it has 3 columns, want 4 or more`},
		{"csv: open quote", "csv", "time=1,path=2", "\"2026-11-21T00:00:51Z,/a", `the line is cut short: a quoted text does not end`},
		{"goreplay: junk", "goreplay", "", "junk\n🐵🙈🙉\n", `want the first line of a record (kind, ID and time), got "junk"`},
		{"goreplay: cut", "goreplay", "", "1 86c30f517f00000396b72f51 1795219251938030879 0\nGET / HTTP/1.1\n", `the file is cut short: the last record does not end`},
		{"goreplay: replayed", "goreplay", "", "3 86c30f517f00000396b72f51 1795219251938030879 0\nHTTP/1.1 200 OK\n🐵🙈🙉\n", `goreplay: responses to replayed requests`},
		{"vegeta: cut", "vegeta-json", "", `{"attack":"a","seq":1,"code":200,"timestamp":"2026-11-`, `the line is cut short: the JSON object does not end`},
		{"vegeta: old", "vegeta-json", "", `{"attack":"a","seq":1,"code":200,"timestamp":"2026-11-21T00:00:51Z","latency":1}`, `the result does not say what was asked for: it is of a vegeta before 12.8, or cut short`},
		{"vegeta: CSV cut", "vegeta-csv", "", `1795219253520866843,200,2271680,0,274,,eyJS`, `the line is cut short: it has 7 columns, want 12`},
		{"vegeta: target", "vegeta-targets", "rate=1/s", "GET /a\n", `want a target, as in GET http://host/path, got "GET /a"`},
		{"vegeta: JSON target", "vegeta-targets-json", "rate=1/s", `{"method":"GET"}`, `a target needs a method and a url`},
		{"har: entry", "har", "", `{"log":{"entries":[{"startedDateTime":1}]}}`, `entry: startedDateTime cannot be number`},
		{"har: endless", "har", "", `{"log":{"entries":[{"startedDateTime":"2026-11-21T00:00:51Z","time":1e300,"request":{"url":"/a"}}]}}`, `timings: longer than a day`},
	} {
		t.Run(row.name, func(t *testing.T) {
			entries, other, err := readAll(format(t, row.format), Options{Layout: row.layout}, row.line+"\n")
			if err != nil || len(entries) > 0 || len(other) != 1 || other[0] != row.want {
				t.Errorf("got %d entries, %q, error %v, want %q", len(entries), other, err, row.want)
			}
		})
	}
}

// TestUnusual reads lines that are rare, and sound.
func TestUnusual(t *testing.T) {
	for _, row := range []struct {
		name, format, layout, text string
		want                       Entry
	}{
		{
			"common", "combined", "", `10.0.0.7 - john doe [21/Nov/2026:01:00:51 +0100] "HEAD /a?b=c HTTP/1.0" 304 -`,
			Entry{Step: time.Second, Ended: true, Method: "HEAD", Path: "/a?b=c", Status: 304, Addr: "10.0.0.7"},
		},
		{
			"virtual host, quotes", "combined", "", `a:80 fd00::7 - - [21/Nov/2026:00:00:51 +0000] "GET /\"a b\xc3\xa9# HTTP/1.1" 200 5 "-" "x \"y\" \\z \x22" "10.0.0.9" 0.1`,
			Entry{Step: time.Second, Ended: true, Method: "GET", Path: `/"a%20b%C3%A9`, Status: 200, Addr: "fd00::7", Agent: `x "y" \z "`},
		},
		{
			"control characters", "combined", "", `10.0.0.7 - - [21/Nov/2026:00:00:51 +0000] "GET /a\x0ab HTTP/1.1" 200 5 "-" "x\x00\xff"`,
			Entry{Step: time.Second, Ended: true, Method: "GET", Path: "/a%0Ab", Status: 200, Addr: "10.0.0.7", Agent: "x\uFFFD\uFFFD"},
		},
		{
			"Traefik", "combined", "", `10.0.0.7 - - [21/Nov/2026:00:00:51 +0000] "GET /a HTTP/1.1" 200 5 "-" "-" 42 "metadata@file" "http://10.0.2.9:80" 150ms`,
			Entry{Step: time.Second, Method: "GET", Path: "/a", Status: 200, Lat: 150 * time.Millisecond, Addr: "10.0.0.7"},
		},
		{
			"absolute target", "combined", "", `10.0.0.7 - - [21/Nov/2026:00:00:51 +0000] "GET http://169.254.169.254/latest HTTP/1.1" 200 5 "-" "-"`,
			Entry{Step: time.Second, Ended: true, Service: service.IMDS, Method: "GET", Path: "/latest", Status: 200, Addr: "10.0.0.7"},
		},
		{
			"path and query apart", "nginx", `$time_local|$http_x_forwarded_for|$remote_addr|$request_method $uri$is_args$args $status $upstream_response_time`,
			`21/Nov/2026:00:00:51 +0000|-|10.0.0.7|GET /v1/credentials?id=a 200 0.001, 0.002 : 0.003`,
			Entry{Step: time.Second, Method: "GET", Path: "/v1/credentials?id=a", Status: 200, Lat: 6 * time.Millisecond, Addr: "10.0.0.7"},
		},
		{
			"without a query", "nginx", `$time_iso8601 $remote_addr $uri$is_args$args $status $request_time`,
			`2026-11-21T00:00:51+00:00 10.0.0.7 /a%b 200 0.000`,
			Entry{Step: time.Second, Path: "/a%25b", Status: 200, Lat: time.Microsecond, Addr: "10.0.0.7"},
		},
		{
			"cut query", "nginx", `$msec "$uri" "$http_x_forwarded_for" "$remote_addr"`, `1795219251.000 "/v1/credentials" "10.9.9.9, 10.1.1.1" "10.0.0.7"`,
			Entry{Ended: true, Step: time.Millisecond, Path: "/v1/credentials", Cut: true, Addr: "10.9.9.9"},
		},
		{
			"spaces in what is not quoted", "nginx", `$remote_addr $time_local $request $status $upstream_addr $host$request_uri`,
			`10.0.0.7 21/Nov/2026:00:00:51 +0000 GET /a HTTP/1.1 200 10.0.2.9:80, 10.0.2.8:80 169.254.170.23/a`,
			Entry{Step: time.Second, Ended: true, Service: service.PodIdentity, Method: "GET", Path: "/a", Status: 200, Addr: "10.0.0.7"},
		},
		{
			"layout of JSON", "json", "time=ts,path=req.url,method=req.method,status=res.code,latency_ms=took,task=pod",
			`{"ts":1795219251000,"req":{"url":"/a","method":"GET"},"res":{"code":200},"took":1.5,"pod":"p-1"}`,
			Entry{Step: time.Millisecond, Method: "GET", Path: "/a", Status: 200, Lat: 1500 * time.Microsecond, Task: "p-1"},
		},
		{
			"nginx without escape=json", "json", "", ` { "time_iso8601" : "2026-11-21T00:00:51+00:00", "request_uri":"/a\x20b", "x": [[{"a":"]"}]], "y": {"z": null}, "http_user_agent":"x \x22y\x22" }`,
			Entry{Step: time.Second, Ended: true, Path: "/a%20b", Agent: `x "y"`},
		},
		{
			"a token makes it a pod's", "json", "time=ts,path=url,authorization=auth", `{"ts":"1795219251.000000000","url":"/v1/credentials?x","auth":"y"}`,
			Entry{Service: service.PodIdentity, Path: "/v1/credentials?x"},
		},
		{
			"columns by number", "csv", "time=2,path=1", "\n\"/a,b\"\t1795219251000000\n",
			Entry{Step: time.Microsecond, Path: "/a,b"},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			entries, other, err := readAll(format(t, row.format), Options{Layout: row.layout}, row.text)
			if err != nil || len(entries) != 1 {
				t.Fatalf("got %d entries, %q, error %v", len(entries), other, err)
			}
			got, want := entries[0], row.want
			if want.At.IsZero() {
				want.At = at("00:00:51")
			}
			if got.Headers != nil || !equal(got, want) {
				t.Errorf("\n got %+v\nwant %+v", got, want)
			}
		})
	}
}

// equal reports whether two entries without headers are the same.
func equal(a, b Entry) bool {
	at := a.At.Equal(b.At)
	a.At, b.At, a.Headers, b.Headers = time.Time{}, time.Time{}, nil, nil
	return at && a.Status == b.Status && a.Step == b.Step && a.Ended == b.Ended && a.Service == b.Service && a.Method == b.Method && a.Path == b.Path &&
		a.Cut == b.Cut && a.Lat == b.Lat && a.Addr == b.Addr && a.Agent == b.Agent && a.Task == b.Task && a.Instance == b.Instance && a.ID == b.ID
}

// TestLayouts gives layouts that cannot be followed.
func TestLayouts(t *testing.T) {
	for _, row := range []struct{ format, layout, want string }{
		{"nginx", "", "the format needs a layout"},
		{"nginx", `"$request" $status`, "it has no time"},
		{"nginx", `$msec $status`, "it has no path"},
		{"nginx", `$msec$status $request`, "$msec and $status have no text between them"},
		{"nginx", `$msec $ $request`, "a $ without a name"},
		{"nginx", `{"time": $msec, "path": "$request_uri"}`, "the lines are JSON"},
		{"nginx", `log_format a $msec`, "want its name, and then the format in quotes"},
		{"json", "time=ts", "want path=FIELD"},
		{"json", "path=ts", "want time=FIELD"},
		{"json", "tim=ts,path=p", `unknown key "tim"`},
		{"json", "time,path=p", "want KEY=FIELD"},
		{"json", "time=a,time=b,path=p", "time is given twice"},
		{"vegeta-targets", "", "targets have no times"},
		{"vegeta-targets", "for=1s", "targets need a rate"},
		{"vegeta-targets", "rate=0/s", "want one such as 50/s"},
		{"vegeta-targets-json", "rate=1/s,for=-1s", "for: want a duration"},
		{"vegeta-targets-json", "speed=1", `unknown key "speed"`},
	} {
		_, _, err := readAll(format(t, row.format), Options{Layout: row.layout}, "")
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s, layout %q: got error %v, want %q", row.format, row.layout, err, row.want)
		}
	}
}

// TestNothingFurther ends recordings after which nothing can be read, and names the
// place.
func TestNothingFurther(t *testing.T) {
	for _, row := range []struct{ name, format, layout, text, want string }{
		{"har: cut", "har", "", "{\"log\":{\"pages", "line 1: the file is cut short: the JSON document does not end"},
		{"har: other", "har", "", `{"log":{"version":"1.2"}}`, `line 1: no "entries": is it an HTTP Archive?`},
		{"har: list", "har", "", `{"log":{"entries":{}}}`, `line 1: log.entries: want a list`},
		{"gob: cut", "vegeta-gob", "", readSample(t, "vegeta.bin")[:400], "the file is cut short: the last result does not end"},
		{"gob: length", "vegeta-gob", "", "\xfc\x7f\xff\xff\xff", "this is no gob of vegeta: a message of 2147483647 bytes, more than 64 MiB"},
		{"csv: names", "csv", "time=when,path=url", "a,b\n1,2\n", `line 1: the first row has no column "when"; columns: a, b`},
		{"csv: no layout", "csv", "", "a,b\n1,2\n", `line 1: the first row names no columns that are known: say what they are in a layout, as in time=1,path=4; columns: a, b`},
	} {
		_, _, err := readAll(format(t, row.format), Options{Layout: row.layout}, row.text)
		if err == nil || err.Error() != row.want {
			t.Errorf("%s: got error %v, want %s", row.name, err, row.want)
		}
	}
}

// TestCut cuts samples: what was before the cut is read, and the cut is damage.
func TestCut(t *testing.T) {
	for _, row := range []struct {
		file, format  string
		size, entries int
		want          string
	}{
		{"chrome.har", "har", 1900, 1, "the file is cut short: the JSON document does not end; what was before is read"},
		{"vegeta.bin", "vegeta-gob", 5600, 6, "the file is cut short: the last result does not end; what was before is read"},
		{"requests.gor", "goreplay", 4960, 23, "the file is cut short: the last record does not end"},
		{"requests.gor", "goreplay", 4770, 23, "the file is cut short: the last record does not end"},
		{"vegeta.csv", "vegeta-csv", 7200, 7, "the line is cut short: it has 7 columns, want 12"},
	} {
		entries, other, err := readAll(format(t, row.format), Options{}, readSample(t, row.file)[:row.size])
		if err != nil || len(entries) != row.entries || len(other) != 1 || other[0] != row.want {
			t.Errorf("%s: got %d entries, %q, error %v", row.file, len(entries), other, err)
		}
	}
}

// TestLongBodies reads an archive with long texts, wherever they are cut.
func TestLongBodies(t *testing.T) {
	const entry = `{"startedDateTime":"2026-11-21T00:00:51Z","request":{"url":"/a"},"response":{"content":{"text":"`
	for i := range 8 {
		body := strings.Repeat("x", longestText-i)
		text := `{"log":{"entries":[` + entry + body + `\u00e9\"` + body + `"}}},` + entry + body + `\\"}}}]}}`
		entries, other, err := readAll(harFormat, Options{}, text)
		if err != nil || len(entries) != 2 || len(other) > 0 {
			t.Errorf("%d bytes before the limit: got %d entries, %q, error %v", i, len(entries), other, err)
		}
	}
	long := `{"log":{"entries":[{"request":{"url":"` + strings.Repeat("/", longestText+1) + `"}}]}}`
	if _, other, err := readAll(harFormat, Options{}, long); err != nil || len(other) != 1 || other[0] != "path: longer than 65536 bytes" {
		t.Errorf("long path: got %q, error %v", other, err)
	}
}

// TestClock reads a time in many forms.
func TestClock(t *testing.T) {
	noon := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		text string
		want time.Time
		step time.Duration
	}{
		{"2026-11-21T12:00:00Z", noon, time.Second},
		{"2026-11-21t12:00:00z", noon, time.Second},
		{"2026-11-21 12:00:00", noon, time.Second},
		{"2026-11-21T13:00:00+01:00", noon, time.Second},
		{"2026-11-21T11:30:00-0030", noon, time.Second},
		{"2026-11-21 12:00:00,5 UTC", noon.Add(500 * time.Millisecond), time.Millisecond},
		{"2026-11-21T12:00:00.0000001234Z", noon.Add(123), 0},
		{"21/Nov/2026:12:00:00 +0000", noon, time.Second},
		{"1795262400", noon, time.Second},
		{"1795262400.25", noon.Add(250 * time.Millisecond), time.Millisecond},
		{"1795262400001", noon.Add(time.Millisecond), time.Millisecond},
		{"1795262400001.5", noon.Add(1500 * time.Microsecond), time.Microsecond},
		{"1795262400000001", noon.Add(time.Microsecond), time.Microsecond},
		{"1795262400000000001", noon.Add(1), 0},
		{"", time.Time{}, 0},
		{"-1", time.Time{}, 0},
		{"+1", time.Time{}, 0},
		{"1.7e9", time.Time{}, 0},
		{"2026-02-30T12:00:00Z", time.Time{}, 0},
		{"2026-00-21T12:00:00Z", time.Time{}, 0},
		{"2026-11-21T24:00:00Z", time.Time{}, 0},
		{"2026-11-21T12:00:00+1", time.Time{}, 0},
		{"99999999999999999999", time.Time{}, 0},
	} {
		var c clock
		got, step, err := c.read([]byte(row.text))
		if row.want.IsZero() {
			if err == nil {
				t.Errorf("%q: got %v, want an error", row.text, got)
			}
			continue
		}
		if err != nil || !got.Equal(row.want) || step != row.step {
			t.Errorf("%q: got %v, %v, %v, want %v, %v", row.text, got, step, err, row.want, row.step)
		}
	}
	var c clock // the finest step holds
	for _, text := range []string{"2026-11-21T12:00:00.123456Z", "2026-11-21T12:00:01.1Z", "2026-11-21T12:00:02Z"} {
		if _, step, err := c.read([]byte(text)); step != time.Microsecond || err != nil {
			t.Errorf("%q: got %v, %v", text, step, err)
		}
	}
}

// TestGoReplayIsBounded leaves requests without responses and responses without
// requests: what is kept of them is bounded, and no request is lost.
func TestGoReplayIsBounded(t *testing.T) {
	var b bytes.Buffer
	const n = 9000
	for i := range n {
		ns := time.Unix(1795219251, 0).Add(time.Duration(i) * 10 * time.Millisecond).UnixNano()
		writeRecord(&b, 1, i, ns, "GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
		writeRecord(&b, 2, n+i, ns, "HTTP/1.1 200 OK\r\n\r\n")
	}
	next, err := decoder(format(t, "goreplay"), Options{}, b.String())
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		var e Entry
		if _, err := next(&e); err != nil || e.Path != "/a" {
			t.Fatalf("request %d: got %+v, %v", i, e, err)
		}
	}
}

// writeRecord writes a record of GoReplay.
func writeRecord(b *bytes.Buffer, kind, id int, ns int64, message string) {
	fmt.Fprintf(b, "%d %d %d 0\n%s\n🐵🙈🙉\n", kind, id, ns, message)
}

// TestLongFirst reads what follows lines that are too long to tell a format by.
func TestLongFirst(t *testing.T) {
	long := strings.Repeat("a", 100_000) + "\n"
	const good = `10.0.0.7 - - [21/Nov/2026:00:00:51 +0000] "GET /a HTTP/1.1" 200 5 "-" "-"` + "\n"
	for name, first := range map[string]string{"one": long, "two": long + long, "longest": strings.Repeat("a", maxLine+1) + "\n"} {
		entries, r, other, err := readWrapped(t, []byte(first+good+good))
		if lines := strings.Count(first, "\n"); err != nil || r.Format != "combined" || len(entries) != 2 || len(other) != lines {
			t.Errorf("%s: got %d entries, other lines %q, error %v, want 2 and %d", name, len(entries), other, err, lines)
		}
	}
	for _, text := range []string{long, strings.TrimSuffix(long, "\n"), long + "b\n"} {
		if _, _, _, err := readWrapped(t, []byte(text)); err == nil || !strings.HasPrefix(err.Error(), `the first line is not of a known format: "aaa`) {
			t.Errorf("%d bytes: got error %v", len(text), err)
		}
	}
}

// TestCutPacked names what a packed file lacks.
func TestCutPacked(t *testing.T) {
	for _, text := range []string{"\x1f\x8b\x08", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x01", "\x28\xb5\x2f\xfd\x04"} {
		if _, _, _, err := readWrapped(t, []byte(text)); err == nil || !strings.HasSuffix(err.Error(), "the file is cut short") {
			t.Errorf("%q: got error %v", text, err)
		}
	}
}

// TestNoArchive tells a collector's lines, which hold a text, from an archive.
func TestNoArchive(t *testing.T) {
	for text, want := range map[string]bool{`{"log": {`: true, "{\n \"log\" :\n{": true, `{"log":"x\n"}`: false, `{"logs":{}}`: false, `{"log":{}`: true} {
		if got := harFormat.Sniff([]byte(text)); got != want {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
}

// TestPart reads lines that docker wrote in parts, and of which a part is missing.
func TestPart(t *testing.T) {
	const (
		whole  = `{"log":"10.0.0.9 - - [20/Nov/2026:23:00:00 +0000] \"GET /v2/credentials/a HTTP/1.1\" 200 8 \"-\" \"-\"\n","stream":"stdout","time":"2026-11-20T23:00:00.1Z"}` + "\n"
		begins = `{"log":"10.0.0.9 - - [20/Nov/2026:23:00:00 +0000] \"GET /v2/cred","stream":"stdout","time":"2026-11-20T23:00:00.2Z"}` + "\n"
		ends   = `{"log":"entials/b HTTP/1.1\" 200 8 \"-\" \"-\"\n","stream":"stdout","time":"2026-11-20T23:00:00.2Z"}` + "\n"
	)
	for _, row := range []struct {
		name, text       string
		entries, damaged int
	}{
		{"both parts", whole + begins + ends, 2, 0},
		{"the file ends after the first", whole + begins, 1, 1},
		{"the second is damaged", whole + begins + ends[:30] + "\n" + whole, 2, 1},
	} {
		r, err := NewReader(strings.NewReader(row.text), "", Options{})
		if err != nil {
			t.Fatal(err)
		}
		entries, damaged := 0, 0
		for err == nil {
			var e Entry
			damage := (*Damage)(nil)
			switch _, err = r.Next(&e); {
			case err == nil:
				entries++
			case errors.As(err, &damage):
				damaged++
				err = nil
			}
		}
		if !errors.Is(err, io.EOF) || entries != row.entries || damaged != row.damaged {
			t.Errorf("%s: got %d entries, %d damaged, error %v, want %d and %d", row.name, entries, damaged, err, row.entries, row.damaged)
		}
	}
}

// TestLongestLatency reads requests whose answer took a second more than a day: no
// format lets them through, whether it is told the latency or subtracts two times.
func TestLongestLatency(t *testing.T) {
	const second = 1795219251
	var capture bytes.Buffer
	writeRecord(&capture, 1, 7, second*1e9, "GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
	writeRecord(&capture, 2, 7, (second+86401)*1e9, "HTTP/1.1 200 OK\r\n\r\n")
	for _, row := range []struct{ format, text, want string }{
		{"goreplay", capture.String(), `latency: want 0 s to a day, got 24h0m1s`},
		{"har", `{"log":{"entries":[{"startedDateTime":"2026-11-21T00:00:51Z","time":86401000,"request":{"method":"GET","url":"/a"}}]}}`, `timings: longer than a day`},
		{"json", `{"start_time":"2026-11-21T00:00:51Z","path":"/a","duration":"24h0m1s"}`, `latency: want 0 s to a day, got "24h0m1s"`},
		{"kube2iam", `time="2026-11-21T00:00:51Z" level=info msg="GET /a (200) took 1 ns" req.method=GET req.path=/a req.remote=10.0.0.5 res.duration=86401000000000 res.status=200`,
			`res.duration: want nanoseconds, a day at most, got "86401000000000"`},
		{"mockimds-requests", `{"time":"2026-11-21T00:00:51Z","at_s":1,"host":0,"service":"ecs","seq":1,"outcome":"served","status":200,"method":"GET","path":"/a","took_s":86401}`,
			`took_s: want seconds, a day at most, got "86401"`},
		{"vegeta-json", `{"attack":"","seq":0,"code":200,"timestamp":"2026-11-21T00:00:51Z","latency":86401000000000,"method":"GET","url":"http://h/a"}`, `latency: want 0 s to a day, got 24h0m1s`},
	} {
		r, err := NewReader(strings.NewReader(row.text), row.format, Options{})
		if err != nil {
			t.Fatalf("%s: %v", row.format, err)
		}
		var e Entry
		if _, err := r.Next(&e); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %+v, %v, want %q", row.format, e, err, row.want)
		}
	}
}
