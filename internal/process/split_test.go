package process

import (
	"slices"
	"testing"
)

func TestSplit(t *testing.T) {
	for _, test := range []struct {
		command string
		want    []string
		err     string
	}{
		{"a", []string{"a"}, ""},
		{"  a\tb \n c ", []string{"a", "b", "c"}, ""},
		{`a 'b c' "d e"`, []string{"a", "b c", "d e"}, ""},
		{`a b'c'"d"e`, []string{"a", "bcde"}, ""},
		{`a '' ""`, []string{"a", "", ""}, ""},
		{`a\ b \' \"`, []string{"a b", "'", `"`}, ""},
		{`a '\' "\n\"\\"`, []string{"a", `\`, `\n"\`}, ""},
		{`sh -c 'x | y $z *'`, []string{"sh", "-c", "x | y $z *"}, ""},
		{`ö "ü ß"`, []string{"ö", "ü ß"}, ""},
		{``, nil, "want a command"},
		{`  `, nil, "want a command"},
		{`'' a`, nil, "want a command"},
		{`a 'b`, nil, "a quotation mark has no partner"},
		{`a "b\"`, nil, "a quotation mark has no partner"},
		{`a \`, nil, "a backslash has nothing behind it"},
	} {
		t.Run(test.command, func(t *testing.T) {
			got, err := Split(test.command)
			text := ""
			if err != nil {
				text = err.Error()
			}
			if !slices.Equal(got, test.want) || text != test.err {
				t.Errorf("got %q, %q, want %q, %q", got, text, test.want, test.err)
			}
		})
	}
}
