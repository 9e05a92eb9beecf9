package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"tenement/cmd/internal/command"
	"tenement/internal/words"
	"tenement/profiles"
)

// errInterrupted ends a run that the user stopped; its report is written.
var errInterrupted = &command.Error{Err: errors.New("interrupted"), Code: command.Interrupted}

// program is what the verbs share.
type program struct {
	stdout, stderr io.Writer
}

// loadgen is the program: arguments and streams in, an exit code out.
func loadgen(args []string, stdout, stderr io.Writer) int {
	p := &program{stdout: stdout, stderr: stderr}
	return p.explain(command.Execute(context.Background(), p.root(), args, stdout, stderr))
}

// root is the command above the verbs.
func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "loadgen",
		Short: "Replay metadata traffic against a throttling endpoint and see who goes without",
		Long: `Loadgen replays the traffic of neighbouring tasks against an endpoint that
throttles, applies retry and caching strategies to it, and reports, per
strategy, who goes without credentials and how long the others wait.

Start with:  loadgen run noisy-neighbour`,
	}
	command.Root(command.Group(root, p.run(), p.report(), p.profile(), p.strategy(), p.trace()))
	return root
}

// note writes a line for the user beside the results.
func (p *program) note(format string, args ...any) {
	fmt.Fprintf(p.stderr, "loadgen: %s\n", words.Visible(fmt.Sprintf(format, args...)))
}

// explain tells the user what went wrong and returns the exit code.
func (p *program) explain(err error) int {
	text, code := command.Explain("loadgen", err)
	fmt.Fprint(p.stderr, text)
	return code
}

// profileNames are the names of the built-in profiles, for completion. A
// profile may also be a file.
func profileNames(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, b := range profiles.Builtins() {
		names = append(names, cobra.CompletionWithDesc(b.Name, b.Title))
	}
	return names, cobra.ShellCompDirectiveDefault
}
