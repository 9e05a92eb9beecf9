package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tenement/cmd/internal/command"
	"tenement/internal/outfile"
	"tenement/internal/words"
	"tenement/reports"
	"tenement/reports/render"
)

// outputs is where a report goes.
type outputs struct {
	known          []string // formats of what is written; nil is those of a report
	formats, paths []string
	histograms     bool
}

// all are the formats that may be asked for.
func (o *outputs) all() []string {
	if o.known == nil {
		return render.Formats()
	}
	return o.known
}

// flags defines the flags of a command that writes a report.
func (o *outputs) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringArrayVarP(&o.formats, "format", "f", nil, "`format` of the report; may be repeated: "+strings.Join(o.all(), ", "))
	f.StringArrayVarP(&o.paths, "output", "o", nil, "write the report to this `file`, - is stdout; may be repeated: the first -f is for the first -o, and so on")
	command.CompleteFlag(c, "format", o.all()...)
}

// lookFlags defines the flags about the text screen.
func (o *outputs) lookFlags(c *cobra.Command) {
	c.Flags().BoolVar(&o.histograms, "histograms", false, "show on the text screen how the latency of each row is distributed")
}

// sink is one rendering and its place.
type sink struct {
	format string
	path   string // "-" is stdout
	look   render.Look
}

// plan pairs formats with files: the i-th -f with the i-th -o. The format of a
// surplus -o follows from its ending; one surplus -f goes to stdout. Stdout
// gets the text screen unless something else claims it: "-", or a path that
// leads to what stdout is open on. No two reports may go to one file. A file that
// cannot be written is an error here, since at the end the work is done in vain.
func (o *outputs) plan(stdout *stdout) ([]sink, error) {
	var sinks []sink
	for i := range max(len(o.formats), len(o.paths)) {
		s := sink{path: "-"}
		if i < len(o.paths) {
			s.path = o.paths[i]
		}
		if s.path == "" {
			return nil, command.Usagef("name a file, or - for stdout", "--output is empty")
		}
		var err error
		if i < len(o.formats) {
			s.format, err = o.formats[i], o.check(o.formats[i])
		} else if s.format, err = formatOf(s.path, stdout); err == nil {
			err = o.check(s.format)
		}
		if err != nil {
			return nil, err
		}
		if s.path != os.DevNull && stdout.isAt(s.path) {
			s.path = "-"
		}
		for _, other := range sinks {
			if err := apart(other.path, s.path); err != nil {
				return nil, err
			}
		}
		sinks = append(sinks, s)
	}
	if !slices.ContainsFunc(sinks, sink.toStdout) {
		sinks = append([]sink{{format: "text", path: "-"}}, sinks...)
	}
	if o.histograms && !slices.ContainsFunc(sinks, func(s sink) bool { return s.format == "text" }) {
		return nil, command.Usagef("add -f text, or leave it out", "--histograms is about the text screen, and no report is one")
	}
	for i := range sinks {
		sinks[i].look = render.Look{Histograms: o.histograms, Colour: sinks[i].toStdout() && colourful(stdout.to)}
	}
	return sinks, writable(sinks)
}

// toStdout reports whether a sink is stdout.
func (s sink) toStdout() bool { return s.path == "-" }

// check returns an error if there is no such format.
func (o *outputs) check(format string) error {
	if slices.Contains(o.all(), format) {
		return nil
	}
	return command.Usagef("known formats: "+strings.Join(o.all(), ", "), "unknown format %q", format)
}

// formatOf is the format of a report without an -f of its own.
func formatOf(path string, stdout *stdout) (string, error) {
	if path == "-" {
		return "text", nil
	}
	format, err := render.FormatOf(path)
	switch {
	case err == nil:
		return format, nil
	case stdout.isAt(path):
		return "text", nil
	}
	return "", command.Usage(err, "")
}

// apart returns an error if two reports would go to one file. The null device keeps neither.
func apart(a, b string) error {
	const hint = "give each -f an -o of its own"
	switch {
	case a == os.DevNull && b == os.DevNull:
		return nil
	case a == "-" && b == "-":
		return command.Usagef(hint, "more than one report for stdout")
	case a == "-" || b == "-" || a != b && !outfile.Same(a, b):
		return nil
	case a == b:
		return command.Usagef(hint, "more than one report for %s", a)
	}
	return command.Usagef(hint, "more than one report for one file: %s is %s", b, a)
}

// spare returns an error if a report would take the place of a file that the
// command reads. Of a device, such as the terminal or the null device, nothing is replaced.
func spare(sinks []sink, inputs ...string) error {
	for _, input := range inputs {
		if info, err := os.Stat(input); err != nil || info.Mode()&fs.ModeCharDevice != 0 {
			continue // or the name of a built-in, or none
		}
		for _, s := range sinks {
			if !s.toStdout() && outfile.Same(s.path, input) {
				return command.Usagef("give the report a name of its own", "the report would replace what is read: %s is %s", s.path, input)
			}
		}
	}
	return nil
}

// writable checks that reports can be written. The error names every file that cannot.
func writable(sinks []sink) error {
	var failed []error
	for _, s := range sinks {
		if !s.toStdout() {
			failed = append(failed, outfile.Check(s.path))
		}
	}
	return errors.Join(failed...)
}

// write renders the report everywhere.
func (p *program) write(r *reports.Report, sinks []sink) error {
	return p.writeAll(sinks, func(s sink, w io.Writer) error {
		if s.format == "text" {
			return render.Text(w, r, s.look)
		}
		return render.Render(s.format, w, r)
	})
}

// writeAll renders something everywhere. Whatever fails, the other places are
// tried, and the error names all that failed. What took long is not lost.
func (p *program) writeAll(sinks []sink, to func(s sink, w io.Writer) error) error {
	var failed []error
	kept := false // as JSON, of which all other formats can be made
	for _, s := range sinks {
		if s.toStdout() { // first: what was found must not wait for a slow disk
			var b bytes.Buffer
			err := to(s, &b)
			if err == nil {
				_, err = b.WriteTo(p.stdout)
			}
			failed, kept = append(failed, err), kept || err == nil && s.format == "json"
		}
	}
	for _, s := range sinks {
		if s.toStdout() {
			continue
		}
		err := outfile.Write(s.path, func(w io.Writer) error { return to(s, w) })
		if err == nil {
			p.note("report: %s", s.path)
		}
		failed, kept = append(failed, err), kept || err == nil && s.format == "json"
	}
	err := errors.Join(failed...)
	if err != nil && !kept && time.Since(p.began) > worthKeeping {
		err = errors.Join(err, p.keep(to))
	}
	return err
}

// worthKeeping is how long a command must have taken for its result to be kept where an output
// cannot be written. What is quicker can be run again.
const worthKeeping = time.Minute

// keep writes a result as JSON to a temporary file, and says where on stderr, also with
// --quiet: it is all that is left of the run.
func (p *program) keep(to func(s sink, w io.Writer) error) error {
	f, err := os.CreateTemp("", "loadgen-*.json")
	if err != nil {
		return err
	}
	err = to(sink{format: "json"}, f)
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		_ = os.Remove(f.Name()) // a part of it is of no use
		return err
	}
	fmt.Fprintf(p.stderr, "loadgen: kept as JSON: %s\n", words.Visible(f.Name()))
	return nil
}
