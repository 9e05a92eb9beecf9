package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tenement/cmd/internal/command"
	"tenement/internal/experiment"
	"tenement/profiles"
	"tenement/reports"
	"tenement/reports/render"
)

// comparing is what the user asked of `compare`.
type comparing struct {
	compareFlags
	engine  string
	sets    []string // of the current side
	own     strategyFlags
	named   *profiles.Strategies // of the files of own
	seed    uint64
	seeded  bool // --seed was given
	seeds   int
	rounds  int
	maxTime time.Duration
	given   func(flag string) bool // by the user
	input   command.Input
	out     outputs
}

// defaultRounds is enough for a change of a third where rounds vary by 15 %.
const defaultRounds = 10

// compare compares two runs.
func (p *program) compare() *cobra.Command {
	var f comparing
	c := &cobra.Command{
		Use:   "compare BASE [CURRENT]",
		Short: "Compare two runs, and fail if the second is worse",
		Long: `Compare two runs, case by case and figure by figure. Each is a report, or a
profile, which is run first. Two profiles are simulated with the same seeds, so
that only what differs between them counts. With --set, CURRENT is changed
before it runs; without a CURRENT, it is BASE with that change.

With --engine live they run in rounds on sockets, in turns (ABBA) and with the
same seed in each pair; one round of each is a warm-up, and a disturbed round is
run again. One live run tells nothing: its noise is not known.

A figure is a regression, or an improvement, if the whole 99 % interval of its
change is beyond a threshold; equivalent, if it is within; inconclusive
otherwise. By default the thresholds are 5 % for p50 and for tries per call,
10 % for p95 and p99, odds of ×1.1 and 0.1 points for the shares of failures and
of throttled requests, and 0.1 points for the neighbours' failures.

Exit codes: 0 nothing is worse, 1 could not run, or two runs that should be the
same are not, 2 usage or bad input, 3 a figure is worse, or with --strict
inconclusive, 130 interrupted.`,
		Example: `  loadgen compare baseline.json now.json
  loadgen compare noisy-neighbour mine.yaml
  loadgen compare noisy-neighbour --set endpoint.limit.rate=80/s
  loadgen compare noisy-neighbour --strategies mine.yaml \
      --case mine --against botocore
  loadgen compare before.yaml after.yaml --engine live --max-time 30m
  loadgen compare now.json --case full-jitter --against php-sdk`,
		Args: command.Args(1, 2, "two reports or profiles"),
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.engine, "engine", "", "how profiles are run: `sim` or live (default: sim, or as the report beside it was)")
	flags.StringArrayVar(&f.sets, "set", nil, "set a value of CURRENT: `path=value`, such as duration=12h; may be repeated")
	f.own.flags(c)
	flags.Uint64Var(&f.seed, "seed", 0, "the first seed of both sides (default: as BASE says)")
	flags.IntVar(&f.seeds, "seeds", 0, "simulate each case with this `number` of seeds (default: follows from the size of the plans)")
	flags.IntVar(&f.rounds, "rounds", defaultRounds, "play this number of live `rounds` of each side")
	flags.DurationVar(&f.maxTime, "max-time", 0, "play as many live rounds as fit into this `time`, such as 30m")
	f.flags(c)
	f.input.Flags(flags)
	f.out.known = render.ComparisonFormats()
	f.out.flags(c)
	p.quietFlag(flags)
	command.CompleteFlag(c, "engine", reports.Sim, reports.Live)
	c.ValidArgsFunction = command.Profiles
	c.RunE = func(_ *cobra.Command, args []string) (err error) {
		f.seeded, f.given = flags.Changed("seed"), flags.Changed
		if err := f.check(flags); err != nil {
			return err
		}
		if f.named, err = f.own.open(&f.input); err != nil {
			return err
		}
		return p.compareRuns(f, args)
	}
	return c
}

