package main

import (
	"fmt"
	"os"
	"time"

	"tenement/internal/experiment"
	"tenement/internal/words"
)

// progress rewrites one line on the terminal, at most ten times a second. It is
// nil if stderr is no terminal.
func (p *program) progress(profile string) func(experiment.Progress) {
	if !interactive(p.stderr) {
		return nil
	}
	profile = words.Visible(profile)
	const every = 100 * time.Millisecond
	var last time.Time
	return func(e experiment.Progress) {
		if time.Since(last) < every {
			return
		}
		last = time.Now()
		fmt.Fprintf(p.stderr, "\r\x1b[K%s: %s, %s", profile, e.Doing, stage(e))
	}
}

// stage says how far a run is.
func stage(e experiment.Progress) string {
	switch {
	case e.Done >= e.Of:
		return "waiting for the last"
	case e.Done == 0:
		return "starting"
	case e.Left < time.Second:
		return fmt.Sprintf("%d %%", 100*e.Done/e.Of)
	}
	return fmt.Sprintf("%d %%, %s left", 100*e.Done/e.Of, e.Left.Round(time.Second))
}

// clearProgress erases the line.
func (p *program) clearProgress() {
	if interactive(p.stderr) {
		fmt.Fprint(p.stderr, "\r\x1b[K")
	}
}

// interactive reports whether a stream is a terminal.
func interactive(w any) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
