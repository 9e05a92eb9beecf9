package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/renameio/v2"
	"github.com/spf13/pflag"

	"tenement/reports"
	"tenement/reports/render"
)

// outputs is where a report goes.
type outputs struct {
	formats, paths []string
}

func (o *outputs) flags(f *pflag.FlagSet) {
	f.StringArrayVarP(&o.formats, "format", "f", nil, "`format` of the report: "+strings.Join(render.Formats(), ", "))
	f.StringArrayVarP(&o.paths, "output", "o", nil, "`file` for the report, - is stdout; repeat in step with -f")
}

// sink is one rendering and its place.
type sink struct {
	format string
	path   string // "-" is stdout
}

// plan pairs formats with files: the i-th -f with the i-th -o. A surplus -o
// tells its format by its ending; one surplus -f goes to stdout. Stdout gets
// the text screen unless something else claims it.
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
				return nil, usagef("known formats: "+strings.Join(render.Formats(), ", "), "unknown format %q", s.format)
			}
		} else {
			format, err := "text", error(nil)
			if s.path != "-" {
				format, err = render.FormatOf(s.path)
			}
			if err != nil {
				return nil, usage(err, "")
			}
			s.format = format
		}
		if s.path == "-" {
			stdout++
		}
		sinks = append(sinks, s)
	}
	if stdout > 1 {
		return nil, usagef("give each -f an -o of its own", "more than one report for stdout")
	}
	if stdout == 0 {
		sinks = append([]sink{{format: "text", path: "-"}}, sinks...)
	}
	return sinks, nil
}

// writable finds out before a long run whether its report can be written.
func writable(sinks []sink) error {
	for _, s := range sinks {
		if s.path == "-" || special(s.path) {
			continue // a pipe is opened when there is something to write
		}
		f, err := create(s.path)
		if err != nil {
			return err
		}
		_ = f.Cleanup()
	}
	return nil
}

// special reports whether path exists and is neither a regular file nor a
// folder: a pipe or a device cannot be replaced, and must not be.
func special(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir() && !info.Mode().IsRegular()
}

// destination is where a report is written to. Close puts it in its place,
// Cleanup without a Close before leaves everything as it was.
type destination interface {
	io.WriteCloser
	Cleanup() error
}

// stream is a destination that takes what it is written at once.
type stream struct{ *os.File }

// Cleanup implements destination.
func (s stream) Cleanup() error { return s.Close() }

// create opens the destination for a report at path.
func create(path string) (destination, error) {
	if special(path) {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		return stream{f}, notWritten(path, err)
	}
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target // a link stays a link
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil, fmt.Errorf("writing %s: is a directory", path)
	}
	f, err := renameio.NewPendingFile(path, renameio.WithTempDir(filepath.Dir(path)), renameio.WithPermissions(0o666),
		renameio.WithExistingPermissions(), renameio.WithReplaceOnClose())
	return f, notWritten(path, err)
}

// notWritten says which file could not be written, and not which temporary one.
func notWritten(path string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("writing %s: %w", path, reason(err))
}

// reason is the cause of a file error, without the name that the system was
// given.
func reason(err error) error {
	if p, ok := errors.AsType[*os.PathError](err); ok {
		return p.Err
	}
	return err
}

// writeFile writes a file whole or not at all.
func writeFile(path string, write func(io.Writer) error) error {
	f, err := create(path)
	if err != nil {
		return err
	}
	defer f.Cleanup() //nolint:errcheck // done already, or there is an error to tell
	if err = write(f); err == nil {
		err = f.Close()
	}
	return notWritten(path, err)
}

// write renders the report everywhere. Stdout comes first: what was found must
// not be lost to a full disk.
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
		if err := writeFile(s.path, func(w io.Writer) error { return render.Render(s.format, w, r) }); err != nil {
			return err
		}
		p.note("report: %s", s.path)
	}
	return nil
}
