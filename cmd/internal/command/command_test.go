package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func TestExplain(t *testing.T) {
	cause := errors.New("cause")
	_, missing := os.Open("no/such/file")
	for _, test := range []struct {
		name string
		err  error
		text string
		code int
	}{
		{"nothing", nil, "", Fine},
		{"an error", cause, "tool: cause\n", Failed},
		{"the last line ends once", errors.New("a\nb\n"), "tool: a\nb\n", Failed},
		{"usage", Usage(cause, ""), "tool: cause\n", BadUsage},
		{"usage with a hint", Usagef("try this", "bad %d", 1), "tool: bad 1\n  try this\n", BadUsage},
		{"a code inside", fmt.Errorf("doing: %w", &Error{cause, GateFailed, "look"}), "tool: doing: cause\n  look\n", GateFailed},
		{"unreadable", Unreadable("file", missing), "tool: reading file: no such file or directory\n", BadUsage},
	} {
		t.Run(test.name, func(t *testing.T) {
			text, code := Explain("tool", test.err)
			if text != test.text || code != test.code {
				t.Errorf("got %q, %d, want %q, %d", text, code, test.text, test.code)
			}
		})
	}
}

// tool is a program with a flag and a verb, which say what they were given.
func tool() *cobra.Command {
	root := &cobra.Command{Use: "tool"}
	verb := &cobra.Command{Use: "verb [WORD]", Short: "Do it", Args: Args(0, 1, "one word at most")}
	n := 0
	Section(verb, "What to do", func(f *pflag.FlagSet) { f.IntVar(&n, "n", 1, "do it `N` times") })
	verb.RunE = func(c *cobra.Command, args []string) error {
		fmt.Fprintln(c.OutOrStdout(), n, args)
		return nil
	}
	Root(Group(root, verb, Group(&cobra.Command{Use: "set", Short: "Set it"}, &cobra.Command{Use: "one", Run: func(*cobra.Command, []string) {}})))
	return root
}

func TestExecute(t *testing.T) {
	const unknown = "unknown command %q for `%s`"
	for _, test := range []struct{ args, out, err string }{
		{"verb", "1 []\n", ""},
		{"verb --n 2 x", "2 [x]\n", ""},
		{"verb x y", "", "want one word at most, got 2 arguments"},
		{"verb --n x", "", `--n "x": want a whole number`},
		{"verb --n " + strings.Repeat("x", 200), "", `--n "` + strings.Repeat("x", 100) + `…": want a whole number`},
		{"verb --m", "", "unknown flag: --m"},
		{"nope", "", fmt.Sprintf(unknown, "nope", "tool")},
		{"nope --help", "", fmt.Sprintf(unknown, "nope", "tool")},
		{"--help nope", "", fmt.Sprintf(unknown, "nope", "tool")},
		{"-h nope", "", fmt.Sprintf(unknown, "nope", "tool")},
		{"nope --version", "", fmt.Sprintf(unknown, "nope", "tool")},
		{"nope --m=1 -x", "", fmt.Sprintf(unknown, "nope", "tool")},
		{"--m 1 nope", "", fmt.Sprintf(unknown, "nope", "tool")},
		{"--m", "", "unknown flag: --m"},
		{"set nope --help", "", fmt.Sprintf(unknown, "nope", "tool set")},
		{"set --help nope", "", fmt.Sprintf(unknown, "nope", "tool set")},
		{"help", "", fmt.Sprintf(unknown, "help", "tool")},
		{"completion tcsh", "", `unknown shell "tcsh"`},
	} {
		t.Run(test.args, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			err := Execute(context.Background(), tool(), strings.Fields(test.args), &stdout, &stderr)
			if got := fmt.Sprint(err); test.err != "" && got != test.err || test.err == "" && err != nil {
				t.Errorf("got error %v, want %q", err, test.err)
			}
			if test.err != "" {
				if _, code := Explain("tool", err); code != BadUsage {
					t.Errorf("got exit code %d, want %d", code, BadUsage)
				}
			}
			if stdout.String() != test.out || stderr.Len() > 0 {
				t.Errorf("got %q, and %q on stderr, want %q", &stdout, &stderr, test.out)
			}
		})
	}
}

func TestHelp(t *testing.T) {
	const want = `usage: tool verb [WORD] [flags]

Do it

What to do:
      --n N   do it N times (default 1)

Flags:
  -h, --help   help for verb
`
	var stdout, stderr bytes.Buffer
	if err := Execute(context.Background(), tool(), []string{"verb", "--help"}, &stdout, &stderr); err != nil {
		t.Fatal(err)
	}
	if got := stdout.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
