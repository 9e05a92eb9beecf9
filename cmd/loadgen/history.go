package main

import (
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"tenement/cmd/internal/command"
	"tenement/internal/gate"
	"tenement/reports"
	"tenement/reports/history"
	"tenement/reports/render"
)

// history draws a figure over many reports.
func (p *program) history() *cobra.Command {
	out := outputs{known: render.HistoryFormats()}
	var metric, target string
	var cases []string
	c := &cobra.Command{
		Use:   "history FILE...",
		Short: "Draw a figure over many reports, and mark where it changed",
		Long: `Draw a figure over many reports of one profile and one engine, case by case,
in the order in which they are named: the oldest first. A mark is where the
figure's mean moves beyond chance (a t test). It is advice for whoever looks
for the cause, and never a gate: it does not change the exit code.

Exit codes: 0 fine, 1 could not write it, 2 usage or bad input, or no report has
the figure.

To compare two reports, or to fail on a regression: loadgen compare.`,
		Example: `  loadgen history reports/2026-*.json
  loadgen history nightly/*.json --figure p99 --case full-jitter
  loadgen history nightly/*.json --group neighbours -f json -o history.json`,
		Args: command.Args(1, -1, "one or more report files"),
	}
	out.flags(c)
	flags := c.Flags()
	flags.StringVar(&metric, "figure", "failure_rate", "draw this `figure`: "+strings.Join(gate.Names(), ", "))
	flags.StringVar(&target, "group", reports.TargetUnderTest, "draw that of this `group`; under_test and neighbours may be several groups, endpoint is all of them")
	flags.StringArrayVar(&cases, "case", nil, "draw the case of this `name` only; may be repeated")
	command.CompleteFlag(c, "figure", gate.Names()...)
	c.RunE = func(_ *cobra.Command, files []string) error {
		sinks, err := out.plan(p.stdout)
		if err != nil {
			return err
		}
		if err := spare(sinks, files...); err != nil {
			return err
		}
		if _, known := gate.MetricOf(metric); !known {
			return command.Usagef("known: "+strings.Join(gate.Names(), ", "), "--figure: unknown metric %q", metric)
		}
		all := make([]history.Report, 0, len(files))
		for _, name := range files {
			r, err := readReport(name)
			if err != nil {
				return err
			}
			all = append(all, history.Report{Name: name, Report: r})
		}
		shorten(all)
		h, err := history.Of(all, metric, target, cases)
		if err != nil {
			return command.Usage(err, "")
		}
		return p.writeAll(sinks, func(to sink, w io.Writer) error { return render.History(to.format, w, h) })
	}
	return c
}

// shorten leaves out of the names of files what does not tell them apart.
func shorten(all []history.Report) {
	short := map[string]bool{}
	for _, r := range all {
		short[filepath.Base(r.Name)] = true
	}
	for i := range all {
		if len(short) == len(all) {
			all[i].Name = filepath.Base(all[i].Name)
		}
		all[i].Name = strings.TrimSuffix(all[i].Name, ".json")
	}
}
