package trace

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"testing/iotest"
	"time"
)

const header = `{"version":2,"source":"a test"}` + "\n"

// read is a whole trace in memory; there is none beside an error.
func read(name string, r io.Reader) (*Trace, error) { return readWithin(name, r, streamed) }

func readWithin(name string, r io.Reader, lim limits) (*Trace, error) {
	in, err := newReader(name, r, lim)
	if err != nil {
		return nil, err
	}
	t := &Trace{Header: *in.Header()}
	for {
		var e Event
		switch err := in.Next(&e); {
		case errors.Is(err, io.EOF):
			return t, nil
		case err != nil:
			return nil, err
		}
		t.Events = append(t.Events, e)
	}
}

// inMemory is the events of a tape in memory.
func inMemory(t *testing.T, tape *Tape) *Trace {
	t.Helper()
	all := &Trace{Header: tape.Header}
	c := tape.From(0)
	var r Record
	for c.Next(&r) == nil {
		all.Events = append(all.Events, tape.Event(&r))
	}
	return all
}

func TestRead(t *testing.T) {
	in := ` {"source":"a test", "start":"2026-01-01T13:00:00+01:00","version":1,` +
		`"resolution_s":0.5,"redactions":["none"] }` + "\r\n" +
		`{"t":0,"task":"10.0.0.1","method":"GET","path":"/v2/credentials/a?b=c","headers":{"User-Agent":"x \"y\"","A":""}}` + "\n" +
		`{"lat_us":0.5,"status":429,"path":"/","method":"PUT","task":"\u00e9","t":1.5,"headers":{}}`
	want := &Trace{
		Header: Header{
			Version: 2, Source: "a test", Start: time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC),
			ResolutionS: 0.5, Redactions: []string{"none"},
		},
		Events: []Event{
			{
				Task: "10.0.0.1", Method: "GET", Path: "/v2/credentials/a?b=c",
				Headers: map[string]string{"User-Agent": `x "y"`, "A": ""},
			},
			{T: 1500 * time.Millisecond, Task: "é", Method: "PUT", Path: "/", Status: 429, Lat: 500},
		},
	}
	got, err := read("x", strings.NewReader(in))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestReadRefuses(t *testing.T) {
	const event = `{"t":1,"task":"a","method":"GET","path":"/"}` + "\n"
	// with is an event with one more field.
	with := func(field string) string {
		return header + `{"t":1,"task":"a","method":"GET","path":"/",` + field + "}\n"
	}
	for _, c := range []struct{ name, in, want string }{
		{"nothing", "", "x:1:1: the file is empty: want a trace's header"},
		{"only a header", header, "x:2:1: no event follows the header"},
		{"no header", event, "x:1:1: version: missing, the first line must be a trace's header"},
		{"header not JSON", "{hello\n", "x:1:2: not JSON: invalid character 'h' looking for beginning of object key string"},
		{"header not an object", "[1]\n", "x:1:1: not a trace, which begins with a JSON object: import it first (loadgen trace import)"},
		{"an audit log", `2026-01-01T12:00:00Z 429 10.0.0.1:5 "/x" "" - ` + "\n",
			"x:1:1: not a trace, which begins with a JSON object: import it first (loadgen trace import)"},
		{"a later version", `{"version":3,"colour":"blue"}` + "\n", "x:1:12: version: this is version 3, want 1 or 2"},
		{"version as text", `{"version":"1"}` + "\n", `x:1:12: version: this is version "1", want 1 or 2`},
		{"several mistakes in the header",
			`{"version":1,"Source":"","start":"now","resolution_s":-1,"redactions":"x"}` + "\n",
			"x:1:14: unknown field \"Source\"\n" +
				`x:1:34: start: want a time as in 2026-01-01T12:00:00Z, got "now"` + "\n" +
				"x:1:55: resolution_s: want 0..86400 seconds\n" +
				`x:1:71: redactions: want a list of strings, got "x"`},
		{"an endless resolution", `{"version":1,"resolution_s":1e400}` + "\n",
			"x:1:29: resolution_s: want a number of seconds, got 1e400"},
		{"a start before the year 0", `{"version":1,"start":"0000-01-01T00:00:00+01:00"}` + "\n",
			"x:1:22: start: the year -1 cannot be written"},
		{"source null", `{"version":1,"source":null}` + "\n", "x:1:23: source: want a string, got null"},
		{"source that moves the cursor", `{"version":1,"source":"\u001b[2J"}` + "\n",
			`x:1:23: source: "\x1b[2J" has a control character`},
		{"redaction that moves the cursor", `{"version":1,"redactions":["\u001b"]}` + "\n",
			`x:1:27: redactions: "\x1b" has a control character`},

		{"unknown field", with(`"Status":200`), `x:2:45: unknown field "Status"`},
		{"field given twice", with(`"t":2`), `x:2:45: field "t" given twice`},
		{"everything missing", header + "{}\n",
			"x:2:1: t: missing\nx:2:1: task: missing\nx:2:1: method: missing\nx:2:1: path: missing"},
		{"everything wrong",
			header + `{"t":-1,"task":"","method":"G T","path":"v2","status":42,"lat_us":-1,"headers":{"A B":"","C":"\u0000","D":1,"D":""}}` + "\n",
			"x:2:6: t: must not be negative\n" +
				"x:2:16: task: must not be empty\n" +
				`x:2:28: method: "G T" is not an HTTP method` + "\n" +
				`x:2:41: path: "v2" does not start with /` + "\n" +
				"x:2:55: status: 42 is not a status code, want 100..999\n" +
				"x:2:67: lat_us: must not be negative\n" +
				`x:2:81: headers: "A B" is not a header name` + "\n" +
				`x:2:90: headers: C: "\x00" has a control character` + "\n" +
				`x:2:107: headers: "D": want a string, got 1` + "\n" +
				`x:2:109: headers: "D" given twice`},
		{"all of the wrong type",
			header + `{"t":"1","task":1,"method":null,"path":[" "],"status":"200","lat_us":true,"headers":["a"]}` + "\n",
			`x:2:6: t: want a number of seconds, got "1"` + "\n" +
				"x:2:17: task: want a string, got 1\n" +
				"x:2:28: method: want a string, got null\n" +
				`x:2:40: path: want a string, got [" "]` + "\n" +
				`x:2:55: status: want a status code, got "200"` + "\n" +
				"x:2:70: lat_us: want a number of microseconds, got true\n" +
				`x:2:85: headers: want an object of strings, got ["a"]`},
		{"status zero", with(`"status":0`), "x:2:54: status: want 100..999, or no status"},
		{"status with a fraction", with(`"status":200.5`), "x:2:54: status: want a status code, got 200.5"},
		{"path with a space", header + `{"t":1,"task":"a","method":"GET","path":"/a b"}` + "\n",
			`x:2:41: path: "/a b" has the byte " ", which must be escaped`},
		{"path with a fragment", header + `{"t":1,"task":"a","method":"GET","path":"/a#b"}` + "\n",
			`x:2:41: path: "/a#b" has the byte "#", which must be escaped`},
		{"path with a broken escape", header + `{"t":1,"task":"a","method":"GET","path":"/%zz"}` + "\n",
			`x:2:41: path: "/%zz" cannot be sent: invalid URL escape "%zz"`},
		{"task too long", header + `{"t":1,"task":"` + strings.Repeat("a", 1025) + `","method":"GET","path":"/"}` + "\n",
			"x:2:15: task: longer than 1024 bytes"},
		{"back in time", header + event + `{"t":0.5,"task":"a","method":"GET","path":"/"}` + "\n",
			"x:3:6: t: 500ms is before the previous event, at 1s"},
		{"empty line", header + event + "\n" + event, "x:3:1: the line is empty"},
		{"blank line at the end", header + event + " \n", "x:3:1: the line is empty"},
		{"two events on a line", header + event[:len(event)-1] + event,
			"x:2:45: not JSON: invalid character '{' after top-level value"},
		{"cut in the middle", header + event + event[:20], "x:3:21: the line is cut short"},
		{"damaged in the middle", header + event + `{"t":1,"task":"a",,}` + "\n",
			"x:3:19: not JSON: invalid character ',' looking for beginning of object key string"},
		{"not UTF-8", header + `{"t":1,"task":"` + "\xff\"}\n", "x:2:16: not UTF-8"},
		{"a long value is cut in the message", with(`"status":"` + strings.Repeat("a", 100) + `"`),
			`x:2:54: status: want a status code, got "` + strings.Repeat("a", 59) + "…"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := read("x", strings.NewReader(c.in))
			if errorText(err) != c.want {
				t.Errorf("got  %v\nwant %v", err, c.want)
			}
			if got != nil {
				t.Errorf("got a trace beside the error: %+v", got)
			}
			if place := new(Error); !errors.As(err, &place) || place.File != "x" || place.Line == 0 {
				t.Errorf("got no place: %+v", place)
			}
		})
	}
}

