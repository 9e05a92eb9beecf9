package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tenement/cmd/internal/command"
	"tenement/internal/experiment"
	"tenement/internal/live"
	"tenement/internal/words"
	"tenement/profiles"
	"tenement/reports"
)

// runFlags is what the user asked of `run`.
type runFlags struct {
	open        profiles.Options
	seed        uint64
	target      string
	targeted    bool // --target was given
	capped      bool // --max-requests was given
	allow       []string
	maxRequests int64
	seeds       int
	precision   float64 // in points
	maxTime     time.Duration
	metrics     string // where to serve them; empty is nowhere
	strictGates bool
	replay      replayFlags
	baseline    string
	compare     compareFlags
	strategies  strategyFlags
	input       command.Input
	out         outputs
}

// defaultMaxRequests bounds what a run may ask of a server that is not on
// loopback.
const defaultMaxRequests = 10000

// defaultMaxTime bounds the search for precision unless --max-time is given.
const defaultMaxTime = time.Minute

// run runs a profile and reports on it.
func (p *program) run() *cobra.Command {
	var f runFlags
	c := &cobra.Command{
		Use:   "run [PROFILE|REPORT]",
		Short: "Run a profile, every case of it, and report",
		Long: `Run a profile: every strategy and every what-if is a case, and a row of the
report. PROFILE is a path, - for standard input, or the name of a built-in
(loadgen profile list). A report that was written as JSON keeps its profile, and
runs it again.

The live engine sends real HTTP requests to a mock of the endpoint, which it
starts on loopback, and simulates the same cases over many seeds beside it.
The sim engine runs in virtual time: the report's counts are those of one
seed, and its shares are means over that seed and further ones.

With --target, requests go to a server of yours, which must be on loopback. With
--allow-target it may be elsewhere: the run connects to the addresses that its
name has when a case begins.

With --baseline, the run takes the engine and the seeds of that report, and is
compared with it. With --case and --against, two cases of the run are compared.
See loadgen compare.

Exit codes: 0 fine, 1 could not run or could not write every report, 2 usage or
bad input, 3 a gate failed (with --strict-gates also one that is inconclusive or
not judged) or a figure is worse than in the baseline, 130 interrupted (the
report is written, marked partial; a second Ctrl-C ends the program at once).`,
		Example: `  loadgen run noisy-neighbour
  loadgen run noisy-neighbour --engine sim -f json -o -
  loadgen run noisy-neighbour --set endpoint.limit.rate=80/s -o report.html
  loadgen run noisy-neighbour --engine sim --baseline baseline.json
  loadgen run noisy-neighbour --strategies mine.yaml --try mine
  loadgen run --trace recording.jsonl
  loadgen run --trace recording.jsonl --speed 10 --copies 3
  loadgen run --trace recording.jsonl --from 1h --for 5m --max-gap 10s`,
		Args: command.Args(0, 1, "one profile or report at most"),
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.open.Engine, "engine", "", "`live` or sim (default: as the profile says)")
	flags.StringVar(&f.open.Trace, "trace", "", "replay a trace `file` as the arrivals of the group under test; a log is imported first, - is stdin")
	flags.StringArrayVar(&f.open.Sets, "set", nil, "set a value of the profile: `path=value`, such as duration=12h; may be repeated")
	f.strategies.flags(c)
	f.strategies.tryFlag(c, &f.open.Try)
	flags.Uint64Var(&f.seed, "seed", 0, "seed of all that is random (default: as the profile says)")
	flags.StringVar(&f.target, "target", "", "send requests to the server at this `URL` instead of a mock")
	flags.StringArrayVar(&f.allow, "allow-target", nil, "allow a target on this `host`, which is not loopback")
	flags.Int64Var(&f.maxRequests, "max-requests", defaultMaxRequests, "most requests per case to a --target; unless it is given, there is no bound on loopback")
	flags.IntVar(&f.seeds, "seeds", 0, "simulate each case with this `number` of seeds (default: follows from the size of the plan)")
	flags.Float64Var(&f.precision, "precision", 0, "double the seeds until failure rates under test are known to within this many percentage `points`")
	flags.DurationVar(&f.maxTime, "max-time", defaultMaxTime, "stop --precision after this `time`, such as 5m")
	flags.StringVar(&f.metrics, "metrics", "", "serve the figures of a live run at this `address`, such as 127.0.0.1:9100, for Prometheus")
	flags.BoolVar(&f.strictGates, "strict-gates", false, "fail also if a gate is inconclusive, or cannot be judged")
	f.replay.flags(c)
	flags.StringVar(&f.baseline, "baseline", "", "compare with the report in this `file`")
	f.compare.flags(c)
	f.input.Flags(flags)
	f.out.flags(c)
	f.out.lookFlags(c)
	p.quietFlag(flags)
	command.CompleteFlag(c, "engine", reports.Live, reports.Sim)
	c.ValidArgsFunction = command.Profiles
	c.RunE = func(c *cobra.Command, args []string) (err error) {
		if flags.Changed("seed") {
			f.open.Seed = &f.seed
		}
		f.targeted, f.capped = flags.Changed("target"), flags.Changed("max-requests")
		if err := f.checkAllowed(); err != nil {
			return err
		}
		if f.open.Replay, err = f.replay.settings(flags); err != nil {
			return err
		}
		if err := f.checkSeeds(flags); err != nil {
			return err
		}
		if err := f.checkBaseline(); err != nil {
			return err
		}
		if f.open.Strategies, err = f.strategies.open(&f.input); err != nil {
			return err
		}
		f.open.Compared = f.compare.ofOneRun()
		return p.runProfile(f, args, c.InOrStdin())
	}
	return c
}

