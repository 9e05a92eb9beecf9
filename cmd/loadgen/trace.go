package main

import (
	"errors"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"tenement/cmd/internal/command"
	"tenement/internal/form"
	"tenement/internal/outfile"
	"tenement/internal/trace"
	"tenement/internal/words"
)

// trace turns recordings into traces.
func (p *program) trace() *cobra.Command {
	var format, out string
	var names, described []string
	for _, f := range trace.Formats() {
		names = append(names, f.Name)
		described = append(described, "  "+f.Name+"  "+f.Doc)
	}
	c := &cobra.Command{
		Use:   "import FILE",
		Short: "Import a recording into the trace format",
		Long: `Import a recording into the trace format that profiles and --trace read:
JSON lines, a header first, then one line per request. FILE may be gzipped.

Formats:
` + strings.Join(described, "\n"),
		Args: command.Args(1, 1, "one recording"),
	}
	c.Flags().StringVarP(&format, "from", "f", "", "`format` of the recording: "+strings.Join(names, ", ")+" (default: by its content)")
	c.Flags().StringVarP(&out, "output", "o", "-", "`file` for the trace, - is stdout")
	command.CompleteFlag(c, "from", names...)
	c.RunE = func(_ *cobra.Command, files []string) error {
		toStdout := p.stdout.isAt(out)
		if !toStdout && outfile.Same(files[0], out) {
			return command.Usagef("give the trace a name of its own", "the trace would replace its recording: %s is %s", out, files[0])
		}
		f, err := os.Open(files[0])
		if err != nil {
			return command.Unreadable(files[0], err)
		}
		defer f.Close()
		t, err := trace.Import(files[0], format, f)
		if err != nil {
			return command.Usage(err, "")
		}
		if toStdout {
			return t.Write(p.stdout)
		}
		tape := trace.NewRecorder()
		for i := range t.Events {
			if err := tape.Add(&t.Events[i]); err != nil {
				return errors.Join(err, tape.Close())
			}
		}
		recorded, err := tape.Tape(t.Header)
		if err != nil {
			return err
		}
		defer recorded.Close()
		if err := outfile.Write(out, func(w io.Writer) error { return t.Write(w) }); err != nil {
			return err
		}
		p.note("trace: %s: %s of %s in %s", out, words.Plural(uint64(len(t.Events)), "request", "requests"), words.Plural(uint64(len(recorded.Tasks())), "task", "tasks"), form.FormatDuration(recorded.Length()))
		return nil
	}
	return command.Group(&cobra.Command{Use: "trace", Short: "Import recorded traffic"}, c, p.traceStats(), p.traceShow())
}