func TestReadSharesWhatIsEqual(t *testing.T) {
	line := `{"t":1,"task":"a","method":"GET","path":"/","headers":{"A":"b"}}` + "\n"
	tr, err := read("x", strings.NewReader(header+line+line))
	if err != nil {
		t.Fatal(err)
	}
	a, b := tr.Events[0].Headers, tr.Events[1].Headers
	if reflect.ValueOf(a).Pointer() != reflect.ValueOf(b).Pointer() {
		t.Error("equal headers are not one map")
	}
}

// TestCutFiles cuts a trace at every byte: what is left is refused, unless
// whole lines are left.
func TestCutFiles(t *testing.T) {
	var whole bytes.Buffer
	if err := random(rand.New(rand.NewPCG(3, 4))).Write(&whole); err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(whole.Bytes(), []byte("\n"))
	for n := range whole.Len() {
		cut := whole.Bytes()[:n]
		atEnd := bytes.HasSuffix(cut, []byte("\n")) || whole.Bytes()[n] == '\n'
		fine := atEnd && n > len(lines[0])
		if tr, err := read("x", bytes.NewReader(cut)); (err == nil) != fine || (tr != nil) != fine {
			t.Errorf("cut at %d: got %v, want fine: %v", n, err, fine)
		}
	}
	packed := pack(t, whole.Bytes())
	for n := 2; n < len(packed); n++ {
		if tr, err := read("x", bytes.NewReader(packed[:n])); err == nil || tr != nil || !strings.Contains(err.Error(), "gunzip: the file is cut short") {
			t.Errorf("gzip cut at %d: got %v", n, err)
		}
	}
	for n := 10; n < len(packed); n++ { // the header of gzip has no checksum
		damaged := bytes.Clone(packed)
		damaged[n] ^= 0x55
		if tr, err := read("x", bytes.NewReader(damaged)); err == nil || tr != nil {
			t.Errorf("gzip damaged at %d: got no error", n)
		}
	}
}

