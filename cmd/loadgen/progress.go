package main

import (
	"fmt"
	"os"
	"time"

	"tenement/internal/experiment"
	"tenement/internal/words"
)

// progress tells on stderr how far a run is: on a terminal in one line, which is
// rewritten at most ten times a second; elsewhere in a line now and then.
func (p *program) progress(profile string) func(experiment.Progress) {
	profile = words.Visible(profile)
	const every = 100 * time.Millisecond
	if interactive(p.stderr) {
		last := time.Time{}
		return func(e experiment.Progress) {
			if time.Since(last) >= every {
				last = time.Now()
				fmt.Fprintf(p.stderr, "\r\x1b[K%s: %s, %s", profile, e.Doing, stage(e))
			}
		}
	}
	due := pauses(time.Now())
	return func(e experiment.Progress) {
		if due(time.Now()) {
			p.note("%s: %s, %s", profile, e.Doing, stage(e))
		}
	}
}

// pauses returns a function that says when the next line of progress is due, on a
// stream that keeps every line: 10 s after the beginning, then after pauses that
// double up to 5 minutes.
func pauses(began time.Time) func(now time.Time) bool {
	const first, longest = 10 * time.Second, 5 * time.Minute
	next, pause := began.Add(first), first
	return func(now time.Time) bool {
		if now.Before(next) {
			return false
		}
		next, pause = now.Add(pause), min(2*pause, longest)
		return true
	}
}

// stage says how far a run is.
func stage(e experiment.Progress) string {
	switch {
	case e.Done >= e.Of:
		return "waiting for the last"
	case e.Share == 0:
		return "starting"
	}
	text := fmt.Sprintf("%d %%", int(100*e.Share))
	if e.Rate > 0 {
		text += fmt.Sprintf(", %s requests/s", perSecond(e.Rate))
	}
	if e.Left >= time.Second {
		text += fmt.Sprintf(", %s left", e.Left.Round(time.Second))
	}
	return text
}

// perSecond is a rate in two or three digits.
func perSecond(rate float64) string {
	switch {
	case rate >= 1e6:
		return fmt.Sprintf("%.1f M", rate/1e6)
	case rate >= 1e3:
		return fmt.Sprintf("%.0f k", rate/1e3)
	}
	return fmt.Sprintf("%.0f", rate)
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
