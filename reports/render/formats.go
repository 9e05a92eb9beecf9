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

// format is a way to write a report. A new one is a file and a row here.
type format struct {
	name    string
	endings []string
	write   func(io.Writer, *diagnosis.Diagnosis) error
}

var formats = []format{
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
func Formats() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name
	}
	return names
}

// Render writes the report in a format. The error for an unknown format lists the
// known ones.
func Render(name string, w io.Writer, r *reports.Report) error {
	i := slices.IndexFunc(formats, func(f format) bool { return f.name == name })
	if i < 0 {
		return fmt.Errorf("unknown format %q: want one of %s", name, strings.Join(Formats(), ", "))
	}
	return formats[i].write(w, diagnosis.Of(r))
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