func TestReadIsBounded(t *testing.T) {
	const event = `{"t":1,"task":"a","method":"GET","path":"/"}` + "\n"
	small := limits{line: 100, text: 1000, events: 3, distinct: 1000}
	for _, c := range []struct{ name, in, want string }{
		{"as many events as may be", header + strings.Repeat(event, 3), ""},
		{"one more", header + strings.Repeat(event, 4), "x:5: more than 3 events"},
		{"a long line", header + event + strings.Repeat(" ", 100), "x:3:100: the line is longer than 100 bytes"},
		{"much text", header + strings.Repeat(event, 100), "x:1: more text than a trace may have"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := readWithin("x", strings.NewReader(c.in), small); errorText(err) != c.want {
				t.Errorf("plain: got %v, want %v", err, c.want)
			}
			want := strings.Replace(c.want, "x:1: more", "x:1: gunzip: more", 1)
			if _, err := readWithin("x", bytes.NewReader(pack(t, []byte(c.in))), small); errorText(err) != want {
				t.Errorf("gzipped: got %v, want %v", err, want)
			}
		})
	}
}

// TestGzipBombs unpacks what would fill the memory if it were let.
func TestGzipBombs(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = io.WriteString(z, header)
	zeros := make([]byte, 1<<20)
	for range 4 {
		_, _ = z.Write(zeros)
	}
	_ = z.Close()
	_, err := read("bomb.gz", &packed)
	if want := "bomb.gz:2:1048576: the line is longer than 1048576 bytes"; errorText(err) != want {
		t.Errorf("got %v, want %v", err, want)
	}
}

func TestBrokenSources(t *testing.T) {
	broken := errors.New("the disk is on fire")
	var whole bytes.Buffer
	if err := random(rand.New(rand.NewPCG(5, 6))).Write(&whole); err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 1, 40, whole.Len() / 2, whole.Len()} {
		r := io.MultiReader(bytes.NewReader(whole.Bytes()[:n]), iotest.ErrReader(broken))
		if tr, err := read("x", r); err == nil || tr != nil || !strings.Contains(err.Error(), broken.Error()) {
			t.Errorf("broken at %d: got %v", n, err)
		}
	}
	if _, err := read("x.gz", strings.NewReader(header)); errorText(err) != "x.gz: gunzip: not gzip data" {
		t.Errorf("a .gz that is none: got %v", err)
	}
	if _, err := read("x", strings.NewReader("\x1f\x8b\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00")); errorText(err) != "x: gunzip: gzip: invalid header" {
		t.Errorf("a gzip header that is none: got %v", err)
	}
}