// check checks the flags.
func (f *comparing) check(flags *pflag.FlagSet) error {
	switch {
	case f.engine != "" && f.engine != reports.Sim && f.engine != reports.Live:
		return command.Usagef("", "--engine %s: want sim or live", f.engine)
	case flags.Changed("seeds") && (f.seeds < 1 || f.seeds > maxSeeds):
		return command.Usagef("", "--seeds %d: want 1 to %d", f.seeds, maxSeeds)
	case f.rounds < 1 || f.rounds > mostRounds:
		return command.Usagef("", "--rounds %d: want 1 to %d", f.rounds, mostRounds)
	case flags.Changed("max-time") && f.maxTime <= 0:
		return command.Usagef("", "--max-time %s: want more than 0", f.maxTime)
	}
	return f.read()
}

// mostRounds bounds --rounds: a report keeps no more.
const mostRounds = reports.MaxBlocks

// compared is one side: a report, or a profile that is still to be run.
type compared struct {
	name    string
	report  *reports.Report
	profile *profiles.Profile
}

// controlPlane reports whether the side has a control plane.
func (c *compared) controlPlane() bool {
	return c.profile != nil && c.profile.ControlPlane() || c.report != nil && c.report.ControlPlane()
}

func (p *program) compareRuns(f comparing, args []string) error {
	sinks, err := f.out.plan(p.stdout)
	if err != nil {
		return err
	}
	if err := spare(sinks, append(slices.Clone(args), f.own.files...)...); err != nil {
		return err
	}
	sides, err := f.sides(args)
	if err != nil {
		return err
	}
	if err := f.agree(sides); err != nil {
		return err
	}
	if err := f.unused(sides); err != nil {
		return err
	}
	if err := f.checkSides(sides); err != nil {
		return err
	}
	ctx, cancel := p.signals.context()
	defer cancel()
	if f.engine == reports.Live {
		err = p.playRounds(ctx, &f, sides)
	} else {
		err = p.simulateSides(ctx, &f, sides)
	}
	p.clearProgress()
	if err != nil {
		return err
	}
	var c *reports.Comparison
	if len(sides) == 1 {
		c, err = f.compareCases(sides[0].name, sides[0].report)
	} else {
		c, err = f.compareReports(sides[0].name, sides[1].name, sides[0].report, sides[1].report)
	}
	if err != nil {
		return err
	}
	ended := f.verdict(c)
	if ctx.Err() != nil {
		ended = errInterrupted
	}
	return failedToo(p.writeAll(sinks, func(s sink, w io.Writer) error { return render.Comparison(s.format, w, c) }), ended)
}

// sides are what is compared: one side if two cases of it are.
func (f *comparing) sides(args []string) ([]*compared, error) {
	if f.against != "" {
		if len(args) > 1 {
			return nil, command.Usagef("name one profile or report, of which both cases are", "--against holds two cases of one run against each other, and %s and %s are two", args[0], args[1])
		}
		only, err := lookAt(args[0])
		if err != nil {
			return nil, err
		}
		side, err := f.open(only, f.sets)
		return []*compared{side}, err
	}
	if len(args) == 1 && len(f.sets) == 0 {
		return nil, command.Usagef("name a second one, or say with --set what is changed in it, or compare two of its cases with --case and --against", "what is %s compared with?", args[0])
	}
	all := make([]*named, len(args))
	for i, name := range args {
		var err error
		if all[i], err = lookAt(name); err != nil {
			return nil, err
		}
	}
	base, err := f.open(all[0], nil)
	if err != nil {
		return nil, err
	}
	current, err := f.open(all[len(all)-1], f.sets)
	if err != nil {
		return nil, err
	}
	if len(f.sets) > 0 {
		current.name += " with " + strings.Join(f.sets, ", ")
	}
	return []*compared{base, current}, nil
}

// open opens a side: a report, unless something is set in its profile.
func (f *comparing) open(n *named, sets []string) (side *compared, err error) {
	o := profiles.Options{Sets: sets, Strategies: f.named, Compared: f.ofOneRun()}
	if f.seeded {
		o.Seed = &f.seed
	}
	side = &compared{name: n.name}
	if n.report != nil && len(sets) == 0 {
		side.report = n.report
	} else {
		side.profile, err = n.open(o, &f.input)
	}
	return side, err
}

