package form

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

var (
	yamlPosition = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?`)
	// The library counts lines from 0 in errors of its parser, from 1 in those
	// of its scanner, and leaves a line of 0 out.
	parserProblem = regexp.MustCompile(`^did not find expected (<|node content|'-' indicator|key|',' or )|^found (undefined tag|duplicate %)`)
)

// syntaxError gives the library's error the form of ours.
func syntaxError(src *Source, err error) *Error {
	text := err.Error()
	m := yamlPosition.FindStringSubmatch(text)
	problem := strings.TrimPrefix(text, m[0])
	e := &Error{File: src.Name, Message: "not YAML: " + problem}
	if src.IsFlag() {
		return e
	}
	line := 1
	if n, err := strconv.Atoi(m[1]); err == nil {
		line = n
		if parserProblem.MatchString(problem) {
			line++
		}
	}
	e.Line, e.Col = src.suspect(problem, line)
	if src.at(e.Line, e.Col) == '\t' {
		e.Message = "not YAML: a tab: want spaces to indent"
	}
	e.src = src
	return e
}

var (
	tabProblem    = regexp.MustCompile(`tab character`)
	tokenProblem  = regexp.MustCompile(`cannot start any token`)
	anchorProblem = regexp.MustCompile(`^unknown anchor '(.*)' referenced`)
	// tabbed is a line that is indented by a tab.
	tabbed = regexp.MustCompile(`^ *\t`)
	// noToken matches characters that no value may begin with.
	noToken = regexp.MustCompile("[@`%]")
)

// suspect is the likely position, from a line on, of what the library complains
// of: it names no columns, and for some problems not even the line. Where
// nothing is found, it is the beginning of the line.
func (s *Source) suspect(problem string, line int) (int, int) {
	line = min(line, len(s.lines))
	text := s.lines[line-1]
	wanted := (*regexp.Regexp)(nil)
	if m := anchorProblem.FindStringSubmatch(problem); m != nil {
		wanted = regexp.MustCompile(regexp.QuoteMeta("*" + m[1]))
	} else if tabProblem.MatchString(problem) {
		wanted = tabbed
	}
	for at := line; wanted != nil && at <= len(s.lines); at++ {
		if i := wanted.FindStringIndex(s.lines[at-1]); i != nil {
			return at, column(s.lines[at-1], i, wanted)
		}
	}
	if tokenProblem.MatchString(problem) {
		for _, wanted := range []*regexp.Regexp{tabbed, noToken} {
			if i := wanted.FindStringIndex(text); i != nil {
				return line, column(text, i, wanted)
			}
		}
	}
	return line, len(text) - len(strings.TrimLeft(text, " ")) + 1
}

// column is where to point for a match of a pattern in a line: its last
// character for a tab that indents it, else its first one.
func column(line string, match []int, pattern *regexp.Regexp) int {
	at := match[0]
	if pattern == tabbed {
		at = match[1] - 1
	}
	return utf8.RuneCountInString(line[:at]) + 1
}

// at is the character at a line and a column, 0 if there is none.
func (s *Source) at(line, col int) rune {
	if text := s.line(line); col >= 1 && col <= len(text) {
		return text[col-1]
	}
	return 0
}