func TestOpen(t *testing.T) {
	want := random(rand.New(rand.NewPCG(7, 8)))
	var b bytes.Buffer
	if err := want.Write(&b); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, content := range map[string][]byte{
		"plain.jsonl":     b.Bytes(),
		"packed.jsonl.gz": pack(t, b.Bytes()),
		"packed.jsonl":    pack(t, b.Bytes()), // the content tells, not the name
		"parts.jsonl.gz":  append(pack(t, b.Bytes()[:50]), pack(t, b.Bytes()[50:])...),
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := Open(path)
			if err != nil {
				t.Fatal(err)
			}
			if got := inMemory(t, got); !reflect.DeepEqual(got, want) {
				t.Errorf("Open: got %+v, want %+v", got, want)
			}
			got, err = OpenFS(fstest.MapFS{"a/" + name: {Data: content}}, "a/"+name)
			if err != nil {
				t.Fatal(err)
			}
			if got := inMemory(t, got); !reflect.DeepEqual(got, want) {
				t.Errorf("OpenFS: got %+v, want %+v", got, want)
			}
		})
	}
	if _, err := Open(filepath.Join(dir, "absent")); !errors.Is(err, os.ErrNotExist) || !strings.HasPrefix(err.Error(), "opening trace: ") {
		t.Errorf("absent: got %v", err)
	}
	if _, err := OpenFS(fstest.MapFS{}, "absent"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("absent: got %v", err)
	}
	if _, err := Open(dir); err == nil || !strings.HasPrefix(err.Error(), "reading ") {
		t.Errorf("a folder: got %v", err)
	}
}

// pack is gzip.
func pack(t testing.TB, b []byte) []byte {
	t.Helper()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

// FuzzRead checks that what can be read can be written and read again, and
// that nothing else happens to any input.
func FuzzRead(f *testing.F) {
	r := rand.New(rand.NewPCG(9, 10))
	for range 20 {
		var b bytes.Buffer
		if err := random(r).Write(&b); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Add([]byte(header + `{"t":1e-5,"task":"\ud800","method":"G","path":"/","headers":{"A":"\u0009"}}`))
	f.Add([]byte(`{"version":1,"start":"0001-01-01T00:00:00Z","redactions":[]}` + "\n" + `{ }`))
	f.Fuzz(func(t *testing.T, in []byte) {
		tr, err := read("x", bytes.NewReader(in))
		if err != nil {
			if tr != nil {
				t.Fatalf("a trace beside the error %v", err)
			}
			return
		}
		rewrite(t, tr)
	})
}

// rewrite checks that a trace survives being written and read, and that the
// form it is written in is stable.
func rewrite(t *testing.T, tr *Trace) {
	t.Helper()
	var first, second bytes.Buffer
	if err := tr.Write(&first); err != nil {
		t.Fatal(err)
	}
	again, err := read("again", bytes.NewReader(first.Bytes()))
	if err != nil {
		t.Fatalf("%v\nin: %s", err, first.Bytes())
	}
	if !reflect.DeepEqual(again, tr) {
		t.Fatalf("got %+v, want %+v", again, tr)
	}
	if err := again.Write(&second); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Fatalf("written again, %v: got %s, want %s", err, second.Bytes(), first.Bytes())
	}
}

func BenchmarkRead(b *testing.B) {
	tr := &Trace{}
	agent := map[string]string{"User-Agent": "Go-http-client/1.1"}
	for i := range 8000 {
		tr.Events = append(tr.Events, Event{T: time.Duration(i) * 30 * time.Millisecond, Task: "127.0.0." + strconv.Itoa(i%24+1), Method: "GET", Path: "/v2/credentials", Cut: true, Status: 200, Headers: agent})
	}
	var text bytes.Buffer
	if err := tr.Write(&text); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := read("x", bytes.NewReader(text.Bytes())); err != nil {
			b.Fatal(err)
		}
	}
}
