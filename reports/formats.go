package reports

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
)

// format is one renderer: a function of the model.
type format struct {
	name    string
	endings []string
	render  func(io.Writer, *Report) error
}

var formats = []format{
	{"text", []string{".txt"}, Text},
	{"json", []string{".json"}, JSON},
	{"html", []string{".html", ".htm"}, HTML},
}

// Formats are the names that Render knows.
func Formats() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name
	}
	return names
}

// Render writes the report in a format. An unknown one is an error that lists
// the known.
func Render(name string, w io.Writer, r *Report) error {
	i := slices.IndexFunc(formats, func(f format) bool { return f.name == name })
	if i < 0 {
		return fmt.Errorf("unknown format %q: want one of %s", name, strings.Join(Formats(), ", "))
	}
	return formats[i].render(w, r)
}

// FormatOf is the format that a file's ending asks for. Without one that is
// known, the error lists those that are.
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
