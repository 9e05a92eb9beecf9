package command

import (
	"errors"
	"fmt"
	"testing"

	"github.com/spf13/pflag"
)

type several struct{}

func (several) Error() string { return "one" }
func (several) All() string   { return "one\ntwo" }

func TestInput(t *testing.T) {
	for _, test := range []struct {
		err        error
		args, want string
	}{
		{several{}, "", "one"},
		{several{}, "--all-errors", "one\ntwo"},
		{fmt.Errorf("doing: %w", several{}), "--all-errors", "one\ntwo"},
		{errors.New("single"), "--all-errors", "single"},
	} {
		var in Input
		f := pflag.NewFlagSet("", pflag.ContinueOnError)
		in.Flags(f)
		if err := f.Parse([]string{test.args}); err != nil {
			t.Fatal(err)
		}
		text, code := Explain("tool", in.Refuse(test.err))
		if text != "tool: "+test.want+"\n" || code != BadUsage {
			t.Errorf("%v %s: got %q, %d", test.err, test.args, text, code)
		}
	}
}

func TestExplainIsVisible(t *testing.T) {
	text, _ := Explain("tool", Usagef("see \x1b[1m", "file \u202egnp.exe\x07:\n\tline"))
	if want := "tool: file \\u{202e}gnp.exe\\x07:\n\tline\n  see \\x1b[1m\n"; text != want {
		t.Errorf("got %q, want %q", text, want)
	}
}
