package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tenement/cmd/internal/command"
	"tenement/internal/intake"
	"tenement/internal/outfile"
	"tenement/internal/recording"
	"tenement/internal/service"
	"tenement/internal/spool"
	"tenement/internal/trace"
	"tenement/internal/words"
	"tenement/profiles"
)

// trace is what is done with recordings and traces.
func (p *program) trace() *cobra.Command {
	return command.Group(&cobra.Command{Use: "trace", Short: "Import recorded traffic, and say what it holds"}, p.importTrace(), p.fitLimit(), p.traceStats(), p.traceShow(), p.traceSchema())
}

// importFlags is how recordings are read, as the user asked for it.
type importFlags struct {
	options intake.Options
	service string
	out     string
}

// flags defines them.
func (f *importFlags) flags(flags *pflag.FlagSet) {
	flags.StringVarP(&f.options.From, "from", "f", "", fromUsage)
	f.readFlags(flags)
	flags.BoolVar(&f.options.Pseudonymise, "pseudonymise", false, "replace ARNs, addresses, IDs and names")
	evidenceFlags(flags, &f.options.Evidence)
}

const fromUsage = "`format` of the recordings (default: by their content)"

// readFlags defines those about what a recording says.
func (f *importFlags) readFlags(flags *pflag.FlagSet) {
	if flags.Lookup("from") == nil {
		flags.StringVar(&f.options.From, "from", "", fromUsage)
	}
	flags.StringVar(&f.options.Recording.Layout, "layout", "", "the log_format, the mapping of fields, the columns or the rate, as a `text`")
	flags.BoolVar(&f.options.Strict, "strict", false, "fail at the first line that cannot be read")
	flags.StringVar(&f.service, "service", "", "`service` that was asked: "+strings.Join(service.IssuerNames(), ", ")+" (default: by the paths)")
}

// words are the flags about what a recording says that were given, as a shell reads
// them.
func (f *importFlags) words() []string {
	var all []string
	for _, flag := range [...]struct{ name, value string }{
		{"from", f.options.From}, {"service", f.service}, {"tasks-by", string(f.options.Evidence.By)}, {"layout", f.options.Recording.Layout},
	} {
		if flag.value != "" {
			all = append(all, "--"+flag.name+" "+shellWord(flag.value))
		}
	}
	return all
}

// checked are the options, complete.
func (f *importFlags) checked(stdin io.Reader) (intake.Options, error) {
	o := f.options
	o.Streams = map[string]io.Reader{"-": stdin}
	if f.service != "" {
		s, err := service.ParseIssuer(f.service)
		if err != nil {
			return o, command.Usagef("known services: "+strings.Join(service.IssuerNames(), ", "), "--service %q: no such service", f.service)
		}
		o.Service = &s
	}
	if o.From != "" {
		if _, err := recording.Named(o.From); err != nil {
			return o, command.Usagef("see `loadgen trace import --help`", "--from: %w", err)
		}
	}
	return o, nil
}

// importTrace turns recordings into a trace.
func (p *program) importTrace() *cobra.Command {
	var f importFlags
	c := &cobra.Command{
		Use:   "import FILE...",
		Short: "Make a trace of logs and other recordings",
		Long: `Make a trace of recordings: JSON lines, which profiles and run --trace replay.
Several files become one trace, in any order and also of several formats; - is
standard input. Rotated files, gzip, zstd, UTF-16 and what log collectors
put around lines (CloudWatch Logs, container logs, journald, syslog) are undone.

Lines that cannot be read are counted, and the first of them shown; the rest is
not lost. Lines about no request are counted by kind.

` + formatHelp(),
		Example: `  loadgen trace import /var/log/ecs/audit.log* -o trace.jsonl
  loadgen trace import audit.log ecs-agent.log -o trace.jsonl
  aws logs tail my-log-group --since 1h | loadgen trace import - -o trace.jsonl`,
		Args: command.Args(1, -1, "recordings"),
	}
	flags := c.Flags()
	flags.SortFlags = false
	f.flags(flags)
	flags.StringVarP(&f.out, "output", "o", "-", "`file` for the trace, - is stdout")
	command.CompleteFlag(c, "from", formatNames()...)
	command.CompleteFlag(c, "service", service.IssuerNames()...)
	command.CompleteFlag(c, "spread", "fit", "even")
	command.CompleteFlag(c, "inferred", "on", "off")
	c.RunE = func(c *cobra.Command, files []string) error { return p.runImport(c, &f, files) }
	return c
}

// runImport imports recordings and writes the trace.
func (p *program) runImport(c *cobra.Command, f *importFlags, files []string) error {
	options, err := f.checked(c.InOrStdin())
	if err != nil {
		return err
	}
	toStdout := p.stdout.isAt(f.out)
	for _, file := range files {
		if !toStdout && file != "-" && outfile.Same(file, f.out) {
			return command.Usagef("give the trace a name of its own", "the trace would replace its recording: %s is %s", f.out, file)
		}
	}
	if !toStdout {
		if err := outfile.Check(f.out); err != nil { // before a long import
			return err
		}
	}
	tape, sum, err := intake.Import(files, options)
	if err != nil {
		return importError(err)
	}
	defer func() { _ = tape.Close() }()
	p.noteImport(tape, sum)
	if toStdout {
		return tape.Write(p.stdout)
	}
	if err := outfile.Write(f.out, tape.Write); err != nil {
		return err
	}
	p.noteTrace(f.out, tape)
	return nil
}

