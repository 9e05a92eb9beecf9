package throttle_test

import (
	"testing"

	"tenement/internal/throttle"
)

func TestParseLimit(t *testing.T) {
	for _, row := range []struct{ text, line, err string }{
		{"40,60,ip+path", "40,60,ip+path", ""},
		{"40,60", "40,60,ip+path", ""},
		{"2.5,3,host", "2.5,3,host", ""},
		{"30/m,10,path+ip", "30/m,10,ip+path", ""},
		{"40", "", `limit "40": want a rate, a burst and a scope, such as 40,60,ip+path`},
		{"40,60,host,1", "", `limit "40,60,host,1": want a rate, a burst and a scope, such as 40,60,ip+path`},
		{"x,60", "", `rate "x/s": "x" is not a decimal number: want one such as 40 or 2.5`},
		{"40,0", "", `burst "0": want a whole number, 1 or more`},
		{"40,60,task+", "", `scope "task+": want host, or tenant, task, ip or path, or several with + between them, such as ip+path`},
		{"40,9000000000000000000", "", `burst 9000000000000000000: want at most 92233720368 at a rate of 40/s, or a rate with fewer digits`},
	} {
		l, err := throttle.ParseLimit(row.text)
		text := ""
		if err != nil {
			text = err.Error()
		}
		if text != row.err || err == nil && l.Line() != row.line {
			t.Errorf("%q: got %s, %q, want %s, %q", row.text, l.Line(), text, row.line, row.err)
		}
	}
}
