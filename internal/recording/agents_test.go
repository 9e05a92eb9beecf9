package recording

import (
	"errors"
	"io"
	"maps"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestAgentSamples counts what the samples of the agents' formats say.
func TestAgentSamples(t *testing.T) {
	for _, c := range []struct {
		file     string
		statuses map[int]int
		paths    map[string]int // of some paths
		foreign  int
		first    Entry
	}{
		{"agent.log", map[int]int{200: 29}, map[string]int{
			"/v4/4a9eb812040a506a17b6a8c5aeba2503-2495160604/stats": 7,
			"/v4/91370fc0f0f1018500064a99d1ce51a4/task":             1,
			"/v3/0b1c2d/stats": 1, "/v2/metadata": 1, "/v2/stats/0b1c2d": 1,
		}, 21, Entry{At: time.Date(2026, 11, 20, 23, 58, 25, 0, time.UTC), Step: time.Second, Ended: true, Path: "/v4/4a9eb812040a506a17b6a8c5aeba2503-2495160604/task", Status: 200,
			Task: "arn:aws:ecs:us-west-2:111122223333:task/default/4a9eb812040a506a17b6a8c5aeba2503"}},
		{"pod-identity.log", map[int]int{0: 14}, map[string]int{"/v1/credentials": 14}, 4,
			Entry{At: time.Date(2026, 11, 20, 23, 58, 0, 0, time.UTC), Step: time.Second, Service: 2, Path: "/v1/credentials", Addr: "10.0.0.0"}},
		{"kube2iam.log", map[int]int{200: 10, 404: 3, 403: 2}, map[string]int{"/latest/meta-data/local%20name": 3, "/latest/meta-data/": 1}, 2,
			Entry{At: time.Date(2026, 11, 20, 23, 58, 0, 0, time.UTC), Step: time.Second, Ended: true, Service: 1, Method: "GET", Path: "/latest/meta-data/iam/security-credentials/", Status: 200, Lat: 56867, Addr: "10.2.3.0"}},
		{"mockimds.log", map[int]int{429: 24}, map[string]int{"/v1/credentials": 4, "/v2/credentials": 2, "/v4/app-0/task": 9}, 0,
			Entry{At: time.Date(2026, 11, 20, 23, 58, 52, 337712744, time.UTC), Method: "GET", Path: "/", Status: 429, Addr: "127.0.0.1", Task: "app/0", Instance: "host 0"}},
		{"mockimds-requests.jsonl", map[int]int{200: 8, 301: 1, 400: 3, 401: 3, 404: 1, 429: 1, 0: 4}, map[string]int{"/v2/credentials": 5, "/v1/credentials": 2, "/v4/app-0/task": 1, "/latest/api/token": 3}, 3,
			Entry{At: time.Date(2026, 11, 29, 6, 49, 30, 680097768, time.UTC), Method: "GET", Path: "/v2/credentials", Cut: true, Status: 200, Lat: 46 * time.Microsecond,
				Addr: "127.0.0.1", Agent: "curl/7.88.1", Task: "app/0", Instance: "host 0"}},
	} {
		t.Run(c.file, func(t *testing.T) {
			entries, _, other, err := readWrapped(t, []byte(readSample(t, c.file)))
			if err != nil {
				t.Fatal(err)
			}
			statuses, paths := make(map[int]int), make(map[string]int)
			for _, e := range entries {
				statuses[e.Status]++
				paths[e.Path]++
			}
			for path, n := range c.paths {
				if paths[path] != n {
					t.Errorf("%s: got %d, want %d", path, paths[path], n)
				}
			}
			if !maps.Equal(statuses, c.statuses) || len(other) != c.foreign {
				t.Errorf("got statuses %v and other lines %q, want %v and %d", statuses, other, c.statuses, c.foreign)
			}
			if !equal(entries[0], c.first) {
				t.Errorf("got %+v, want %+v", entries[0], c.first)
			}
		})
	}
}

func FuzzAudit(f *testing.F)       { fuzzAgent(f, "audit", "ecs-5-10.excerpt.audit.log") }
func FuzzAgent(f *testing.F)       { fuzzAgent(f, "agent", "agent.log") }
func FuzzPodIdentity(f *testing.F) { fuzzAgent(f, "pod-identity", "pod-identity.log") }
func FuzzMockimds(f *testing.F)    { fuzzAgent(f, "mockimds", "mockimds.log") }
func FuzzMockRequests(f *testing.F) {
	fuzzAgent(f, "mockimds-requests", "mockimds-requests.jsonl")
}
func FuzzKube2iam(f *testing.F) { fuzzAgent(f, "kube2iam", "kube2iam.log") }

// fuzzAgent reads anything as lines of a format. A Reader checks what a decoder need
// not, so what it lets through has to be sound.
func fuzzAgent(f *testing.F, name, sample string) {
	for line := range strings.Lines(readSample(f, sample)) {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, text string) { readAnything(t, text, name) })
}