// agree settles engine, seed and seeds, which both sides have in common: those of a
// report, else the user's.
func (f *comparing) agree(sides []*compared) error {
	for _, s := range sides {
		r := s.report
		if r == nil {
			continue
		}
		if f.engine != "" && f.engine != r.Engine {
			if !f.given("engine") { // f.engine is that of the other report
				return command.Usagef("", "%s was run with --engine %s, and %s with --engine %s: what is measured is not compared with what is simulated",
					sides[0].name, f.engine, s.name, r.Engine)
			}
			return command.Usagef("", "%s was run with --engine %s", s.name, r.Engine)
		}
		if slices.ContainsFunc(sides, func(o *compared) bool { return o.profile != nil }) {
			if err := sameModel(s.name, r); err != nil {
				return err
			}
		}
		f.engine = r.Engine
		if !f.seeded {
			f.seed, f.seeded = r.Seed, true
		}
		if f.seeds == 0 {
			f.seeds = int(max(r.SimulatedSeeds(), 1))
		}
	}
	if f.engine == "" {
		f.engine = reports.Sim
	}
	if controls := slices.ContainsFunc(sides, (*compared).controlPlane); controls && f.engine == reports.Live {
		return command.Usagef("leave --engine out", "a control plane is only simulated")
	}
	if !f.seeded {
		f.seed = sides[0].profile.Seed
	}
	return nil
}

// checkSides returns what is wrong with how the sides are to be compared, before one of them
// is run. The model of two reports is told when they are compared.
func (f *comparing) checkSides(sides []*compared) error {
	var all []*reports.Report
	for _, s := range sides {
		r := s.report
		if r == nil {
			r = outlineOf(s.profile, f.engine, s.profile.Cases())
		}
		all = append(all, r)
	}
	switch {
	case !slices.ContainsFunc(sides, func(s *compared) bool { return s.profile != nil }):
		return nil
	case len(all) == 1:
		return f.checkCases(all[0])
	}
	return f.compareFlags.check(all[0], all[1])
}

// unused returns an error if a flag was given that nothing looks at.
func (f *comparing) unused(sides []*compared) error {
	runs := slices.ContainsFunc(sides, func(s *compared) bool { return s.profile != nil })
	for _, flag := range []struct{ name, engine string }{{"strategies", ""}, {"seed", ""}, {"seeds", reports.Sim}, {"rounds", reports.Live}, {"max-time", reports.Live}} {
		switch {
		case !f.given(flag.name):
		case !runs:
			return command.Usagef("", "--%s says how a profile is run, and there is none to run", flag.name)
		case flag.engine != "" && flag.engine != f.engine:
			return command.Usagef("", "--%s is for --engine %s", flag.name, flag.engine)
		}
	}
	return nil
}

// running is how a profile is run.
func (f *comparing) running(s *profiles.Profile, progress func(experiment.Progress)) experiment.Options {
	return experiment.Options{
		Name: s.Name, Description: s.Description, Kept: keepIn(s),
		Engine: f.engine, Seed: f.seed, Seeds: f.seeds, Progress: progress,
	}
}

// simulateSides simulates the profiles among the sides, all with the same seeds.
func (p *program) simulateSides(ctx context.Context, f *comparing, sides []*compared) (err error) {
	all := make([]*experiment.Experiment, 0, len(sides))
	var of []*compared
	for _, s := range sides {
		if s.profile == nil {
			continue
		}
		if s.profile.ControlPlane() {
			if s.report, err = simulatedControl(ctx, s.profile, f.running(s.profile, p.progress(s.profile.Name))); err != nil {
				return err
			}
			if s.report.Partial {
				return errInterrupted
			}
			f.seeds = int(s.report.SimulatedSeeds())
			continue
		}
		x, err := experiment.New(s.profile, f.running(s.profile, p.progress(s.profile.Name)))
		if err != nil {
			return command.Usage(fmt.Errorf("%s: %w", s.name, err), "")
		}
		all, of = append(all, x), append(of, s)
	}
	if f.seeds == 0 {
		if err := experiment.AgreeOnSeeds(ctx, all...); err != nil {
			if ctx.Err() != nil {
				return errInterrupted
			}
			return err
		}
	}
	for i, x := range all {
		if err := x.Run(ctx); err != nil {
			return err
		}
		if x.Stopped() != nil {
			return errInterrupted
		}
		if of[i].report, err = x.Report(); err != nil {
			return err
		}
	}
	return nil
}
