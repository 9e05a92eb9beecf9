package trace

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

// FuzzEvent reads anything as a line of a trace: it is an event whose parts are
// sound, or something is wrong within the line.
func FuzzEvent(f *testing.F) {
	for _, line := range []string{
		`{"t":1.5,"task":"a","method":"GET","path":"/v2/credentials/x?a=%20","status":200,"lat_us":12.5,"headers":{"User-Agent":"curl"}}`,
		`{"t":0,"task":"a","method":"GET","path":"/","addr":"::1","cut":true,"execution":true,"inferred":true}`,
		`{"t":01,"task":"a","method":"GET","path":"/","lat_us":1.2345}`, `{"t":0,"task":"a","method":"GET","path":"/","cut":false}`,
		`{"t":1e-5,"task":"\ud800","method":"G","path":"/","headers":{"A":"\u0009"}}`, `{ }`, `[]`, `{"t":1,"t":2}`, "{\"t\":\"\xff\"}", "",
	} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		p := problems{file: "x", line: 1}
		d := newDecoder(1 << 20)
		var e, again Event
		if d.quick(line, &e, 0) {
			t.Fatalf("%q was decoded by texts that were never seen", line)
		}
		d.event(&p, line, &e, 0)
		check(t, &p, line, &e)
		if d.quick(line, &again, 0) && (p.err() != nil || !reflect.DeepEqual(again, e)) {
			t.Fatalf("%q: quickly %+v, else %+v, %v", line, again, e, p.err())
		}
	})
}

// check says what is wrong with an event that was read.
func check(t *testing.T, p *problems, line []byte, e *Event) {
	t.Helper()
	for _, err := range p.list {
		if at, ok := errors.AsType[*Error](err); !ok || at.Col < 1 || at.Col > len(line)+1 {
			t.Fatalf("got %v in a line of %d bytes", err, len(line))
		}
	}
	if err := p.err(); err != nil {
		if n := strings.Count(err.Error(), "\n"); n > 20 || len(err.Error()) > 21*2000 {
			t.Fatalf("got an error of %d lines and %d bytes", n, len(err.Error()))
		}
		return
	}
	for _, err := range []error{checkTask(e.Task), checkMethod(e.Method), checkPath(e.Path), checkStatus(e.Status)} {
		if err != nil {
			t.Fatalf("%q: got %+v: %v", line, e, err)
		}
	}
}
