package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"tenement/cmd/internal/command"
	"tenement/internal/outfile"
	"tenement/internal/process"
	"tenement/internal/words"
)

// errInterrupted ends a run that the user stopped; its report is written.
var errInterrupted = &command.Error{Err: errors.New("interrupted"), Code: command.Interrupted}

// program is what the verbs share.
type program struct {
	stdout  *stdout
	stderr  io.Writer
	signals *signals  // nil in tests
	began   time.Time // of the program
	quiet   bool      // nothing on stderr but errors
	shown   *progress // of the run that goes on; nil before it
}

// main is the program: arguments in, an exit code out.
func (p *program) main(args []string) int {
	err := command.Execute(context.Background(), p.root(), args, p.stdout, p.stderr)
	if lost := p.stdout.err; lost != nil && !errors.Is(err, lost) {
		err = failedToo(lost, err)
	}
	return p.explain(err)
}

// quit ends the program at once and leaves no file half written, and no process
// of a client running.
func (p *program) quit() {
	outfile.Abandon()
	process.KillAll()
	os.Exit(p.explain(errInterrupted))
}

// failedToo is the error of a command that ended with ended, or well, and that
// could not write everything. What is lost comes first, and gives the exit code.
func failedToo(lost, ended error) error {
	if lost == nil {
		return ended
	}
	e := &command.Error{Err: errors.Join(lost, ended), Code: command.Failed}
	if coded, ok := errors.AsType[*command.Error](ended); ok {
		e.Hint = coded.Hint
	}
	return e
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
	root.PersistentPreRunE = func(c *cobra.Command, args []string) error {
		return cmp.Or(nothingEmpty(c, args), readOnceOnly(c, args))
	}
	command.Root(command.Group(root, p.run(), p.compare(), p.capacity(), p.tune(), p.report(), p.history(), p.diagnose(), p.profile(), p.strategy(), p.trace()))
	return root
}

// note writes a line for the user beside the results.
func (p *program) note(format string, args ...any) {
	if p.quiet {
		return
	}
	fmt.Fprintf(p.stderr, "loadgen: %s\n", words.Visible(fmt.Sprintf(format, args...)))
}

// explain tells the user what went wrong and returns the exit code.
func (p *program) explain(err error) int {
	text, code := command.Explain("loadgen", err)
	fmt.Fprint(p.stderr, text)
	return code
}
