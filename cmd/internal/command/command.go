// Package command is what both programs are built on: exit codes, errors with
// hints, the layout of the help, and how a command line that names no command
// is refused.
package command

import (
	"context"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tenement/internal/release"

	"tenement/internal/quantity"
	"tenement/internal/words"
)

// Root adds to a program's root command what both programs have: version, help
// and completion. Execute returns errors; its caller prints them.
func Root(root *cobra.Command) {
	root.SilenceErrors, root.SilenceUsage = true, true
	root.Version = release.Version()
	root.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetHelpCommand(&cobra.Command{Hidden: true}) // there is --help
	root.SetHelpFunc(func(c *cobra.Command, _ []string) { _, _ = io.WriteString(c.OutOrStdout(), help(c)) })
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(completion(root.Name()))
}

// printed is a program's stdout. It keeps the first error, because cobra drops
// those of help and version.
type printed struct {
	to  io.Writer
	err error
}

// Write implements io.Writer.
func (p *printed) Write(b []byte) (int, error) {
	n, err := p.to.Write(b)
	if p.err == nil {
		p.err = err
	}
	return n, err
}

// Execute runs a program's root command with its arguments. A command that
// cannot print everything has failed.
func Execute(ctx context.Context, root *cobra.Command, args []string, stdout, stderr io.Writer) error {
	root.SetArgs(args)
	out := &printed{to: stdout}
	root.SetOut(out)
	root.SetErr(stderr)
	if err := known(root, args); err != nil {
		return err
	}
	if err := root.ExecuteContext(ctx); err != nil {
		return err
	}
	return out.err
}

// Group completes a command that only has sub-commands.
func Group(c *cobra.Command, sub ...*cobra.Command) *cobra.Command {
	c.AddCommand(sub...)
	c.Use += " COMMAND"
	c.DisableFlagsInUseLine = true
	c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	c.Args = func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return Usagef(seeHelp(c), "unknown command %q for `%s`", args[0], c.CommandPath())
		}
		return nil
	}
	return c
}

// Args checks that there are at least least arguments and, unless most is
// negative, at most most. The error says that it wants what.
func Args(least, most int, what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) < least || most >= 0 && len(args) > most {
			return Usagef("usage: "+c.UseLine(), "want %s, got %s", what, words.Plural(uint64(len(args)), "argument", "arguments"))
		}
		return nil
	}
}

// known returns an error if the arguments name a command that does not exist.
// Cobra would look at the flags first, and answer --help with the help of the
// parent command.
func known(root *cobra.Command, args []string) error {
	if len(args) > 0 && (args[0] == cobra.ShellCompRequestCmd || args[0] == cobra.ShellCompNoDescRequestCmd) {
		return nil // a shell asks
	}
	c, rest, err := root.Find(args)
	if err != nil || !c.HasAvailableSubCommands() {
		return err
	}
	if word, ok := firstWord(c, rest); ok {
		return c.ValidateArgs([]string{word})
	}
	return nil
}

// firstWord is the first argument that is neither a flag nor a flag's value.
func firstWord(c *cobra.Command, args []string) (word string, ok bool) {
	c.InitDefaultHelpFlag()
	c.InitDefaultVersionFlag()
	for i := 0; i < len(args); i++ {
		switch arg := args[i]; {
		case arg == "--":
			return "", false
		case !strings.HasPrefix(arg, "-"):
			return arg, true
		case takesValue(c.Flags(), arg):
			i++
		}
	}
	return "", false
}

// takesValue reports whether the next argument is the value of this flag. An
// unknown flag is assumed to have one, as in cobra.
func takesValue(flags *pflag.FlagSet, arg string) bool {
	name, long := strings.CutPrefix(arg, "--")
	if strings.Contains(arg, "=") || !long && len(arg) != len("-x") {
		return false
	}
	f := flags.Lookup(name)
	if !long {
		f = flags.ShorthandLookup(arg[1:])
	}
	return f == nil || f.NoOptDefVal == ""
}

// seeHelp is the hint where there is no more specific one.
func seeHelp(c *cobra.Command) string { return "see `" + c.CommandPath() + " --help`" }

// longestValue bounds how much of the value of a flag an error shows, in characters.
const longestValue = 100

// longestDuration is the longest time that a time.Duration holds, in whole hours.
const longestDuration = "2562047h (292 years)"

// flagError rewrites an error of the flag library without the names of Go
// functions and types. A long value, such as a list, is cut: what is wrong
// comes after it.
func flagError(c *cobra.Command, err error) error {
	invalid, ok := errors.AsType[*pflag.InvalidValueError](err)
	if !ok {
		return Usage(err, seeHelp(c))
	}
	// The time package names itself and the value, which is named already.
	text := strings.TrimPrefix(invalid.Unwrap().Error(), "time: ")
	if number, ok := errors.AsType[*strconv.NumError](invalid.Unwrap()); ok {
		text = "want a whole number"
		if number.Func == "ParseUint" {
			text += " of 0 or more"
		}
	}
	if _, problem := quantity.Duration(invalid.GetValue()); problem == quantity.TooLong && invalid.GetFlag().Value.Type() == "duration" {
		text = "want at most " + longestDuration
	}
	return Usagef(seeHelp(c), "--%s %q: %s", invalid.GetFlag().Name, words.Shortened(invalid.GetValue(), longestValue), text)
}
