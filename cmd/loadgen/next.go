package main

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strings"

	"tenement/cmd/internal/command"
	"tenement/profiles"
	"tenement/reports"
	"tenement/reports/diagnosis"
)

// nextCommand is the command that answers what a reader of the report asks next: how many
// of your tasks fit, which limit would be enough, or what helps beside such neighbours. It
// is empty where you do not fail, or where limits are not the reason. The report is of
// these arguments: a profile, and the flags that make it what was run.
func nextCommand(r *reports.Report, of []string) string {
	d := diagnosis.Of(r)
	if d.Base == nil || d.You.Failures == 0 || !d.Cause.LimitFails || len(d.You.Groups) != 1 {
		return ""
	}
	limit, group := d.Limit.First, d.You.Groups[0]
	if limit == nil || !d.Limit.Only || limit.Name != "" || d.Limit.Tight != nil { // some hosts have another
		return ""
	}
	args := []string{"loadgen", "capacity"}
	for _, a := range of {
		args = append(args, quote(a))
	}
	if d.Cause.UsedBy == diagnosis.ByNeighbours || d.Cause.UsedBy == diagnosis.ByBoth {
		args[1] = "tune"
		return "what helps: " + strings.Join(args, " ")
	}
	question := "how many fit"
	switch own := d.Cause.UsedBy == diagnosis.ByYou || d.Cause.UsedBy == diagnosis.ByBursts; {
	case own && d.Limit.Shared && group.Tasks > 1 && group.Placed == nil:
		args = append(args, "--vary", fmt.Sprintf("fleet.%s.tasks=1..%d", group.Name, max(group.Tasks, 10)))
	case limit.RatePerS >= 1 && limit.RatePerS == math.Trunc(limit.RatePerS) && limit.Burst > 0:
		question = "which limit would be enough"
		args = append(args, "--vary", "endpoint.limit.rate=x/s",
			"--vary", fmt.Sprintf("endpoint.limit.burst=%gx", math.Round(float64(limit.Burst)/limit.RatePerS*100)/100),
			"--x", fmt.Sprintf("%.0f..%.0f", limit.RatePerS, 10*limit.RatePerS))
	default:
		return ""
	}
	args = append(args, "--objective", quote(group.Name+".failure_rate<=0.1%"))
	return question + ": " + strings.Join(args, " ")
}

// quote is an argument as a shell takes it.
func quote(s string) string {
	if strings.ContainsAny(s, " <>'\"$&;|*?(){}[]!#~`\\") {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	return s
}

// readOnce reports whether an argument is the name of a pipe or a device, or -: no command can be
// told to read it again.
func readOnce(name string) bool {
	info, err := os.Stat(name)
	return name == "-" || err == nil && !info.Mode().IsRegular() && !info.IsDir()
}

// namesStrategies reports whether a profile is another one without the files of
// --strategies, whatever --try names.
func namesStrategies(name string, o profiles.Options) bool {
	if o.Strategies == nil {
		return false
	}
	o.Try = nil
	with, err := openAny(name, o, new(command.Input))
	if err != nil {
		return true
	}
	o.Strategies = nil
	without, err := openAny(name, o, new(command.Input))
	return err != nil || with.Digest() != without.Digest()
}

// sayNext writes the command under a screen, if there is one. No search replays a
// recording of --trace.
func (p *program) sayNext(r *reports.Report, sinks []sink, f *runFlags, args []string) {
	if len(args) == 0 || f.open.Trace != "" || r.Partial || !slices.ContainsFunc(sinks, func(s sink) bool { return s.toStdout() && s.format == "text" }) {
		return
	}
	of := []string{args[0]}
	for _, file := range f.strategies.files {
		of = append(of, "--strategies", file)
	}
	if slices.ContainsFunc(of, readOnce) {
		return
	}
	if !namesStrategies(args[0], f.open) {
		of = of[:1] // those that --try names are no cases of the search
	}
	for _, s := range f.open.Sets {
		of = append(of, "--set", s)
	}
	if next := nextCommand(r, of); next != "" {
		p.note("%s", next)
	}
}
