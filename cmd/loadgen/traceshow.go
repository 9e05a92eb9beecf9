package main

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"tenement/cmd/internal/command"
	"tenement/internal/form"
	"tenement/internal/trace"
	"tenement/internal/words"
)

// shown is which events `trace show` shows, and how many.
type shown struct {
	from, length       string
	task, path, status string
	most               int
	wide               bool

	begin, end time.Duration // of the window
	least, top int           // of the status
}

// traceShow shows events of a recording.
func (p *program) traceShow() *cobra.Command {
	var s shown
	c := &cobra.Command{
		Use:   "show FILE",
		Short: "Show the events of a window, a task or a path",
		Long: `Show the events of a recording, one a line: when it was, in seconds since the
start, who asked, what was answered after how long, and for what. All conditions
must hold. Long names are shortened in the middle, unless --wide is given.`,
		Example: `  loadgen trace show recording.jsonl --from 90s --for 5s
  loadgen trace show recording.jsonl --task 127.0.0.13 --status 429`,
		Args: command.Args(1, 1, "one recording"),
	}
	f := c.Flags()
	f.SortFlags = false
	f.StringVar(&s.from, "from", "", "begin at this `time` since the start, such as 1m30s")
	f.StringVar(&s.length, "for", "", "show the events of this `time`")
	f.StringVar(&s.task, "task", "", "only tasks whose name contains this `text`")
	f.StringVar(&s.path, "path", "", "only paths that contain this `text`")
	f.StringVar(&s.status, "status", "", "only this `status`, such as 429 or 5xx; 0 is where none was recorded")
	f.IntVarP(&s.most, "number", "n", 100, "at most this `number` of events; 0 is all")
	f.BoolVar(&s.wide, "wide", false, "show names and paths in full")
	c.RunE = func(_ *cobra.Command, files []string) error {
		if err := s.check(); err != nil {
			return err
		}
		in, err := p.openEvents(files[0], c.InOrStdin())
		if err != nil {
			return err
		}
		defer in.close()
		matching, err := s.show(p.stdout, in)
		if err != nil {
			return err
		}
		switch {
		case matching == 0:
			p.note("%s: no event matches", files[0])
		case s.most > 0 && matching > s.most:
			p.note("%s of %s that match; -n 0 shows all", words.Number(uint64(s.most)), words.Plural(uint64(matching), "event", "events"))
		}
		return nil
	}
	return c
}

// check reads what the user asked for.
func (s *shown) check() error {
	s.end = time.Duration(1<<63 - 1)
	for _, one := range []struct {
		flag, text string
		to         *time.Duration
	}{{"--from", s.from, &s.begin}, {"--for", s.length, &s.end}} {
		if one.text == "" {
			continue
		}
		d, problem := form.ParseDuration(one.text)
		if problem != "" || d < 0 {
			return command.Usagef("such as 90s, 1m30s or 2h", "%s %q: want a time", one.flag, one.text)
		}
		*one.to = d
	}
	if s.length != "" {
		s.end = max(s.begin+s.end, s.begin) // a sum that overflows is refused by ParseDuration's bound
	}
	if s.most < 0 {
		return command.Usagef("", "-n %d: want 0 or more", s.most)
	}
	s.top = 1 << 30
	if s.status == "" {
		return nil
	}
	digit, isClass := strings.CutSuffix(strings.ToLower(s.status), "xx")
	n, err := strconv.Atoi(digit)
	switch {
	case err != nil || n < 0 || n > 999 || isClass && (n < 1 || n > 9):
		return command.Usagef("", "--status %q: want a status such as 429, or a class such as 5xx", s.status)
	case isClass:
		s.least, s.top = 100*n, 100*n+99
	default:
		s.least, s.top = n, n
	}
	return nil
}

// matches reports whether an event is to be shown.
func (s *shown) matches(e *trace.Event) bool {
	return e.T >= s.begin && e.T < s.end && e.Status >= s.least && e.Status <= s.top &&
		strings.Contains(e.Task, s.task) && strings.Contains(e.Path, s.path)
}

// show writes the events, and returns how many match.
func (s *shown) show(w io.Writer, in *recordedEvents) (matching int, err error) {
	out := bufio.NewWriter(w)
	err = in.events(func(e *trace.Event) bool {
		if e.T >= s.end {
			return false
		}
		if !s.matches(e) {
			return true
		}
		if matching == 0 {
			fmt.Fprintln(out, s.line("TIME", "TASK", "STATUS", "AFTER", "REQUEST"))
		}
		if matching++; s.most == 0 || matching <= s.most {
			fmt.Fprintln(out, words.VisibleLines(s.event(e)))
		}
		return true
	})
	if err != nil {
		return matching, command.Usage(err, "")
	}
	return matching, out.Flush()
}

// event is an event as a line.
func (s *shown) event(e *trace.Event) string {
	status, after := "–", "–"
	if e.Status != 0 {
		status = strconv.Itoa(e.Status)
	}
	if e.Lat != 0 {
		after = words.Milliseconds(float64(e.Lat) / 1e6)
	}
	request := e.Method + " " + e.Path
	if e.Cut {
		request += "…"
	}
	if e.Inferred {
		status = "(" + status + ")" // in no line of the recording
	}
	return s.line(strconv.FormatFloat(e.T.Seconds(), 'f', 6, 64), e.Task, status, after, request)
}

// The columns of a line of 80.
const (
	timeWidth    = 13
	taskWidth    = 20
	statusWidth  = 6
	afterWidth   = 8
	requestWidth = 80 - timeWidth - taskWidth - statusWidth - afterWidth - 5
)

// line lays out a line.
func (s *shown) line(at, task, status, after, request string) string {
	if !s.wide {
		task, request = words.Middle(task, taskWidth), words.Middle(request, requestWidth)
	}
	return strings.TrimRight(fmt.Sprintf("%*s  %s %*s %*s %s", timeWidth, at, padded(task, taskWidth), statusWidth, status, afterWidth, after, request), " ")
}

// padded fills a text up with blanks.
func padded(s string, width int) string {
	return s + strings.Repeat(" ", max(width-utf8.RuneCountInString(s), 0))
}
