package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
)

// interactive reports whether a stream is a terminal whose lines can be written again.
func interactive(w any) bool {
	f, ok := w.(*os.File)
	if !ok || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && info.Name() != os.DevNull
}

// colourful reports whether a stream shows colours, and the user wants them
// (no-color.org).
func colourful(w any) bool {
	if os.Getenv("NO_COLOR") != "" || !interactive(w) {
		return false
	}
	return runtime.GOOS != "windows" || os.Getenv("WT_SESSION") != "" || os.Getenv("TERM") != ""
}

// board is some lines of a terminal that are written again and again.
type board struct {
	to    io.Writer
	drawn int // how many lines stand there
}

// draw replaces the lines. None may be wider than the terminal, nor all be higher.
func (s *board) draw(lines []string) {
	var b strings.Builder
	s.back(&b)
	for _, line := range lines {
		b.WriteString(line + "\x1b[K\n")
	}
	b.WriteString("\x1b[J")
	s.drawn = len(lines)
	fmt.Fprint(s.to, b.String()) // at once, so that nothing flickers
}

// clear removes the lines.
func (s *board) clear() {
	var b strings.Builder
	s.back(&b)
	b.WriteString("\x1b[J")
	s.drawn = 0
	fmt.Fprint(s.to, b.String())
}

// back moves to the begin of the first line.
func (s *board) back(b *strings.Builder) {
	b.WriteString("\r")
	if s.drawn > 0 {
		fmt.Fprintf(b, "\x1b[%dA", s.drawn)
	}
}
