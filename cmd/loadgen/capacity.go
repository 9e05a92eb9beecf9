package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tenement/cmd/internal/command"
	"tenement/internal/form"
	"tenement/internal/rundir"
	"tenement/internal/sdk"
	"tenement/internal/search"
	"tenement/internal/words"
	"tenement/profiles"
	"tenement/reports/capacity"
	"tenement/reports/render"
)

// capacityFlags is what the user asked of `capacity`.
type capacityFlags struct {
	searchFlags
	vary      []string
	x, by     string
	objective []string
	cases     []string
	seeds     int
	require   float64
	required  bool // --require was given
	confirm   bool
}

// capacity finds how far something can go.
func (p *program) capacity() *cobra.Command {
	var f capacityFlags
	c := &cobra.Command{
		Use:   "capacity PROFILE",
		Short: "Find how far a value can go until an objective no longer holds",
		Long: `Find how far a value of a profile can go until an objective no longer holds:
how many tasks fit on a host, or which limit they need. It is a search over
simulated runs, a row for each strategy (with --case for what-ifs too).

--vary PATH=LO..HI names a number of the profile and its range, with the unit;
LO..HI/STEP gives a step. Without one, whole numbers vary in steps of 1, and
others are found to 1 % of their value. Several settings can follow one number
x: each --vary is then a formula, such as x/s or 1.5x, which is rounded down,
and --x is the range. An objective is a gate (TARGET.METRIC OP VALUE). With
several, all must hold. The search finds out at which end of the range they do.

Every value is tried with the same seeds, and gets more of them the closer it is
to the edge. Intervals are 95 %. The search says if the answer changes back
along the way. With --dir, results are kept as they come, and a search that was
killed goes on where it was; the files are the same in the end.

Exit codes: 0 there is an answer, 1 could not run, or --max-time came before an
answer, 2 usage or bad input, 3 a case does not take what --require says, or
--confirm shows something else, 130 interrupted (what is known is shown, and
marked partial).`,
		Example: `  loadgen capacity workers-per-host --vary fleet.worker.tasks=1..40 \
      --objective 'worker.failure_rate<=0.1%'
  loadgen capacity php-fpm --vary endpoint.limit.rate=x/s --x 20..200 \
      --vary endpoint.limit.burst=1.5x --objective 'web.failure_rate<=0.1%'
  loadgen capacity workers-per-host --vary fleet.worker.tasks=1..40 \
      --by endpoint.limit.rate=20/s..80/s/10 \
      --objective 'worker.failure_rate<=0.1%' -o frontier.html
  loadgen capacity mine.yaml --vary fleet.web.tasks=1..100 \
      --objective 'web.p99<=2s' --require 30 --dir run1`,
		Args: command.Args(1, 1, "one profile"),
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringArrayVar(&f.vary, "vary", nil, "vary a `path=LO..HI[/STEP]`, or with --x a path=FORMULA; may be repeated")
	flags.StringVar(&f.x, "x", "", "the `range` LO..HI[/STEP] of the x in formulas")
	flags.StringArrayVar(&f.objective, "objective", nil, "what must hold: a `gate` such as web.failure_rate<=0.1%; may be repeated")
	flags.StringArrayVar(&f.cases, "case", nil, "search the case of this `name`, what-ifs too (default: every strategy); may be repeated")
	flags.StringVar(&f.by, "by", "", "find the edge for each value of a second `path=LO..HI[/STEP]`: the frontier; with a step, at most 50 values")
	flags.Float64Var(&f.require, "require", 0, "exit with 3 unless every case takes this `value`")
	flags.BoolVar(&f.confirm, "confirm", false, "run it live too: at the edge, where the objective must hold, and at 1.25 times as much, where it must not")
	flags.StringArrayVar(&f.open.Sets, "set", nil, "set a value of the profile: `path=value`, such as duration=12h; may be repeated")
	f.own.flags(c)
	f.own.tryFlag(c, &f.open.Try)
	flags.Uint64Var(&f.seed, "seed", 0, "the first seed (default: as the profile says)")
	flags.IntVar(&f.seeds, "seeds", 0, "most `seeds` of one value, 4 to 1,000,000 (default: up to 512, by the size of a run)")
	flags.DurationVar(&f.maxTime, "max-time", 0, "end the search after this `time`, more than 0, such as 5m, with what is known")
	flags.StringVar(&f.dir, "dir", "", "keep results in this `directory` as they come, and go on from what is there")
	f.input.Flags(flags)
	f.out.known = render.CapacityFormats()
	f.out.flags(c)
	p.quietFlag(flags)
	c.ValidArgsFunction = command.Profiles
	c.RunE = func(_ *cobra.Command, args []string) error {
		f.required = flags.Changed("require")
		if err := f.check(flags); err != nil {
			return err
		}
		return p.findCapacity(&f, args[0])
	}
	return c
}

// check checks the flags.
func (f *capacityFlags) check(flags *pflag.FlagSet) error {
	switch {
	case flags.Changed("seeds") && (f.seeds < 4 || f.seeds > maxSeeds):
		return command.Usagef("", "--seeds %d: want 4 to %d", f.seeds, maxSeeds)
	case math.IsNaN(f.require) || math.IsInf(f.require, 0):
		return command.Usagef("", "--require %g: want a number", f.require)
	}
	for _, name := range f.open.Try {
		called := name
		if preset, _, known := sdk.Named(name); known {
			called = preset.Name
		}
		if len(f.cases) > 0 && !slices.Contains(f.cases, name) && !slices.Contains(f.cases, called) {
			return command.Usagef("add --case "+shellWord(called), "--try %s adds a case that --case leaves out", name)
		}
	}
	return f.settle(flags)
}

func (p *program) findCapacity(f *capacityFlags, name string) error {
	sinks, err := f.out.plan(p.stdout)
	if err != nil {
		return err
	}
	if err := spare(sinks, append([]string{name}, f.own.files...)...); err != nil {
		return err
	}
	s, profile, err := p.capacitySearch(f, name)
	if err != nil {
		return err
	}
	var confirming time.Duration
	if f.confirm {
		if confirming, err = s.ConfirmLength(); err != nil {
			return command.Usage(fmt.Errorf("--confirm: %w", err), "leave --confirm out")
		}
	}
	ctx, cancel := p.signals.context()
	defer cancel()
	least, most := s.Calls()
	p.wrapped("%s: %s calls to look the range over, then about as many near the edge, %s at most; Ctrl-C or --max-time ends the search with what is known",
		profile.Name, millions(least), millions(most))
	if confirming >= longRun {
		p.note("--confirm then runs live, for up to %s", words.Span(confirming.Round(time.Second).Seconds()))
	}
	r, err := s.Run(ctx)
	p.clearProgress()
	if err != nil {
		return capacityError(err, f)
	}
	if f.required {
		r.Require = &f.require
	}
	ended := p.confirmCapacity(ctx, f, s, r)
	if ctx.Err() != nil {
		ended = errInterrupted
	}
	return failedToo(p.writeAll(sinks, func(to sink, w io.Writer) error { return render.Capacity(to.format, w, r) }), ended)
}

// capacitySearch is the search that the flags describe.
func (p *program) capacitySearch(f *capacityFlags, name string) (*search.Search, *profiles.Profile, error) {
	vary, err := search.ParseVary(f.vary, f.x)
	if err != nil {
		return nil, nil, command.Usage(err, "")
	}
	var by *search.Vary
	if f.by != "" {
		if by, err = search.ParseBy(f.by); err != nil {
			return nil, nil, command.Usage(err, "")
		}
	}
	if f.open.Strategies, err = f.own.open(&f.input); err != nil {
		return nil, nil, err
	}
	f.open.Compared = f.cases
	profile, err := p.openNamed(name, f.open, f.own.files, "--try NAME", &f.input)
	if err != nil {
		return nil, nil, err
	}
	if err := needsFleet(profile, name, "capacity"); err != nil {
		return nil, nil, err
	}
	s, err := search.New(search.Options{
		Profile: profile, Vary: vary, By: by, Objective: f.objective, Cases: f.cases, Seed: profile.Seed,
		Seeds: f.seeds, MaxTime: f.maxTime, Dir: f.dir, Progress: p.progress(profile.Name),
	})
	none := (*search.NoCaseError)(nil)
	switch {
	case errors.As(err, &none):
		return nil, nil, command.Usage(err, "there is "+words.List(words.Some(none.Known), "and"))
	case err != nil:
		return nil, nil, f.input.Refuse(err)
	}
	return s, profile, nil
}

// capacityError is the error of a search that could not go on.
func capacityError(err error, f *capacityFlags) error {
	if wrong := form.Errors(nil); errors.As(err, &wrong) {
		return f.input.Refuse(err)
	}
	return dirError(err)
}

// dirError is the error of a search whose --dir may be of no use.
func dirError(err error) error {
	other, damaged := (*rundir.OtherPlanError)(nil), (*rundir.PlanError)(nil)
	switch {
	case errors.As(err, &other), errors.As(err, &damaged), errors.Is(err, rundir.ErrNotEmpty):
		return command.Usage(err, "give the search a --dir of its own")
	case errors.Is(err, rundir.ErrInUse):
		return command.Usage(err, "wait for it, or give the search a --dir of its own")
	}
	return err
}

// confirmCapacity runs the edges live if that was asked for. The error is one of those, or
// a requirement that is not met.
func (p *program) confirmCapacity(ctx context.Context, f *capacityFlags, s *search.Search, r *capacity.Result) error {
	if f.confirm && r.Partial == "" {
		if err := s.Confirm(ctx, r); err != nil {
			return err
		}
		p.clearProgress()
		for i := range r.Cases {
			if c := &r.Cases[i]; len(c.Confirmed) == 0 && ctx.Err() == nil {
				p.wrapped("--confirm ran nothing of %s: there is no edge within the range", c.Title)
			}
		}
	}
	var wrong []string
	for i := range r.Cases {
		c := &r.Cases[i]
		if r.Partial != "" && c.Holds == capacity.Unknown {
			return &command.Error{Err: fmt.Errorf("the search ended before there was an answer for %s", c.Title), Code: command.Failed, Hint: "give it more time; with --dir it goes on from what is there"}
		}
		if r.Require != nil && r.Partial == "" && !c.Meets(*r.Require) {
			wrong = append(wrong, fmt.Sprintf("%s does not take %g", c.Title, *r.Require))
		}
		for j := range c.Confirmed {
			if one := &c.Confirmed[j]; !one.OK() {
				wrong = append(wrong, fmt.Sprintf("%s: the live run at %g shows something else", c.Title, one.Value))
			}
		}
	}
	if len(wrong) > 0 {
		return gateFailed("%s", strings.Join(wrong, "; "))
	}
	return nil
}

// millions is a number of calls, roughly.
func millions(calls float64) string {
	if calls < 1e6 {
		return words.Number(uint64(math.Ceil(calls/1000) * 1000))
	}
	return words.Significant(calls/1e6, 2) + " million"
}
