package intake

import (
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tenement/internal/draw"
	"tenement/internal/evidence"
	"tenement/internal/trace"
)

var oracleLines = flag.Int("oracle", 20_000, "damage a log of this `number` of lines (1000000 in the long form)")

// simply are options that conclude nothing, so that what was read can be counted.
var simply = Options{Evidence: evidence.Options{By: evidence.ByAddress, SpreadEvenly: true, NoInferred: true}}

// asked is what the oracle knows of a request.
type asked struct {
	addr, path string
	status     int
}

// oracle writes a log that is damaged in many ways, and knows what can be read of it.
type oracle struct {
	text     bytes.Buffer
	readable map[asked]int
	damaged  int64
	foreign  int64
	lines    int64
}

// line adds the i-th second's line, damaged or not.
func (o *oracle) line(i int, key draw.Key) {
	pick := func(name string, n int) int {
		return int(draw.Below(key.Name(name).With(uint64(i)).Bits(), uint64(n)))
	}
	s := i / 50
	at := fmt.Sprintf("2026-11-%02dT%02d:%02d:%02dZ", 1+s/86400, s/3600%24, s/60%60, s%60)
	a := asked{addr: fmt.Sprintf("10.0.0.%d", pick("addr", 40)), path: "/v2/credentials", status: 200}
	tail := " arn:aws:ecs:us-west-2:111122223333:task/default/0123456789abcdef GetCredentials 2 default arn:aws:ecs:us-west-2:111122223333:container-instance/default/c"
	if pick("refused", 3) == 0 {
		a.path, a.status, tail = "/v4/e-1/task", 429, " - "
	}
	whole := fmt.Sprintf(`%s %d %s:%d "%s" "curl/7.88.1"%s`, at, a.status, a.addr, 1024+i%60000, a.path, tail)
	good := func(l string) {
		o.readable[a]++
		o.lines++
		o.text.WriteString(l + "\n")
	}
	bad := func(l string) {
		o.damaged++
		o.lines++
		o.text.WriteString(l + "\n")
	}
	foreign := func(l string) {
		o.foreign++
		o.lines++
		o.text.WriteString(l + "\n")
	}
	switch pick("kind", 40) {
	case 0: // cut anywhere before its last field
		bad(whole[:1+pick("cut", len(whole)-len(tail)-2)])
	case 1: // its beginning is lost
		bad(whole[1+pick("cut", 30):])
	case 2: // a path with a line feed: two halves
		bad(at + ` 429 10.0.0.1:5 "/v4/a`)
		bad(`b" "" - `)
	case 3: // two writers at once
		bad(whole[:40] + whole)
	case 4:
		bad("\x1b[31m" + whole)
	case 5:
		bad(strings.Repeat("x", 1000*pick("long", 3)+1))
	case 6:
		bad(strings.Replace(whole, "2026-", "2O26-", 1))
	case 7:
		bad(strings.Replace(whole, "2026-", "0026-", 1))
	case 8:
		bad(strings.Replace(whole, a.addr, "10.0.0.999", 1))
	case 9:
		bad("\xff\xfe\x00\x01" + whole)
	case 10:
		foreign("")
	case 11:
		foreign(`level=info time=` + at + ` msg="Processing credential request, x" module=credentials_handler.go`)
	case 12:
		foreign(`level=warn time=` + at + ` msg="Unknown eventType: " module=entry_types.go`)
	case 13: // a line of the agent's own log, which is a request too
		a = asked{addr: "unknown", path: "/v4/e-2/stats", status: 200}
		good(`level=info time=` + at + ` msg="Writing response for v4 stats" tmdsEndpointContainerID="e-2" requestType="container stats"`)
	case 14:
		good(whole + "\r")
	case 15:
		good("\x00\x00\x00" + whole)
	case 16: // the last space is lost
		good(strings.TrimSuffix(whole, " "))
	case 17:
		good(strings.Replace(whole, "curl/7.88.1", "a \"quoted\" \xff agent, \" - ", 1))
	case 18: // a rotation put it out of order
		good(strings.Replace(whole, at, "2026-11-01T00:00:00Z", 1))
	case 19:
		good(strings.Replace(whole, ":"+fmt.Sprint(1024+i%60000)+" ", ":1 ", 1))
	default:
		good(whole)
	}
}

// TestOracle damages a log in many ways, and imports it in whole and in pieces: no line
// is lost that can be read, and each that cannot is counted once.
//
//	go test ./internal/intake -run Oracle -oracle 1000000
func TestOracle(t *testing.T) {
	o := &oracle{readable: make(map[asked]int)}
	key := draw.Seed(1).Name("oracle")
	for i := range *oracleLines {
		o.line(i, key)
	}
	o.text.WriteString(strings.Repeat("y", 3<<20) + "\n") // a line of 3 MB
	o.damaged++
	o.lines++
	if *oracleLines > 100_000 {
		t.Logf("%d lines: %d damaged, %d foreign", o.lines, o.damaged, o.foreign)
	}
	text := o.text.Bytes()
	folder := t.TempDir()
	half := bytes.LastIndexByte(text[:len(text)/2], '\n') + 1
	files := map[string][]byte{
		"whole.log": text, "b.log.1.gz": gzipped(t, text[:half]), "a.log": text[half:],
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, names := range [][]string{{"whole.log"}, {"a.log", "b.log.1.gz"}} {
		var paths []string
		for _, name := range names {
			paths = append(paths, filepath.Join(folder, name))
		}
		tape, sum, err := Import(paths, simply)
		if err != nil {
			t.Fatal(err)
		}
		c := sum.Counts
		foreign := int64(0)
		for _, n := range c.Foreign {
			foreign += n
		}
		if c.Lines != o.lines || c.Unreadable != o.damaged || foreign != o.foreign {
			t.Errorf("%v: got %d lines, %d damaged, %d foreign, want %d, %d, %d", names, c.Lines, c.Unreadable, foreign, o.lines, o.damaged, o.foreign)
		}
		if got := requests(tape); !maps.Equal(got, o.readable) {
			t.Errorf("%v: got %v, want %v", names, got, o.readable)
		}
		if err := tape.Close(); err != nil {
			t.Error(err)
		}
	}
}

// requests counts the requests of a trace.
func requests(tape *trace.Tape) map[asked]int {
	got := make(map[asked]int)
	var r trace.Record
	for from := tape.From(0); from.Next(&r) == nil; {
		e := tape.Event(&r)
		addr := e.Addr
		if addr == "" {
			addr = e.Task
		}
		got[asked{addr, e.Path, e.Status}]++
	}
	return got
}

func gzipped(t *testing.T, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
