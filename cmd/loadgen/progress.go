package main

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/spf13/pflag"

	"tenement/internal/experiment"
	"tenement/internal/words"
	"tenement/reports"
	"tenement/reports/render"
)

// progress shows how far a run is. On a terminal that is a line that is written again, in
// a live run below the rows of the report to come; elsewhere it is a line now and then.
type progress struct {
	p        *program
	profile  string
	quiet    bool
	terminal *os.File // nil where nothing can be written again
	screen   *board   // of the terminal; nil without one
	look     render.Look
	width    int           // of the terminal
	height   int           // of it; 0 if it has no room for a table
	patience time.Duration // with the simulation before a live run

	mu    sync.Mutex // guards what follows
	table *render.RunningTable
	last  time.Time // of the last line or drawing
}

const (
	drawEvery = 100 * time.Millisecond
	lineEvery = 10 * time.Second
)

// The size of a terminal that does not tell it.
const (
	usualWidth  = 80
	usualHeight = 24
)

// quietFlag defines --quiet.
func (p *program) quietFlag(flags *pflag.FlagSet) {
	flags.BoolVarP(&p.quiet, "quiet", "q", false, "say nothing on stderr but errors")
}

// progress shows how far a run is, until clearProgress.
func (p *program) progress(profile string) func(experiment.Progress) {
	p.clearProgress() // of the run before this one
	p.shown = p.newProgress(profile, p.quiet)
	if p.quiet {
		return nil // so that nobody works it out
	}
	return p.shown.show
}

// clearProgress removes what progress has written.
func (p *program) clearProgress() {
	if p.shown != nil {
		p.shown.done()
	}
}

// newProgress is the progress of a run of a profile, on stderr. Quiet, it writes nothing.
func (p *program) newProgress(profile string, quiet bool) *progress {
	g := &progress{p: p, profile: words.Visible(profile), quiet: quiet, patience: previewTime, last: time.Now()}
	if f, ok := p.stderr.(*os.File); ok && interactive(f) && !quiet {
		g.terminal = f
		g.look.Colour = colourful(f)
		g.screen = &board{to: f}
		g.measure()
	}
	return g
}

// measure finds out how large the terminal is now.
func (g *progress) measure() {
	g.width, g.height = sizeOf(g.terminal)
	if g.height == 0 {
		g.width, g.height = usualWidth, usualHeight
	}
	if g.width < usualWidth || g.height < leastRows {
		g.height = 0
	}
}

// leastRows is the height of a terminal that has room for a table.
const leastRows = 10

// previewTime bounds the simulation before a live run.
const previewTime = 10 * time.Second

// preview shows the table that the simulated engine would, before a live run begins. It
// shows none where there is no room for it, or the simulation takes too long.
func (g *progress) preview(ctx context.Context, profile experiment.Profile, o experiment.Options) {
	if g.screen == nil || g.height == 0 || o.Engine != reports.Live {
		return
	}
	o.Engine, o.Gates, o.Progress, o.Precision, o.Seeds = reports.Sim, nil, g.show, 0, 0
	x, err := experiment.New(profile, o)
	if err != nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, g.patience)
	defer cancel()
	if err := x.Run(ctx); err != nil || x.Stopped() != nil {
		return
	}
	report, err := x.Report()
	if err != nil {
		return
	}
	table := render.NewRunningTable(report)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.table = &table
	g.draw(experiment.Progress{Doing: "starting"})
}

// show is told how far the run is.
func (g *progress) show(e experiment.Progress) {
	g.mu.Lock()
	defer g.mu.Unlock()
	every := drawEvery
	if g.screen == nil {
		every = lineEvery
	}
	if g.quiet || time.Since(g.last) < every {
		return
	}
	g.last = time.Now()
	if g.screen == nil {
		g.p.note("%s: %s, %s%s", g.profile, e.Doing, stage(e), failures(e.Cases))
		return
	}
	g.draw(e)
}

// draw writes the screen again.
func (g *progress) draw(e experiment.Progress) {
	g.measure()
	var lines []string
	if e.Cases != nil && g.table == nil && g.height > 0 {
		g.table = plainTable(g.profile, e.Cases)
	}
	if g.table != nil && g.height > 0 {
		cases := map[string]render.RunningCase{}
		for _, c := range e.Cases {
			cases[c.Case] = render.RunningCase{Snapshot: c.Snapshot, Begun: c.State != experiment.Waiting, Left: c.Left, Holds: c.Holds}
		}
		lines = g.table.Lines(cases, g.height-2, g.look)
	}
	g.screen.draw(append(lines, words.Shortened(fmt.Sprintf("%s: %s, %s", g.profile, e.Doing, stage(e)), min(g.width, usualWidth)-1)))
}

// plainTable has the rows of a run that was not simulated before.
func plainTable(profile string, cases []experiment.Running) *render.RunningTable {
	t := &render.RunningTable{Title: profile}
	for _, c := range cases {
		t.Rows = append(t.Rows, render.RunningRow{Case: c.Case, Label: c.Title})
	}
	return t
}

// done removes what stands on the terminal.
func (g *progress) done() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.screen != nil {
		g.screen.clear()
	}
}

// stage says how far a run is.
func stage(e experiment.Progress) string {
	switch {
	case e.Of == 0:
		return "0 %"
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

// failures says how many calls of all cases have failed so far.
func failures(cases []experiment.Running) string {
	var all reports.Snapshot
	for _, c := range cases {
		all.Calls += c.Calls
		all.Failures += c.Failures
	}
	if all.Calls == 0 {
		return ""
	}
	return fmt.Sprintf("; %s of %s of your calls failed", words.Number(all.Failures), words.Number(all.Calls))
}
