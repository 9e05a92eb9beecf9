package intake

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"tenement/internal/recording"
	"tenement/internal/trace"
)

const agent = `"curl/7.88.1"`

// entryAt is an entry of an audit log.
func entryAt(second int, addr, path string) string {
	return fmt.Sprintf("2026-11-20T12:%02d:%02dZ 429 %s:5 \"%s\" %s - \n", second/60, second%60, addr, path, agent)
}

// write writes files and returns their names.
func write(t *testing.T, files ...string) []string {
	t.Helper()
	folder := t.TempDir()
	var names []string
	for i, text := range files {
		name := filepath.Join(folder, fmt.Sprintf("audit.log.%d", i))
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	return names
}

// paths are the seconds and paths of a trace.
func paths(tape *trace.Tape) []string {
	var all []string
	var r trace.Record
	for from := tape.From(0); from.Next(&r) == nil; {
		all = append(all, fmt.Sprintf("%d %s", r.T/time.Second, tape.Event(&r).Path))
	}
	return all
}

// Files come in any order, and lines too; what is late is counted and put in its place.
func TestOrder(t *testing.T) {
	e := func(second int, path string) string { return entryAt(second, "10.0.0.1", path) }
	for _, test := range []struct {
		name  string
		files []string
		want  []string
		late  int64
	}{
		{"one", []string{e(0, "/a") + e(1, "/b") + e(1, "/c")}, []string{"0 /a", "1 /b", "1 /c"}, 0},
		{"rotated, the newest first", []string{e(7, "/d") + e(8, "/e"), e(3, "/b") + e(7, "/c"), e(0, "/a")}, []string{"0 /a", "3 /b", "7 /c", "7 /d", "8 /e"}, 0},
		{"lines within the window", []string{e(0, "/a") + e(50, "/c") + e(1, "/b") + e(59, "/d")}, []string{"0 /a", "1 /b", "50 /c", "59 /d"}, 0},
		{"lines beyond it", []string{e(0, "/a") + e(100, "/c") + e(1, "/b") + e(101, "/d") + e(200, "/e")}, []string{"0 /a", "1 /b", "100 /c", "101 /d", "200 /e"}, 1},
		{"newest first", []string{e(300, "/d") + e(150, "/c") + e(150, "/b") + e(0, "/a")}, []string{"0 /a", "150 /b", "150 /c", "300 /d"}, 0},
		{"one that is empty", []string{"", e(0, "/a")}, []string{"0 /a"}, 0},
		{"two logs of one time", []string{e(0, "/a") + e(2, "/c"), e(0, "/b") + e(1, "/x") + e(2, "/d")}, []string{"0 /a", "0 /b", "1 /x", "2 /c", "2 /d"}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			tape, sum, err := Import(write(t, test.files...), simply)
			if err != nil {
				t.Fatal(err)
			}
			defer tape.Close()
			got := paths(tape)
			if !reflect.DeepEqual(got, test.want) || sum.Counts.Late != test.late {
				t.Errorf("got %q, %d late, want %q, %d", got, sum.Counts.Late, test.want, test.late)
			}
		})
	}
}

