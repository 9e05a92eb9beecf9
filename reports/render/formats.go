// Package render writes reports: as text for a screen, as a page of HTML, as JSON,
// and in the formats that other programs read. Every format is a function of a
// diagnosis, which holds the report: it lays figures out and decides nothing about
// them.
package render

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"tenement/reports"
	"tenement/reports/diagnosis"
)

// format is a way to write something: a report, a comparison, a history. A new one is a
// file and a row.
type format[T any] struct {
	name    string
	endings []string // of files that are written so without being asked to; of reports only
	write   func(io.Writer, T) error
}

var formats = []format[*diagnosis.Diagnosis]{
	{"text", []string{".txt"}, writeText},
	{"json", []string{".json"}, writeJSON},
	{"html", []string{".html", ".htm"}, writeHTML},
	{"markdown", []string{".md", ".markdown"}, writeMarkdown},
	{"junit", []string{".xml"}, writeJUnit},
	{"csv", []string{".csv"}, writeCSV},
	{"hgrm", []string{".hgrm"}, writeHGRM},
	{"hlog", []string{".hlog"}, writeHLOG},
	{"prometheus", []string{".prom"}, writePrometheus},
}

// Formats are the names that Render knows.
func Formats() []string { return namesOf(formats) }

// ControlFormats are the names of the formats that a report of a control plane has.
func ControlFormats() []string { return []string{"text", "json", "html", "markdown", "csv", "junit"} }

// Render writes the report in a format. The error for an unknown format lists the
// known ones.
func Render(name string, w io.Writer, r *reports.Report) error {
	if r.ControlPlane() && slices.Contains(Formats(), name) && !slices.Contains(ControlFormats(), name) {
		return fmt.Errorf("%s is no format of a control plane: want one of %s", name, strings.Join(ControlFormats(), ", "))
	}
	return writeAs(formats, name, w, diagnosis.Of(r))
}

// namesOf are the names of formats.
func namesOf[T any](all []format[T]) []string {
	names := make([]string, len(all))
	for i, f := range all {
		names[i] = f.name
	}
	return names
}

// writeAs writes something in the format of a name. The error for an unknown one lists
// those that there are.
func writeAs[T any](all []format[T], name string, w io.Writer, what T) error {
	for _, f := range all {
		if f.name == name {
			return f.write(w, what)
		}
	}
	return fmt.Errorf("unknown format %q: want one of %s", name, strings.Join(namesOf(all), ", "))
}

// FormatOf is the format of a file's ending. The error for an unknown ending lists
// the known ones.
func FormatOf(path string) (string, error) {
	ending := strings.ToLower(filepath.Ext(path))
	var known []string
	for _, f := range formats {
		if slices.Contains(f.endings, ending) {
			return f.name, nil
		}
		known = append(known, f.endings...)
	}
	return "", fmt.Errorf("%s: no format has the ending %q: want one of %s, or a format of its own", path, ending, strings.Join(known, ", "))
}
