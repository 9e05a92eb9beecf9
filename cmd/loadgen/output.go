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

	"github.com/spf13/pflag"

	"tenement/reports"
)

// outputs is where a report goes.
type outputs struct {
	formats, paths []string
}

func (o *outputs) flags(f *pflag.FlagSet) {
	f.StringArrayVarP(&o.formats, "format", "f", nil, "`format` of the report: "+strings.Join(reports.Formats(), ", "))
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
			if !slices.Contains(reports.Formats(), s.format) {
				return nil, usagef("known formats: "+strings.Join(reports.Formats(), ", "), "unknown format %q", s.format)
			}
		} else {
			format, err := "text", error(nil)
			if s.path != "-" {
				format, err = reports.FormatOf(s.path)
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
		if info, err := os.Stat(s.path); s.path == "-" || err == nil && !info.IsDir() && !info.Mode().IsRegular() {
			continue // a pipe is opened when there is something to write
		}
		f, err := create(s.path)
		if err != nil {
			return err
		}
		f.Close()
		os.Remove(f.Name())
	}
	return nil
}

// create makes the temporary file that a report at path is written to first.
// What exists and is no regular file, such as a pipe, is opened itself: it
// cannot be replaced, and must not be.
func create(path string) (*os.File, error) {
	info, err := os.Stat(path)
	var f *os.File
	switch {
	case err == nil && info.IsDir():
		return nil, fmt.Errorf("writing %s: is a directory", path)
	case err == nil && !info.Mode().IsRegular():
		f, err = os.OpenFile(path, os.O_WRONLY, 0)
	default:
		f, err = os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	}
	if err != nil {
		return nil, fmt.Errorf("writing %s: %w", path, reason(err))
	}
	return f, nil
}

// reason is the cause of a file error, without the name of a temporary file.
func reason(err error) error {
	if p, ok := errors.AsType[*os.PathError](err); ok {
		return p.Err
	}
	return err
}

// writeFile writes a file whole or not at all.
func writeFile(path string, write func(io.Writer) error) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target // a link stays a link
	}
	f, err := create(path)
	if err != nil {
		return err
	}
	temporary := f.Name() != path
	if temporary {
		defer os.Remove(f.Name()) // fails once the file has its name
	}
	err = write(f)
	if err == nil && temporary {
		err = f.Chmod(mode(path))
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err == nil && temporary {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}

// mode is the mode of a file that is there, or that of a new one.
func mode(path string) os.FileMode {
	if info, err := os.Stat(path); err == nil {
		return info.Mode().Perm()
	}
	return 0o644
}

// write renders the report everywhere. Stdout comes first: what was found must
// not be lost to a full disk.
func (p *program) write(r *reports.Report, sinks []sink) error {
	for _, s := range sinks {
		if s.path == "-" {
			var b bytes.Buffer
			if err := reports.Render(s.format, &b, r); err != nil {
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
		if err := writeFile(s.path, func(w io.Writer) error { return reports.Render(s.format, w, r) }); err != nil {
			return err
		}
		p.note("report: %s", s.path)
	}
	return nil
}
