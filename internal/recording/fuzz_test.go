package recording

import (
	"errors"
	"io"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

// Every format reads anything: what it takes for a request can be sent, and it ends.

func FuzzCombined(f *testing.F)          { fuzz(f, "combined", "") }
func FuzzJSONLog(f *testing.F)           { fuzz(f, "json", "") }
func FuzzALB(f *testing.F)               { fuzz(f, "alb", "") }
func FuzzHAR(f *testing.F)               { fuzz(f, "har", "") }
func FuzzGoReplay(f *testing.F)          { fuzz(f, "goreplay", "") }
func FuzzVegetaJSON(f *testing.F)        { fuzz(f, "vegeta-json", "") }
func FuzzVegetaCSV(f *testing.F)         { fuzz(f, "vegeta-csv", "") }
func FuzzVegetaGob(f *testing.F)         { fuzz(f, "vegeta-gob", "") }
func FuzzVegetaTargets(f *testing.F)     { fuzz(f, "vegeta-targets", "rate=50/s") }
func FuzzVegetaTargetsJSON(f *testing.F) { fuzz(f, "vegeta-targets-json", "rate=50/s") }
func FuzzCSV(f *testing.F)               { fuzz(f, "csv", "") }

// FuzzNginx reads anything by any log_format.
func FuzzNginx(f *testing.F) {
	line, _, _ := strings.Cut(readSample(f, "nginx.log"), "\n")
	f.Add(timedLayout, line)
	f.Add(`$time_local $remote_addr $request $uri$is_args$args ${status}x$http_x_forwarded_for`, `21/Nov/2026:00:00:51 +0000 a GET / HTTP/1.1 /?a 200xb`)
	nginx := format(f, "nginx")
	f.Fuzz(func(t *testing.T, layout, text string) { fuzzed(t, nginx, layout, text) })
}

// FuzzLayout reads objects and rows by any mapping, and targets at any rate.
func FuzzLayout(f *testing.F) {
	f.Add("time=1,path=2|url,latency=3", "1795219251,/a,1ms\n")
	f.Add("end=a.b,request=c,query=d", `{"a":{"b":1795219251},"c":"GET /a HTTP/1.1","d":["x"]}`)
	f.Add("rate=300/1m,for=1s", "GET http://a/b\nHost: c\n")
	all := []Format{format(f, "json"), format(f, "csv"), format(f, "vegeta-targets"), format(f, "vegeta-targets-json")}
	f.Fuzz(func(t *testing.T, layout, text string) {
		for _, one := range all {
			fuzzed(t, one, layout, text)
		}
	})
}

// fuzz reads anything as a recording of a format, which begins with its sample.
func fuzz(f *testing.F, name, layout string) {
	for _, s := range samples {
		if s.format == name {
			f.Add(readSample(f, s.file))
		}
	}
	one := format(f, name)
	f.Fuzz(func(t *testing.T, text string) {
		one.Sniff([]byte(text))
		fuzzed(t, one, layout, text)
	})
}

// fuzzed checks all that a Reader lets through of what a format reads of a text.
func fuzzed(t *testing.T, f Format, layout, text string) {
	next, err := decoder(f, Options{Layout: layout}, text)
	if err != nil {
		return // of the layout
	}
	r := Reader{paths: make(map[string]error)}
	for n := 0; ; n++ {
		if strings.Contains(layout, "for=") && n > 1000 {
			return
		}
		if n > len(text)+1 {
			t.Fatalf("%d records of %d bytes", n, len(text))
		}
		var e Entry
		line, err := next(&e)
		damage := (*Damage)(nil)
		_, foreign := IsForeign(err)
		switch {
		case errors.Is(err, io.EOF):
			return
		case foreign:
			continue
		case errors.As(err, &damage):
			if damage.Col < 0 || damage.Col > len(text)+1 || damage.Text == "" {
				t.Fatalf("line %d: damage %+v", line, damage)
			}
			continue
		case err != nil:
			return
		}
		if r.check(&e) == nil {
			sound(t, &e)
		}
	}
}

// sound checks that an entry can be replayed and written.
func sound(t *testing.T, e *Entry) {
	t.Helper()
	for i := range len(e.Path) {
		if c := e.Path[i]; c <= ' ' || c >= 0x7f || c == '#' {
			t.Fatalf("path %q", e.Path)
		}
	}
	if _, err := url.ParseRequestURI(e.Path); err != nil || !strings.HasPrefix(e.Path, "/") {
		t.Fatalf("path %q: %v", e.Path, err)
	}
	for _, text := range []string{e.Agent, e.Addr, e.Task, e.Instance, e.ID, e.Method} {
		if !utf8.ValidString(text) || strings.IndexFunc(text, unicode.IsControl) >= 0 {
			t.Fatalf("text %q", text)
		}
	}
	if e.Status != 0 && (e.Status < 100 || e.Status > 999) || e.Lat < 0 || e.Lat > longestLatency || e.Step < 0 || e.Step > time.Second || e.At.Year() < 1970 || e.At.Year() > 2199 {
		t.Fatalf("entry %+v", e)
	}
}
