package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tenement/internal/release"
)

// Exit codes. They are promises to CI jobs.
const (
	exitFine        = 0
	exitFailed      = 1   // could not run
	exitUsage       = 2   // usage or bad input
	exitGate        = 3   // a gate failed
	exitInterrupted = 130 // stopped by the user
)

// coded is an error with the exit code that it asks for, and a hint for a
// second line.
type coded struct {
	error
	code int
	hint string
}

func (e *coded) Unwrap() error { return e.error }

// usage marks an error as the user's: exit code 2.
func usage(err error, hint string) error { return &coded{err, exitUsage, hint} }

func usagef(hint, format string, args ...any) error {
	return usage(fmt.Errorf(format, args...), hint)
}

// errInterrupted ends a run that the user stopped; its report is written.
var errInterrupted = &coded{errors.New("interrupted"), exitInterrupted, ""}

// loadgen is the program: arguments and streams in, an exit code out.
func loadgen(args []string, stdout, stderr io.Writer) int {
	root := &cobra.Command{
		Use:   "loadgen",
		Short: "Replay metadata traffic against a throttling endpoint and see who goes without",
		Long: `Loadgen replays the traffic of neighbouring tasks against an endpoint that
throttles, applies retry and caching strategies to it, and reports, per
strategy, who goes without credentials and how long the others wait.

Start with:  loadgen run noisy-neighbour`,
		SilenceErrors:     true,
		SilenceUsage:      true,
		Version:           release.Version(),
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	root.SetUsageTemplate(usageTemplate)
	root.SetHelpCommand(&cobra.Command{Hidden: true})
	root.SetVersionTemplate("loadgen {{.Version}}\n")
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		hint := "see `" + c.CommandPath() + " --help`"
		if invalid := (*pflag.InvalidValueError)(nil); errors.As(err, &invalid) {
			return usagef(hint, "--%s %q: want a whole number of 0 or more", invalid.GetFlag().Name, invalid.GetValue())
		}
		return usage(err, hint)
	})
	p := &program{stdout: stdout, stderr: stderr}
	root.AddCommand(p.run(), p.report(), p.profile(), p.strategy(), p.trace())
	root.RunE = func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknownVerb(c, args[0])
		}
		return c.Help()
	}
	root.Args = cobra.ArbitraryArgs
	return p.explain(root.Execute())
}

// usageTemplate is the help of every command, within 80 columns.
const usageTemplate = `Usage:
  {{if .HasAvailableSubCommands}}{{.CommandPath}} COMMAND{{else}}{{.UseLine}}{{end}}
{{- if .HasExample}}

Examples:
{{.Example}}
{{- end}}
{{- if .HasAvailableSubCommands}}

Commands:
{{- range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}

More: {{.CommandPath}} COMMAND --help
{{- end}}
{{- if .HasAvailableLocalFlags}}

Flags:
{{.LocalFlags.FlagUsagesWrapped 80 | trimTrailingWhitespaces}}
{{- end}}
`

// program is what the verbs share.
type program struct {
	stdout, stderr io.Writer
}

// note writes a line for the user beside the results.
func (p *program) note(format string, args ...any) {
	fmt.Fprintf(p.stderr, "loadgen: "+format+"\n", args...)
}

// explain tells the user what went wrong and returns the exit code.
func (p *program) explain(err error) int {
	if err == nil {
		return exitFine
	}
	code, hint := exitFailed, ""
	var c *coded
	if errors.As(err, &c) {
		code, hint = c.code, c.hint
	}
	fmt.Fprintf(p.stderr, "loadgen: %s\n", strings.TrimRight(err.Error(), "\n"))
	if hint != "" {
		fmt.Fprintf(p.stderr, "  %s\n", hint)
	}
	return code
}

// verbs makes a command that only has sub-commands.
func verbs(use, short string, sub ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{Use: use, Short: short, Args: cobra.ArbitraryArgs}
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknownVerb(c, args[0])
		}
		return c.Help()
	}
	c.AddCommand(sub...)
	return c
}

func unknownVerb(c *cobra.Command, name string) error {
	return usagef("see `"+c.CommandPath()+" --help`", "unknown command %q for `%s`", name, c.CommandPath())
}

// args checks the number of arguments.
func args(least, most int, what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) < least || most >= 0 && len(args) > most {
			return usagef("usage: "+c.UseLine(), "want %s, got %d arguments", what, len(args))
		}
		return nil
	}
}
