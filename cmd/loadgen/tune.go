package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tenement/cmd/internal/command"
	"tenement/internal/form"
	"tenement/internal/outfile"
	"tenement/internal/plan"
	"tenement/internal/quantity"
	"tenement/internal/rundir"
	"tenement/internal/search/tune"
	"tenement/internal/strategy"
	"tenement/internal/words"
	"tenement/profiles"
	"tenement/reports/render"
	"tenement/reports/tuning"
)

// tuneFlags is what the user asked of `tune`.
type tuneFlags struct {
	searchFlags
	strategy   string
	only       string
	exclude    []string
	weights    []string
	space      string
	printSpace bool
	blocks     int
	write      string
}

// tune searches for better settings.
func (p *program) tune() *cobra.Command {
	var f tuneFlags
	c := &cobra.Command{
		Use:   "tune PROFILE",
		Short: "Search for better settings than today's, and say what to set",
		Long: `Search for settings that are better than today's. Today's is the first strategy
of the profile, or that of --strategy. What is tried is what people could
change: all that the SDK under test lets its users set, what can be done around
any SDK (a shared client, a cache of the task, a provider of one's own
with its retries, static keys), what the neighbours could do, and the limit of
the endpoint.

Every candidate is simulated with the same seeds. The search halves the
candidates, then takes small steps from the best. What it finds is judged on
seeds, and in variants of the scenario, that it did not see. It shows the
candidates that no other beats in every respect: failures, p99, tries per call,
failures of the neighbours, staleness, work. It recommends the safest, the
fastest and the kindest to the neighbours, each as what to set, and the safest
that you can do alone if the others need somebody else.

With --dir, results are kept in a directory: a search that was killed goes on
there. The answer is the same for a seed, whatever the number of processors.

Exit codes: 0 fine, 1 could not run or could not write everything, 2 usage or
bad input, 130 interrupted (the best so far is written).`,
		Example: `  loadgen tune noisy-neighbour
  loadgen tune noisy-neighbour --only mine --write tuned.yaml
  loadgen tune noisy-neighbour --strategy botocore --exclude "static keys"
  loadgen tune noisy-neighbour --weight failure_rate=10 --weight effort=0.5
  loadgen tune noisy-neighbour --print-space > space.yaml
  loadgen tune noisy-neighbour --space space.yaml --dir tuning -o tuning.html`,
		Args: command.Args(1, 1, "one profile"),
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.strategy, "strategy", "", "start from the strategy of this `name` (default: the profile's first)")
	flags.StringVar(&f.only, "only", "", "change only what is `mine`: neither neighbours nor endpoint")
	flags.StringArrayVar(&f.exclude, "exclude", nil, "leave out the parameter of this `name`, or all those of neighbours, or of endpoint; may be repeated")
	flags.StringArrayVar(&f.weights, "weight", nil, "recommend also what has the least weighted sum: `objective=weight`, 0 to 1,000,000; may be repeated (objectives: "+strings.Join(tune.Objectives(), ", ")+")")
	flags.StringVar(&f.space, "space", "", "read what may be changed from this `file`")
	flags.BoolVar(&f.printSpace, "print-space", false, "print what may be changed, as --space reads it, and do nothing else")
	flags.StringArrayVar(&f.open.Sets, "set", nil, "set a value of the profile first: `path=value`, such as duration=10m; may be repeated")
	f.own.flags(c)
	flags.Uint64Var(&f.seed, "seed", 0, "the first seed (default: as the profile says)")
	flags.IntVar(&f.blocks, "blocks", 0, "simulate this `number` of blocks of seeds in the search, 1 to 1,000,000 (default: follows from the size of the profile)")
	flags.DurationVar(&f.maxTime, "max-time", 0, "end after this `time`, more than 0, such as 5m, with the best so far")
	flags.StringVar(&f.dir, "dir", "", "keep results in this `directory`, and go on from those there")
	flags.StringVar(&f.write, "write", "", "write a profile with today's settings and the recommendations to this `file`")
	f.input.Flags(flags)
	f.out.known = render.TuningFormats()
	f.out.flags(c)
	p.quietFlag(flags)
	command.CompleteFlag(c, "only", "mine")
	c.ValidArgsFunction = command.Profiles
	c.RunE = func(_ *cobra.Command, args []string) error {
		switch {
		case flags.Changed("blocks") && (f.blocks < 1 || f.blocks > mostTuneBlocks):
			return command.Usagef("", "--blocks %d: want 1 to %d", f.blocks, mostTuneBlocks)
		case f.only != "" && f.only != "mine":
			return command.Usagef("", "--only %s: want mine", f.only)
		}
		if err := f.settle(flags); err != nil {
			return err
		}
		if f.printSpace {
			if err := unusedBeside(flags, "--print-space prints the space and ends", "seed", "blocks", "max-time", "weight", "dir", "write", "format", "output"); err != nil {
				return err
			}
		}
		return p.tuneProfile(&f, args[0])
	}
	return c
}