// importError is an error of an import for the user.
func importError(err error) error {
	if errors.Is(err, spool.ErrFile) {
		return &command.Error{Err: err, Code: command.Failed, Hint: "TMPDIR in the environment names another directory for it"} // no recording is to blame
	}
	if at, ok := errors.AsType[*os.PathError](err); ok && !errors.Is(err, os.ErrInvalid) && at.Op != "write" && at.Op != "createtemp" {
		return command.Unreadable(at.Path, err)
	}
	if errors.Is(err, recording.ErrTrace) {
		return command.Usage(err, "replay it: loadgen run --trace FILE")
	}
	if at, ok := errors.AsType[*trace.Error](err); ok && strings.Contains(at.Text, "known format") {
		return command.Usage(err, "--from names a format; see `loadgen trace import --help`")
	}
	return command.Usage(err, "")
}

// formatNames are the names of the formats.
func formatNames() []string {
	var names []string
	for _, f := range recording.Formats() {
		names = append(names, f.Name)
	}
	return names
}

// formatHelp is the list of formats for the help.
func formatHelp() string {
	var b strings.Builder
	b.WriteString("Formats:\n")
	width := len(slices.MaxFunc(formatNames(), func(a, b string) int { return len(a) - len(b) }))
	for _, f := range recording.Formats() {
		name := f.Name
		for _, l := range words.Wrap(f.Doc, noteWidth-width-4) {
			fmt.Fprintf(&b, "  %-*s  %s\n", width, name, l)
			name = ""
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// traffic is what a command is given to replay or to show: a trace, or a recording, which is
// imported first. A pipe and standard input can be read only once: their beginning, which is
// peeked at, tells which of the two they are.
type traffic struct {
	name   string
	shown  string        // in messages
	stream *bufio.Reader // nil of a file, which its name opens
	raw    bool          // a recording
	close  func()
}

// mostPeeked is how much of a stream is looked at, in bytes: what is packed has more in its
// first blocks than is needed to tell what it is.
const mostPeeked = 256 << 10

// trafficOf looks at what a name stands for. Whoever opens a file tells what is wrong with it.
func trafficOf(name string, stdin io.Reader) (*traffic, error) {
	t := &traffic{name: name, shown: stdinName, close: func() {}}
	if name != "-" {
		t.shown = name
		info, err := os.Stat(name)
		switch {
		case err != nil || info.IsDir():
			return t, nil //nolint:nilerr // see above
		case info.Mode().IsRegular():
			t.raw = intake.Raw(name)
			return t, nil
		}
		f, err := os.Open(name)
		if err != nil {
			return nil, command.Unreadable(name, err)
		}
		stdin, t.close = f, func() { _ = f.Close() }
	}
	t.stream = bufio.NewReaderSize(stdin, mostPeeked)
	head, _ := t.stream.Peek(mostPeeked) // reading on returns the error again
	t.raw = !intake.Traced(head)
	return t, nil
}

// replayed puts what --trace names on a tape, unless it is a trace in a file: that is opened
// with the profile. A log is imported, and the user told how to import it for good.
func (p *program) replayed(o *profiles.Options, stdin io.Reader) error {
	if o.Trace == "" {
		return nil
	}
	t, err := trafficOf(o.Trace, stdin)
	if err != nil {
		return err
	}
	defer t.close()
	switch {
	case t.raw:
		o.Tape, err = p.importNow(t, "this run")
	case t.stream != nil:
		if o.Tape, err = trace.ReadTape(t.shown, t.stream); err != nil {
			err = command.Usage(err, "")
		}
	}
	if t.stream != nil {
		o.Trace = streamed // the same whatever the pipe is called, as it is part of the profile
	}
	return err
}

// streamed is the name of a trace or a recording that has none.
const streamed = "recording"

// importNow imports a recording for one use, and tells the user how to import it for
// good.
func (p *program) importNow(t *traffic, use string) (*trace.Tape, error) {
	o, again := intake.Options{}, t.name
	if t.stream != nil {
		o.Streams, again = map[string]io.Reader{t.name: t.stream}, "-"
	}
	tape, sum, err := intake.Import([]string{t.name}, o)
	if err != nil {
		return nil, importError(err)
	}
	p.note("%s is a recording, not a trace: it is imported for %s, as by", t.shown, use)
	fmt.Fprintf(p.stderr, "  loadgen trace import %s -o %s\n", shellWord(again), shellWord(traceName(filepath.Base(again))))
	p.noteImport(tape, sum)
	return tape, nil
}

// traceName is a name for the trace of a recording.
func traceName(file string) string {
	if file == "-" {
		file = streamed
	}
	for _, end := range [...]string{".gz", ".zst"} {
		file = strings.TrimSuffix(file, end)
	}
	if end := filepath.Ext(file); end == ".log" || end == ".txt" || end == ".json" || end == ".jsonl" || end == ".csv" {
		file = strings.TrimSuffix(file, end)
	}
	return file + ".trace.jsonl"
}
