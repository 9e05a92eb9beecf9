package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tenement/internal/form"
	"tenement/internal/intake"
	"tenement/internal/trace"
	"tenement/internal/words"
)

// noteWidth is how wide notes are.
const noteWidth = 78

// noteImport tells the user what an import read, left out and concluded: nothing where
// there is nothing that the user might not expect.
func (p *program) noteImport(tape *trace.Tape, sum *intake.Summary) {
	for _, f := range sum.Files {
		if f.Format == "" {
			p.wrapped("%s is empty", f.Name)
			continue
		}
		text := fmt.Sprintf("%s: format %s, %s", f.Name, f.Format, count(f.Requests, "request", "requests"))
		if len(f.Wrapped) > 0 {
			text += "; in " + words.List(f.Wrapped, "and")
		}
		p.wrapped("%s", text)
	}
	c := &sum.Counts
	if c.Unreadable > 0 {
		p.wrapped("left out: %s of %s, which cannot be read; the first:", count(c.Unreadable, "line", "lines"), words.Number(uint64(c.Lines)))
		for i := range sum.Damaged {
			for _, l := range words.WrapAll(words.Visible(sum.Damaged[i].Error()), noteWidth-2, "/ ") {
				fmt.Fprintf(p.stderr, "  %s\n", l)
			}
		}
	}
	if len(c.Foreign) > 0 {
		p.wrapped("left out, about no request:")
		for _, kind := range slices.SortedFunc(maps.Keys(c.Foreign), func(a, b string) int {
			return cmp.Or(cmp.Compare(c.Foreign[b], c.Foreign[a]), strings.Compare(a, b))
		}) {
			fmt.Fprintf(p.stderr, "  %7s  %s\n", words.Number(uint64(c.Foreign[kind])), words.Visible(kind))
		}
	}
	if sum.Backwards > 0 {
		p.wrapped("%s with the newest lines first, read backwards", count(int64(sum.Backwards), "file", "files"))
	}
	if len(sum.Services) > 1 {
		var parts []string
		for _, s := range slices.Sorted(maps.Keys(sum.Services)) {
			parts = append(parts, fmt.Sprintf("%d of %v", sum.Services[s], s))
		}
		p.wrapped("requests of several services (%s): the trace is of %s; --service says which it is", words.List(parts, "and"), tape.Header.Service)
	}
	if c.Late > 0 {
		p.wrapped("%s", count(c.Late, "line came more than 60 s behind the line before and is put in its place",
			"lines came more than 60 s behind the line before and are put in their place"))
	}
	if c.Cut > 0 {
		p.wrapped("%s of a cut path: a replay sends the credentials ID of the task", count(c.Cut, "request", "requests"))
	}
	p.noteConclusions(tape.Header)
}

// noteConclusions tells what no line says.
func (p *program) noteConclusions(h trace.Header) {
	if c := h.Counts; c != nil && c.Attributed > 0 {
		p.wrapped("the task of %s", count(c.Attributed, "request is concluded: its line names none", "requests is concluded: their lines name none"))
	}
	for _, sentence := range h.Redactions {
		switch {
		case !strings.HasPrefix(sentence, "metadata"):
		case h.Counts != nil && h.Counts.Inferred > 0:
			p.wrapped("%s (--inferred off leaves these out)", sentence)
		default:
			p.wrapped("%s", sentence)
		}
	}
	if h.Placed == nil {
		return
	}
	steps := "times are in steps of " + words.Span(h.ResolutionS) + ": "
	if h.Placed.Rule != "limit" {
		p.wrapped("%srequests are spread evenly within them", steps)
		return
	}
	text := steps + "requests are placed within them to fit limit " + h.Placed.Limit
	switch {
	case h.Placed.Fitted && h.Placed.Misfits == 0:
		text += ", which explains the refusals"
	case h.Placed.Fitted:
		text += ", which follows from the refusals"
	}
	if h.Placed.Misfits > 0 {
		text += "; " + count(h.Placed.Misfits, "answer does not fit it", "answers do not fit it")
	}
	p.wrapped("%s", text)
}

// noteTrace tells what was written.
func (p *program) noteTrace(file string, tape *trace.Tape) {
	p.note("trace: %s: %s of %s in %s", file, count(tape.Len(), "request", "requests"),
		words.Plural(uint64(len(tape.Tasks())), "task", "tasks"), form.FormatDuration(tape.Length()))
}

// count is a number and what it counts.
func count(n int64, one, many string) string { return words.Plural(uint64(n), one, many) }

// wrapped writes a note in lines of a terminal's width.
func (p *program) wrapped(format string, args ...any) {
	if p.quiet {
		return
	}
	const name = "loadgen: "
	text := words.Visible(fmt.Sprintf(format, args...))
	for i, l := range words.WrapAll(text, noteWidth-len(name), "/ ") {
		if i == 0 {
			fmt.Fprintf(p.stderr, "%s%s\n", name, l)
		} else {
			fmt.Fprintf(p.stderr, "  %s\n", l)
		}
	}
}

// shellWord is a text as a shell reads it.
func shellWord(s string) string {
	s = words.Visible(s)
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./+=:,@%") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