// mostTuneBlocks bounds --blocks.
const mostTuneBlocks = 1_000_000

// tuneProfile tunes a profile.
func (p *program) tuneProfile(f *tuneFlags, name string) error {
	sinks, err := f.out.plan(p.stdout)
	if err != nil {
		return err
	}
	weights, err := f.weighed()
	if err != nil {
		return err
	}
	if err := spare(append(slices.Clone(sinks), f.written()...), append([]string{name, f.space}, f.own.files...)...); err != nil {
		return err
	}
	if f.write != "" && p.stdout.isAt(f.write) {
		return command.Usagef("name a file", "--write %s: a report goes to stdout", f.write)
	}
	for _, s := range sinks {
		if err := apart(s.path, f.write); f.write != "" && err != nil {
			return err
		}
	}
	if f.open.Strategies, err = f.own.open(&f.input); err != nil {
		return err
	}
	if f.strategy != "" {
		f.open.Compared = []string{f.strategy}
	}
	profile, err := p.openNamed(name, f.open, f.own.files, "--strategy NAME", &f.input)
	if err != nil {
		return err
	}
	if err := needsFleet(profile, name, "tune"); err != nil {
		return err
	}
	if profile, err = tune.Named(profile); err != nil {
		return f.input.Refuse(err)
	}
	today, err := tune.CaseOf(profile, f.strategy)
	if err != nil {
		hint := ""
		if none := (*tune.NoCaseError)(nil); errors.As(err, &none) {
			hint = "the profile has " + words.List(words.Some(none.Known), "and")
		}
		return command.Usage(fmt.Errorf("%s: %w", profile.Name, err), hint)
	}
	space, err := f.spaceOf(profile, today)
	if err != nil {
		return err
	}
	if f.printSpace {
		return space.Write(p.stdout)
	}
	if err := writable(f.written()); err != nil {
		return err
	}
	o := tune.Options{
		Profile: profile, Case: today.Name, Space: space, Seed: profile.Seed, Weights: weights,
		Blocks: f.blocks, MaxTime: f.maxTime, Progress: p.progress(profile.Name),
	}
	if f.dir != "" {
		if o.Dir, err = rundir.Open(f.dir, tunePlan(profile, today, space, f, weights)); err != nil {
			return dirError(err)
		}
		defer func() { _ = o.Dir.Close() }() // each result is on the disk by then
	}
	t, err := tune.New(o)
	if err != nil {
		return command.Usage(fmt.Errorf("%s: %w", profile.Name, err), "")
	}
	p.wrapped("%s: %s, about %s calls to simulate; Ctrl-C ends it with the best so far",
		profile.Name, words.Plural(uint64(len(space.Parameters)), "parameter", "parameters"), millions(float64(t.Calls())))
	ctx, cancel := p.signals.context()
	defer cancel()
	r, err := t.Run(ctx)
	p.clearProgress()
	if err != nil {
		if ctx.Err() != nil {
			return errInterrupted
		}
		return err
	}
	return p.tuned(ctx, f, profile, o.Dir, r, sinks)
}

