package main

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tenement/cmd/internal/command"
	"tenement/internal/outfile"
	"tenement/reports"
	"tenement/reports/render"
)

// outputs is where a report goes.
type outputs struct {
	formats, paths []string
}

// flags defines the flags of a command that writes a report.
func (o *outputs) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringArrayVarP(&o.formats, "format", "f", nil, "`format` of the report: "+strings.Join(render.Formats(), ", "))
	f.StringArrayVarP(&o.paths, "output", "o", nil, "`file` for the report, - is stdout; repeat in step with -f")
	command.CompleteFlag(c, "format", render.Formats()...)
}

// sink is one rendering and its place.
type sink struct {
	format string
	path   string // "-" is stdout
}

// plan pairs formats with files: the i-th -f with the i-th -o. The format of a
// surplus -o follows from its ending; one surplus -f goes to stdout. Stdout
// gets the text screen unless something else claims it.
func (o *outputs) plan() ([]sink, error) {
	var sinks []sink
	stdout := 0
	for i := range max(len(o.formats), len(o.paths)) {
		s := sink{path: "-"}
		if i < len(o.paths) {
			s.path = o.paths[i]
		}
		if i < len(o.formats) {
			s.format = o.formats[i]
			if !slices.Contains(render.Formats(), s.format) {
				return nil, command.Usagef("known formats: "+strings.Join(render.Formats(), ", "), "unknown format %q", s.format)
			}
		} else {
			format, err := "text", error(nil)
			if s.path != "-" {
				format, err = render.FormatOf(s.path)
			}
			if err != nil {
				return nil, command.Usage(err, "")
			}
			s.format = format
		}
		if s.path == "-" {
			stdout++
		}
		sinks = append(sinks, s)
	}
	if stdout > 1 {
		return nil, command.Usagef("give each -f an -o of its own", "more than one report for stdout")
	}
	if stdout == 0 {
		sinks = append([]sink{{format: "text", path: "-"}}, sinks...)
	}
	return sinks, nil
}

// writable checks before a long run that its report can be written.
func writable(sinks []sink) error {
	for _, s := range sinks {
		if s.path == "-" {
			continue
		}
		if err := outfile.Check(s.path); err != nil {
			return err
		}
	}
	return nil
}

// write renders the report everywhere. Stdout comes first, so that a full disk
// does not lose the result.
func (p *program) write(r *reports.Report, sinks []sink) error {
	for _, s := range sinks {
		if s.path == "-" {
			var b bytes.Buffer
			if err := render.Render(s.format, &b, r); err != nil {
				return err
			}
			if _, err := b.WriteTo(p.stdout); err != nil {
				return fmt.Errorf("writing stdout: %w", err)
			}
		}
	}
	for _, s := range sinks {
		if s.path == "-" {
			continue
		}
		if err := outfile.Write(s.path, func(w io.Writer) error { return render.Render(s.format, w, r) }); err != nil {
			return err
		}
		p.note("report: %s", s.path)
	}
	return nil
}
