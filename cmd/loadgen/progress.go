package main

import (
	"fmt"
	"os"
	"time"

	"tenement/internal/experiment"
	"tenement/internal/words"
)

// progress is one line on a terminal that is written over and over; nil where
// stderr is something else. It is written at most ten times a second.
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

// stage says how far something is.
func stage(e experiment.Progress) string {
	switch {
	case e.Done >= e.Of:
		return "waiting for the last"
	case e.Done == 0:
		return "begins"
	case e.Left < time.Second:
		return fmt.Sprintf("%d %%", 100*e.Done/e.Of)
	}
	return fmt.Sprintf("%d %%, %s left", 100*e.Done/e.Of, e.Left.Round(time.Second))
}

// clearProgress wipes the line.
func (p *program) clearProgress() {
	if interactive(p.stderr) {
		fmt.Fprint(p.stderr, "\r\x1b[K")
	}
}

// interactive reports whether somebody watches stderr.
func interactive(w any) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
