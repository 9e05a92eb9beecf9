package symptom

import (
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

// logs are ways in which errors stand in a long text.
var logs = []struct {
	name string
	line func(r *rand.Rand, i int, text string) string
}{
	{"with times", func(r *rand.Rand, i int, text string) string {
		return fmt.Sprintf("2026-11-29T10:%02d:%02d.%03dZ ERROR %s\n", i/60%60, i%60, r.IntN(1000), text)
	}},
	{"of one time", func(_ *rand.Rand, _ int, text string) string { return "2026-11-29T10:00:00Z ERROR " + text + "\n" }},
	{"plain", func(r *rand.Rand, _ int, text string) string {
		return strings.Repeat("all is well\n", r.IntN(9)) + text + "\n"
	}},
	{"on one line", func(_ *rand.Rand, _ int, text string) string { return text + "; the order was 7 apples. " }},
	{"in JSON", func(_ *rand.Rand, i int, text string) string {
		return fmt.Sprintf(`{"level":"error","ts":%d,"msg":%q}`+"\n", i, text)
	}},
	{"stack traces", func(r *rand.Rand, i int, text string) string {
		return fmt.Sprintf("10:%02d:%02d.%03d [main] ERROR %s\n%s", i/60%60, i%60, r.IntN(1000), text, strings.Repeat("\tat com.example.App.run(App.java:42)\n", r.IntN(30)))
	}},
}

// In windows the same is found as in the text as a whole, as often, with the same excerpts.
func TestWindows(t *testing.T) {
	for _, log := range logs {
		for seed := range uint64(3) {
			r := rand.New(rand.NewPCG(seed, 1))
			var b strings.Builder
			for i := 0; b.Len() < 200<<10; i++ {
				b.WriteString(log.line(r, i, texts[r.IntN(len(texts))].text))
			}
			text := b.String()
			want, err := readIn(strings.NewReader(text), make([]byte, len(text)+1), ahead)
			if err != nil {
				t.Fatal(err)
			}
			got, err := readIn(strings.NewReader(text), make([]byte, 96<<10), 16<<10)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				for i := range want {
					if i >= len(got) || !reflect.DeepEqual(got[i], want[i]) {
						t.Errorf("%s, seed %d: finding %d: got %+v, want %+v", log.name, seed, i, got[min(i, len(got)-1)], want[i])
						break
					}
				}
			}
		}
	}
}

// What a window begins in is the same as in the text as a whole: a record that has taken in
// others, and an entry of several lines.
func TestWindowsBeginInside(t *testing.T) {
	const stamp = "2026-11-29T10:00:00Z "
	for name, text := range map[string]string{
		"records that take in others": strings.Repeat("ThrottlingException: Rate exceeded\n", 12_000),
		"an entry of many lines": strings.Repeat(stamp+"all is well\n"+strings.Repeat("all is well\n", 12_000)+
			"An error occurred (ExpiredToken) when\n"+stamp+"calling the ListBuckets operation: The provided token has expired.\n", 3),
	} {
		want, err := readIn(strings.NewReader(text), make([]byte, len(text)+1), ahead)
		if err != nil {
			t.Fatal(err)
		}
		got, err := readIn(strings.NewReader(text), make([]byte, 96<<10), 16<<10)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %s, %v, want %s", name, said(got), err, said(want))
		}
	}
}

// endless is a log that goes on for so many bytes.
type endless struct {
	line string
	at   int
	left int
}

func (e *endless) Read(b []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n := copy(b, e.line[e.at:])
	e.at, e.left = (e.at+n)%len(e.line), e.left-n
	return n, nil
}

// Memory does not grow with the text.
func TestLongText(t *testing.T) {
	const lines = 40_000 // of 7 MB together
	line := "2026-11-29T10:00:07Z ERROR CredentialRetrievalError: Error when retrieving credentials from container-role: Error retrieving metadata: Received non 200 response 429 from container metadata: x\n"
	r := &watched{Reader: &endless{line: line, left: lines * len(line)}}
	all, err := Read(r)
	if err != nil || len(all) != 1 || all[0].Count != lines {
		t.Errorf("got %s, %v, want it %d times", said(all), err, lines)
	}
	if most := uint64(6 << 20); r.most > most {
		t.Errorf("%d MiB were in use, want at most %d", r.most>>20, most>>20)
	}
}

// watched is a reader that sees how much is in use now and then.
type watched struct {
	io.Reader
	n    int
	most uint64
}

func (w *watched) Read(b []byte) (int, error) {
	if w.n++; w.n%20000 == 0 {
		var m runtime.MemStats
		runtime.GC() // so that garbage does not count, of which there is as much as GOGC says
		runtime.ReadMemStats(&m)
		w.most = max(w.most, m.HeapAlloc)
	}
	return w.Reader.Read(b)
}