func (p *program) runProfile(f runFlags, args []string, stdin io.Reader) error {
	sinks, err := f.out.plan(p.stdout)
	if err != nil {
		return err
	}
	input, err := f.named(args)
	if err != nil {
		return err
	}
	read := append([]string{f.open.Trace, f.baseline}, f.strategies.files...)
	if input == nil || input.report == nil { // a report that is made anew may take its own place
		read = append(read, args...)
	}
	if err := spare(sinks, read...); err != nil {
		return err
	}
	baseline, err := f.readBaseline()
	if err != nil {
		return err
	}
	if err := p.replayed(&f.open, stdin); err != nil {
		return err
	}
	profile, err := openProfile(f, input)
	if err != nil {
		return err
	}
	p.noteUnused(f.strategies.files, "--try NAME", input, f.open, profile)
	if f.targeted && profile.ControlPlane() {
		return command.Usagef("leave --target out", "%s has a control plane, which is only simulated", profile.Name)
	}
	target, err := f.checkedTarget(profile.Engine)
	if err != nil {
		return err
	}
	options := experiment.Options{
		Name: profile.Name, Description: profile.Description,
		Engine: profile.Engine, Seed: profile.Seed, Gates: profile.Gates,
		Target: target.url, Remote: target.remote, MaxRequests: target.maxRequests,
		Seeds: f.seeds, Precision: f.precision / 100, MaxTime: f.maxTime,
		Watched: f.metrics != "", Progress: p.progress(profile.Name),
		Kept: keepIn(profile), Baseline: baseline, BaselineCase: f.compare.baselineCases(),
	}
	if options.Watched && profile.Engine != reports.Live {
		return command.Usagef("-f prometheus writes the figures of a simulation", "--metrics shows a live run while it is under way")
	}
	if profile.ControlPlane() {
		return p.runControl(&f, profile, options, sinks, args)
	}
	x, err := experiment.New(profile, options)
	switch {
	case errors.Is(err, live.ErrFiles): // the machine's fault, and not the profile's
		return &command.Error{Err: fmt.Errorf("%s: %w", profile.Name, err), Code: command.Failed, Hint: "raise it (ulimit -n), or use --engine sim, which has no such limit"}
	case err != nil:
		return command.Usage(fmt.Errorf("%s: %w", profile.Name, err), hintOf(err))
	}
	if err := p.checkComparison(&f, profile, x.Cases(), baseline); err != nil {
		return err
	}
	ctx, cancel := p.signals.context() // from here on there is something to report
	defer cancel()
	stopMetrics, err := p.metricsOf(f.metrics, x)
	if err != nil {
		return err
	}
	p.noteLong(x, &f, profile.Engine)
	p.noteSilent(target)
	p.shown.preview(ctx, profile, options)
	err = x.Run(ctx)
	stopMetrics()
	p.clearProgress()
	switch {
	case errors.Is(err, live.ErrNotLoopback):
		return command.Usage(err, "if you mean it: --allow-target "+target.url.Hostname())
	case err != nil:
		return err
	}
	report, err := x.Report()
	if err != nil {
		return command.Usage(err, "")
	}
	ended := ending(ctx, x.Stopped(), report, f.strictGates)
	if !report.Partial {
		worse, err := f.compareRun(report, baseline)
		if err != nil {
			return failedToo(p.write(report, sinks), err)
		}
		ended = both(ended, worse)
	}
	if err = p.write(report, sinks); err == nil {
		p.sayNext(report, sinks, &f, args)
	}
	return failedToo(err, ended)
}

// longRun is when a live run says before it begins how long it takes: longer than somebody
// watches a screen, and than any built-in profile that is live by itself.
const longRun = 5 * time.Minute

