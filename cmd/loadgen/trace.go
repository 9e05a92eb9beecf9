package main

import (
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
	o.Stdin = stdin
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

// replayed is the trace that --trace names. A log is imported into a temporary trace,
// and the user told how to import it for good; done removes it once the trace is open.
// - is a log on standard input.
func (p *program) replayed(file string, stdin io.Reader) (_ string, done func(), err error) {
	none := func() {}
	if file == "" || !importable(file) {
		return file, none, nil
	}
	tape, err := p.importNow(file, stdin, "this run")
	if err != nil {
		return "", none, err
	}
	defer func() { _ = tape.Close() }()
	base := traceName(filepath.Base(file))
	folder, err := outfile.TempDir("loadgen") // which a signal removes, too
	if err != nil {
		return "", none, fmt.Errorf("making a temporary directory: %w", err)
	}
	done = func() { _ = os.RemoveAll(folder) }
	path := filepath.Join(folder, base)
	if err := outfile.Write(path, tape.Write); err != nil {
		done()
		return "", none, err
	}
	return path, done, nil
}

// importable reports whether a file is a recording, and no trace. Standard input is
// taken for one.
func importable(file string) bool { return file == "-" || intake.Raw(file) }

// importNow imports a recording for one use, and tells the user how to import it for
// good.
func (p *program) importNow(file string, stdin io.Reader, use string) (*trace.Tape, error) {
	tape, sum, err := intake.Import([]string{file}, intake.Options{Stdin: stdin})
	if errors.Is(err, recording.ErrTrace) {
		return nil, command.Usagef("give the name of its file", "standard input is a trace")
	}
	if err != nil {
		return nil, importError(err)
	}
	shown := file
	if file == "-" {
		shown = "stdin"
	}
	p.note("%s is a recording, not a trace: it is imported for %s, as by", shown, use)
	fmt.Fprintf(p.stderr, "  loadgen trace import %s -o %s\n", shellWord(file), shellWord(traceName(filepath.Base(file))))
	p.noteImport(tape, sum)
	return tape, nil
}

// traceName is a name for the trace of a recording.
func traceName(file string) string {
	if file == "-" {
		file = "recording"
	}
	for _, end := range [...]string{".gz", ".zst"} {
		file = strings.TrimSuffix(file, end)
	}
	if end := filepath.Ext(file); end == ".log" || end == ".txt" || end == ".json" || end == ".jsonl" || end == ".csv" {
		file = strings.TrimSuffix(file, end)
	}
	return file + ".trace.jsonl"
}
