package profiles

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"tenement/internal/trace"
)

// source is where a node comes from: a profile's text, or a flag.
type source struct {
	name  string   // as errors show it
	lines []string // nil for a flag
	// open reads a trace named in this source.
	open func(file string) (*trace.Trace, error)
}

// fileSource is a profile on disk. Its traces lie beside it; one that does not
// is looked for among the built-in ones, so that a built-in profile that was
// shown, saved and edited still finds its recording.
func fileSource(path string, text []byte) *source {
	return &source{name: path, lines: splitLines(text), open: func(file string) (*trace.Trace, error) {
		if !filepath.IsAbs(file) {
			beside := filepath.Join(filepath.Dir(path), file)
			if _, err := os.Stat(beside); errors.Is(err, fs.ErrNotExist) && fs.ValidPath(file) {
				if _, err := fs.Stat(builtins, file); err == nil {
					return trace.OpenFS(builtins, file)
				}
			}
			file = beside
		}
		return trace.Open(file)
	}}
}

// builtinSource is a profile of this package.
func builtinSource(file string, text []byte) *source {
	return &source{name: "builtin:" + file, lines: splitLines(text), open: func(file string) (*trace.Trace, error) {
		return trace.OpenFS(builtins, file)
	}}
}

// flagSource is a value given on the command line. Files that it names are
// relative to the working directory.
func flagSource(flag, value string) *source {
	return &source{name: fmt.Sprintf("%s %q", flag, value), open: trace.Open}
}

// isFlag reports whether the source has no lines to point at.
func (s *source) isFlag() bool { return s.lines == nil }

func splitLines(text []byte) []string {
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}

// excerpt is a line with a caret under a column, indented; columns and carets
// count characters. A long line is cut to the part around the caret.
func (s *source) excerpt(line, col int) string {
	if line < 1 || line > len(s.lines) {
		return ""
	}
	text := []rune(strings.TrimRight(strings.ToValidUTF8(s.lines[line-1], string(utf8.RuneError)), "\r "))
	const width, before = 100, 40
	start := 0
	if len(text) > width && col-1 > before {
		start = min(col-1-before, len(text)-1)
	}
	end := min(start+width, len(text))
	text = text[start:end]
	number := fmt.Sprintf("%6d | ", line)
	shown := number + printable(text)
	if col < 1 || col-1 < start || col-1 > end {
		return shown
	}
	// Tabs are kept so that the caret stands under its character.
	pad := make([]rune, 0, col)
	for _, r := range text[:col-1-start] {
		if r != '\t' {
			r = ' '
		}
		pad = append(pad, r)
	}
	return shown + "\n" + strings.Repeat(" ", len(number)-2) + "| " + string(pad) + "^"
}

// printable replaces what would disturb a terminal.
func printable(text []rune) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return utf8.RuneError
		}
		return r
	}, string(text))
}