// noteLong says how long a long live run takes, and that it need not, where the simulation
// answers the same question: not of a target, nor beside a live baseline.
func (p *program) noteLong(x *experiment.Experiment, f *runFlags, engine string) {
	if engine != reports.Live || x.LiveLength() < longRun {
		return
	}
	text := fmt.Sprintf("live, this takes about %s", words.Span(x.LiveLength().Round(time.Second).Seconds()))
	if !f.targeted && f.baseline == "" && f.metrics == "" {
		text += "; --engine sim answers in virtual time"
	}
	p.note("%s", text)
}

// ending is how a run ended whose report is written: nil if well.
func ending(ctx context.Context, stopped error, report *reports.Report, strict bool) error {
	ended := (*experiment.GateEndedError)(nil)
	switch {
	case errors.As(stopped, &ended):
		return &command.Error{Err: fmt.Errorf("gate failed: %w", stopped), Code: command.GateFailed, Hint: "the report covers what ran"}
	case ctx.Err() != nil && stopped != nil:
		return errInterrupted
	case errors.Is(stopped, live.ErrMaxRequests):
		return &command.Error{Err: stopped, Code: command.Failed, Hint: "the report covers what ran; raise --max-requests for more"}
	case errors.Is(stopped, live.ErrResources):
		return &command.Error{Err: stopped, Code: command.Failed, Hint: "the report covers what ran; lower the rates, or raise the limit on open files"}
	case stopped != nil:
		return &command.Error{Err: stopped, Code: command.Failed, Hint: "the report covers what ran"}
	}
	return gateError(report, strict)
}

// both is the error of gates and that of a comparison, either of which may be nil.
func both(gates, worse error) error {
	switch {
	case gates == nil:
		return worse
	case worse == nil:
		return gates
	}
	return gateFailed("%w; %w", gates, worse)
}

// hintOf says what helps against an experiment that cannot be made.
func hintOf(err error) string {
	switch {
	case errors.Is(err, experiment.ErrNoCase):
		return "run it without --target"
	case errors.Is(err, experiment.ErrGate):
		return "leave the gate out, or run without --target"
	case errors.Is(err, experiment.ErrOneResource):
		return "leave the path out of --target; then the profile's own paths are used"
	}
	return "use --engine sim, which has no such limit"
}

// openProfile is the profile of a run: named, kept in a report, or made around a trace.
func openProfile(f runFlags, input *named) (*profiles.Profile, error) {
	switch {
	case input != nil:
		return input.open(f.open, &f.input)
	case f.open.Trace == "":
		return nil, command.Usagef("see `loadgen profile list`", "which profile? name one, or give a --trace")
	}
	return new(named).open(f.open, &f.input)
}

// gateError is the exit code of gates: nil if they hold. What failed is in the report. If
// strict, a gate that is inconclusive, or could not be judged, fails too.
func gateError(r *reports.Report, strict bool) error {
	failed, word := r.Failed(), "failed"
	if len(failed) == 0 && strict {
		failed, word = r.Inconclusive(), "inconclusive"
	}
	switch {
	case len(failed) == 1:
		return gateFailed("gate %s: %s in %s", word, failed[0].Expr, failed[0].Case)
	case len(failed) > 1:
		return gateFailed("%d gates %s, the first: %s in %s", len(failed), word, failed[0].Expr, failed[0].Case)
	case strict && len(r.GatesNotJudged) > 0:
		first := r.GatesNotJudged[0]
		return gateFailed("gate not judged: %s in %s: %s", first.Expr, first.Case, first.Reason)
	}
	return nil
}

func gateFailed(format string, of ...any) error {
	return &command.Error{Err: fmt.Errorf(format, of...), Code: command.GateFailed}
}

// checkSeeds checks the flags about seeds.
func (f *runFlags) checkSeeds(flags *pflag.FlagSet) error {
	switch {
	case flags.Changed("seeds") && (f.seeds < 1 || f.seeds > maxSeeds):
		return command.Usagef("", "--seeds %d: want 1 to %d", f.seeds, maxSeeds)
	case flags.Changed("precision") && !(f.precision > 0 && f.precision <= 50):
		return command.Usagef("such as --precision 0.5, for ±0.5 percentage points", "--precision %v: want more than 0 and at most 50 points", f.precision)
	case flags.Changed("max-time") && !flags.Changed("precision"):
		return command.Usagef("", "--max-time bounds --precision, which is not given")
	case f.maxTime <= 0:
		return command.Usagef("", "--max-time %s: want more than 0", f.maxTime)
	}
	return nil
}

// maxSeeds bounds --seeds.
const maxSeeds = 1_000_000