// tuned writes what a search found.
func (p *program) tuned(ctx context.Context, f *tuneFlags, profile *profiles.Profile, dir *rundir.Dir, r *tuning.Result, sinks []sink) error {
	var ended error
	if ctx.Err() != nil {
		ended = errInterrupted
	}
	lost := p.writeAll(sinks, func(s sink, w io.Writer) error { return render.Tuning(s.format, w, r) })
	if f.write != "" {
		err := outfile.Write(f.write, func(w io.Writer) error { return tune.WriteProfile(w, profile, r) })
		if err == nil {
			p.note("profile: %s (loadgen run %s)", f.write, shellWord(f.write))
		}
		lost = errors.Join(lost, err)
	}
	if r.Partial == "" {
		lost = errors.Join(lost, dir.Finish(r))
	}
	return failedToo(lost, ended)
}

// written is the file of --write.
func (f *tuneFlags) written() []sink {
	if f.write == "" {
		return nil
	}
	return []sink{{path: f.write}}
}

// weighed are the weights that the user gave, nil if none.
func (f *tuneFlags) weighed() (map[string]float64, error) {
	var weights map[string]float64
	for _, text := range f.weights {
		name, value, _ := strings.Cut(text, "=")
		if !slices.Contains(tune.Objectives(), name) {
			return nil, command.Usagef("", "--weight %s: there is no objective %q%s", words.Middle(text, 60), words.Middle(name, 60), form.Hint(name, tune.Objectives()))
		}
		x, ok := quantity.Number(value)
		if !ok || x < 0 || x > 1e6 {
			return nil, command.Usagef("such as --weight failure_rate=10", "--weight %s: want a number from 0 to 1000000", words.Middle(text, 60))
		}
		if weights == nil {
			weights = map[string]float64{}
		}
		weights[name] = x
	}
	return weights, nil
}

// mostSpace bounds the file of a space, in bytes.
const mostSpace = 1 << 20

// spaceOf is what may be changed.
func (f *tuneFlags) spaceOf(profile *profiles.Profile, today plan.Case) (*tune.Space, error) {
	space := tune.DefaultSpace(profile, today)
	if f.space != "" {
		file, shown, err := openInput(f.space)
		if err != nil {
			return nil, command.Usage(fmt.Errorf("reading the space: %w", err), "")
		}
		defer file.Close()
		text, err := io.ReadAll(io.LimitReader(file, mostSpace+1))
		switch {
		case err != nil:
			return nil, command.Usage(fmt.Errorf("reading the space: %w", err), "")
		case len(text) > mostSpace:
			return nil, command.Usagef("", "%s: more than %d bytes", shown, mostSpace)
		}
		if space, err = tune.ReadSpace(shown, text, profile, today); err != nil {
			return nil, f.input.Refuse(err)
		}
	}
	names := space.Names()
	for _, name := range f.exclude {
		if !space.Exclude(name) && !slices.Contains(names, name) {
			return nil, command.Usagef("the space has "+words.List(names, "and"), "--exclude: there is no parameter %q%s", name, form.Hint(name, names))
		}
	}
	if f.only != "" {
		space.Only(tune.You)
	}
	return space, nil
}

// tunePlanned is what a directory is of: results of another are of no use.
type tunePlanned struct {
	Version  int                `json:"version"`
	Model    int                `json:"model"`
	Kind     string             `json:"kind"`
	Profile  string             `json:"profile"`
	Digest   string             `json:"digest"`
	Strategy string             `json:"strategy"`
	Seed     uint64             `json:"seed"`
	Blocks   int                `json:"blocks"`
	Weights  map[string]float64 `json:"weights,omitempty"`
	Space    []tune.Parameter   `json:"space"`
}

func tunePlan(profile *profiles.Profile, today plan.Case, space *tune.Space, f *tuneFlags, weights map[string]float64) tunePlanned {
	return tunePlanned{
		Version: tuning.Version, Model: strategy.ModelVersion, Kind: "tune", Profile: profile.Name, Digest: profile.Digest(),
		Strategy: today.Name, Seed: profile.Seed, Blocks: f.blocks, Weights: weights, Space: space.Parameters,
	}
}