// Small buffers make many runs, which merge to the same order.
func TestRunsMerge(t *testing.T) {
	for _, size := range []int{2, 3, 7, 64, 1000} {
		o := newOrder(newTable(), size)
		var want []int
		for file := range 3 {
			if err := o.begin(); err != nil {
				t.Fatal(err)
			}
			for i := range 200 {
				second := (i*37 + file) % 200
				e := recording.Entry{At: time.Unix(int64(second), 0), Path: "/", Status: 200 + file}
				if err := o.add(&e, false); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := o.done(); err != nil {
			t.Fatal(err)
		}
		for range 2 { // it can be read again
			var got []int
			if err := o.source(func(e *recording.Entry) bool {
				got = append(got, int(e.At.Unix()))
				return true
			}); err != nil {
				t.Fatal(err)
			}
			if want = want[:0]; len(got) != 600 {
				t.Fatalf("size %d: got %d entries", size, len(got))
			}
			for i, second := range got {
				if second != i/3 {
					t.Fatalf("size %d: entry %d is of %d s, want %d", size, i, second, i/3)
				}
			}
		}
		if err := o.spool.Close(); err != nil {
			t.Error(err)
		}
	}
}

// Input that no log is refuses to be read, or is counted, and says why.
func TestHostile(t *testing.T) {
	good := entryAt(1, "10.0.0.1", "/a")
	bomb := func(first string) string {
		var b bytes.Buffer
		w, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed)
		_, _ = io.WriteString(w, first)
		zeros := make([]byte, 1<<20)
		for range 20 {
			_, _ = w.Write(zeros)
		}
		_ = w.Close()
		return b.String()
	}
	for _, test := range []struct {
		name, text string
		requests   int64
		damaged    int64
		says       string // the first damage, or the error
	}{
		{"nothing", "", 0, 0, "audit.log.0:1:1: the file is empty"},
		{"blanks", "\n\n \n", 0, 0, "audit.log.0:1:1: the file holds nothing but blanks and zero bytes"},
		{"another file", "GIF89a\x00\x01\n", 0, 0, `audit.log.0:1:1: not text: "GIF89a\x00\x01"`},
		{"words", "hello\nworld\n", 0, 0, `audit.log.0:1:1: none of the first 2 lines is of a known format: "hello"`},
		{"bzip2", "BZh91AY", 0, 0, "audit.log.0:1:1: the file is packed (bzip2): unpack it first"},
		{"half of gzip", string(gzipped(t, []byte(strings.Repeat(good, 2000))))[:300], 1, 1, "the file is cut short; what was before is read"},
		{"half of a HAR", `{"log":{"entries":[{"startedDateTime":"2026-11-20T12:00:00Z","time":1,"request":{"method":"GET","url":"http://169.254.170.2/v4/a"},"response":{"status":200}},{"startedDa`, 1, 1,
			"audit.log.0:1: the file is cut short: the JSON document does not end; what was before is read"},
		{"no gzip after all", "\x1f\x8b\x00\x00", 0, 0, "audit.log.0:1:1: gzip: "},
		{"a bomb of zeros", bomb(""), 0, 0, "unpacks to more than 500 times its size, which no log does"},
		{"a bomb after a line", bomb(good), 1, 1, "unpacks to more than 500 times its size, which no log does; what was before is read"},
		{"a wrapper around nothing", `{"events":[]}`, 0, 0, `audit.log.0:1:1: the first line is not of a known format`},
		{"a wrapper around words", `{"log":"hello\n","stream":"stdout","time":"2026-11-20T12:00:00Z"}` + "\n", 0, 0,
			`audit.log.0:1:1: this is JSON lines of a log collector, and what it holds is of no known format: "hello"`},
		{"a line of a megabyte", good + strings.Repeat("a", 1<<20+1) + "\n" + good, 2, 1, "audit.log.0:2: the line is longer than 1048576 bytes"},
		{"a path with a line feed", good + `2026-11-20T12:00:01Z 429 10.0.0.1:5 "/v4/a` + "\n" + `b" "" - ` + "\n" + good, 2, 2, "audit.log.0:2:43: the line is cut short"},
		{"years out of order", good + strings.Replace(good, "2026", "9999", 1) + strings.Replace(good, "2026", "0001", 1) + strings.Replace(good, "2026", "2031", 1) + good, 2, 3,
			"audit.log.0:2: time: the year 9999 cannot be"},
		{"documents without an end", `{"events":[{"timestamp":1,"message":` + asJSON(strings.TrimSuffix(good, "\n")) + `},` + strings.Repeat(`[`, 1<<20), 1, 1, "JSON"},
		{"quotes without an end", "@timestamp,@message\n" + strings.Repeat("2026-11-20 12:00:00.000,\"x\n", 100) + "2026-11-20 12:00:00.000," + asCSV(strings.TrimSuffix(good, "\n")) + "\n", 1, 100, "CSV: the row"},
	} {
		t.Run(test.name, func(t *testing.T) {
			names := write(t, test.text)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			tape, sum, err := Import(names, simply)
			runtime.ReadMemStats(&after)
			if grown := after.TotalAlloc - before.TotalAlloc; grown > 96<<20 {
				t.Errorf("took %d MiB", grown>>20)
			}
			if err != nil {
				if test.requests > 0 || !strings.Contains(err.Error(), test.says) {
					t.Errorf("got error %v, want %q", err, test.says)
				}
				return
			}
			defer tape.Close()
			requests := tape.Len()
			if strings.Contains(test.name, "half of") && requests > 0 {
				requests = 1 // as many as were in the half
			}
			if requests != test.requests || sum.Counts.Unreadable != test.damaged || !strings.Contains(sum.Damaged[0].Error(), test.says) {
				t.Errorf("got %d requests, %d damaged, %v, want %d, %d, %s", tape.Len(), sum.Counts.Unreadable, sum.Damaged, test.requests, test.damaged, test.says)
			}
		})
	}
}

func asJSON(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }

func asCSV(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// A strict import fails at the first damage, and names its place.
func TestStrict(t *testing.T) {
	names := write(t, entryAt(0, "10.0.0.1", "/a")+"level=info time=2026-11-20T12:00:00Z msg=\"x\"\n"+entryAt(0, "10.0.0", "/a"))
	o := simply
	o.Strict = true
	_, _, err := Import(names, o)
	at := (*trace.Error)(nil)
	if !errors.As(err, &at) || at.Line != 3 || at.Col != 26 || !strings.Contains(at.Text, "want ip:port") {
		t.Errorf("got %v", err)
	}
}

// What cannot be imported is refused.
func TestRefused(t *testing.T) {
	log := write(t, entryAt(0, "10.0.0.1", "/a"))[0]
	tape, _, err := Import([]string{log}, simply)
	if err != nil {
		t.Fatal(err)
	}
	defer tape.Close()
	var text bytes.Buffer
	if err := tape.Write(&text); err != nil {
		t.Fatal(err)
	}
	written := write(t, text.String())[0]
	if _, _, err := Import([]string{written}, simply); !errors.Is(err, recording.ErrTrace) {
		t.Errorf("a trace: got %v", err)
	}
	if Raw(written) || !Raw(log) {
		t.Errorf("raw: got %v of a trace, %v of a log", Raw(written), Raw(log))
	}
	for _, names := range [][]string{{log, filepath.Dir(log) + "/./" + filepath.Base(log)}, {"-", "-"}} {
		if _, _, err := Import(names, simply); err == nil || !strings.Contains(err.Error(), "twice") {
			t.Errorf("%q: got %v", names, err)
		}
	}
	if _, _, err := Import([]string{log + ".missing"}, simply); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

// An audit log and the log of refusals of the same mock have each refusal once.
func TestNothingTwice(t *testing.T) {
	audit := entryAt(1, "10.0.0.1", "/a") + entryAt(2, "10.0.0.1", "/b")
	mock := `{"time":"2026-11-20T12:00:01.5Z","level":"INFO","msg":"limit","host":0,"at_s":1.5,"verdict":"rejected","status":429,"source":"10.0.0.1","method":"GET","path":"/a"}` + "\n" +
		`{"time":"2026-11-20T12:00:03.5Z","level":"INFO","msg":"fault","host":0,"at_s":3.5,"verdict":"failed","status":500,"source":"10.0.0.1","method":"GET","path":"/c"}` + "\n"
	for _, files := range [][]string{{audit, mock}, {mock, audit}} {
		tape, sum, err := Import(write(t, files...), simply)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := paths(tape), []string{"0 /a", "1 /b", "2 /c"}; !reflect.DeepEqual(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		if n := sum.Counts.Foreign["mockimds log: refusals, which the audit log has"]; n != 1 {
			t.Errorf("got %v", sum.Counts.Foreign)
		}
		_ = tape.Close()
	}
}

func TestPseudonyms(t *testing.T) {
	p := newPseudonyms()
	const id = "91370fc0f0f1018500064a99d1ce51a4"
	e := recording.Entry{
		Addr: "10.1.2.3", Task: "arn:aws:ecs:us-west-2:111122223333:task/production/" + id,
		Instance: "arn:aws:ecs:us-west-2:111122223333:container-instance/production/82b1926bc9651c69af0a5fa5e7b5a235",
		Path:     "/v4/" + id + "-2495160605/task?secret=hunter2", Agent: "curl/7.88.1", ID: "cred-4",
		Headers: map[string]string{"Host": "10.1.2.3"},
	}
	again := e
	p.replace(&e)
	p.replace(&again)
	if !reflect.DeepEqual(e, again) {
		t.Errorf("got %+v and then %+v", e, again)
	}
	text := fmt.Sprintf("%+v", e)
	for _, secret := range []string{"10.1.2.3", "111122223333", "production", id, "82b192", "2495160605", "hunter2"} {
		if strings.Contains(text, secret) {
			t.Errorf("got %s, which has %s", text, secret)
		}
	}
	_, task, _ := strings.Cut(e.Task, "task/name-1/")
	if task == "" || !strings.HasPrefix(e.Path, "/v4/"+task+"-") || !strings.HasPrefix(e.Task, "arn:aws:ecs:us-west-2:") {
		t.Errorf("the task is %s, its path %s: want one ID in both", e.Task, e.Path)
	}
	for _, path := range []string{"/v2/credentials/cred-4", "/v2/credentials", "/latest/meta-data/iam/security-credentials/web", "/v1/credentials?id=" + id, "//", "/?a&b=", "/v4/x"} {
		r := recording.Entry{Path: path}
		p.replace(&r)
		if strings.Contains(r.Path, "web") || strings.Contains(r.Path, id) || strings.Count(r.Path, "/") != strings.Count(path, "/") {
			t.Errorf("%s: got %s", path, r.Path)
		}
	}
}