// FuzzWrappers reads anything, in whatever it seems to be wrapped.
func FuzzWrappers(f *testing.F) {
	lines := strings.Split(strings.TrimSuffix(readSample(f, "ecs-5-10.excerpt.audit.log"), "\n"), "\n")
	for _, w := range wraps {
		if text := w.wrap(lines[:8]); len(text) < 1<<14 {
			f.Add(string(text))
		}
	}
	f.Fuzz(func(t *testing.T, text string) { readAnything(t, text, "") })
}

// readAnything reads a text to its end.
func readAnything(t *testing.T, text, format string) {
	r, err := NewReader(strings.NewReader(text), format, Options{})
	if err != nil {
		return
	}
	for n := 0; ; n++ {
		var e Entry
		line, err := r.Next(&e)
		d := (*Damage)(nil)
		_, foreign := IsForeign(err)
		switch {
		case errors.Is(err, io.EOF):
			return
		case errors.As(err, &d):
			if d.Col < 0 || d.Text == "" {
				t.Fatalf("line %d: damage %+v", line, d)
			}
		case err == nil:
			if e.At.Year() < 1970 || line < 1 && r.lines != nil {
				t.Fatalf("line %d: %+v", line, e)
			}
			sound(t, &e)
		case !foreign:
			return
		}
		if n > 100*len(text)+100 && len(r.Wrapped) == 0 {
			t.Fatalf("%d entries of %d bytes", n, len(text))
		}
	}
}

// A text that says nothing takes time in proportion to its length, whatever it begins
// like.
func BenchmarkHostile(b *testing.B) {
	for _, unit := range []string{
		"[", `{"events":[`, `{"a":`, `"`, "a ", ":", "\t", "\\", `{"log":"` + "\n", `{"message":"x"}` + "\n", "EVENTS\t\t\t\n", "||  1|  x|  2||\n",
		"@timestamp,@message\n", "2026-01-01T12:00:00Z 429 10.0.0.1:5 ", "__CURSOR=\n", "\x00", "\xff", "level=a time=b msg=\"\n", "2026-01-01T12:00:00Z stdout P x\n",
		`2026-01-01 12:00:00,"` + "\n",
	} {
		for _, size := range []int{1 << 20, 1 << 22} {
			b.Run(strconv.Quote(unit)+"/"+strconv.Itoa(size>>20), func(b *testing.B) {
				for _, first := range []string{"", "@timestamp,@message\n", "2026-01-01T12:00:00Z 429 10.0.0.1:5 \"/\" \"\" - \n", `{"log":"2026-01-01T12:00:00Z 429 10.0.0.1:5 \"/\" \"\" - \n","stream":"stdout","time":"2026-01-01T12:00:00Z"}` + "\n"} {
					text := first + strings.Repeat(unit, size/len(unit))
					for range b.N {
						readToEnd(text)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(size), "ns/B")
			})
		}
	}
}

// readToEnd reads a text as far as it can be read.
func readToEnd(text string) {
	r, err := NewReader(strings.NewReader(text), "", Options{})
	for err == nil {
		var e Entry
		_, err = r.Next(&e)
		d := (*Damage)(nil)
		if _, foreign := IsForeign(err); foreign || errors.As(err, &d) {
			err = nil
		}
	}
}
