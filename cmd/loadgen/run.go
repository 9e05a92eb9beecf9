package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"tenement/cmd/internal/command"
	"tenement/internal/live"
	"tenement/internal/strategy"
	"tenement/profiles"
	"tenement/reports"
)

// runFlags is what the user asked of `run`.
type runFlags struct {
	open        profiles.Options
	seed        uint64
	target      string
	aimed       bool // at a target
	allow       []string
	maxRequests int64
	out         outputs
}

// defaultMaxRequests bounds what a run may ask of a server that is not on
// loopback.
const defaultMaxRequests = 10000

// run runs a profile and reports on it.
func (p *program) run() *cobra.Command {
	var f runFlags
	c := &cobra.Command{
		Use:   "run [PROFILE]",
		Short: "Run a profile, every case of it, and report",
		Long: `Run a profile: every strategy and every what-if is a case, and a row of the
report. PROFILE is a path, or the name of a built-in (loadgen profile list).

The live engine asks over real HTTP a mock of the endpoint that it starts by
itself, on loopback, and simulates the same cases over many seeds beside it.
The sim engine runs in virtual time: the counts of the report are of the seed
asked for, the shares of that and further seeds.

Exit codes: 0 fine, 1 could not run, 2 usage or bad input, 3 a gate failed,
130 interrupted (the report is written, marked partial).`,
		Example: `  loadgen run noisy-neighbour
  loadgen run noisy-neighbour --engine sim -f json -o -
  loadgen run noisy-neighbour --set endpoint.limit.rate=80/s -o report.html
  loadgen run --trace recording.jsonl`,
		Args: command.Args(0, 1, "one profile at most"),
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.open.Engine, "engine", "", "`live` or sim (default: as the profile says)")
	flags.StringVar(&f.open.Trace, "trace", "", "replay a trace `file` as the arrivals of the group under test")
	flags.StringArrayVar(&f.open.Sets, "set", nil, "change a `path=value` of the profile, such as duration=12h")
	flags.Uint64Var(&f.seed, "seed", 0, "seed of the arrivals and draws (default: as the profile says)")
	flags.StringVar(&f.target, "target", "", "ask the server at this `URL` instead of a mock of our own")
	flags.StringArrayVar(&f.allow, "allow-target", nil, "a `host` beyond loopback that a run may ask")
	flags.Int64Var(&f.maxRequests, "max-requests", defaultMaxRequests, "most requests to a target beyond loopback, per case")
	f.out.flags(c)
	command.CompleteFlag(c, "engine", reports.Live, reports.Sim)
	c.ValidArgsFunction = profileNames
	c.RunE = func(_ *cobra.Command, args []string) error {
		if flags.Changed("seed") {
			f.open.Seed = &f.seed
		}
		f.aimed = flags.Changed("target")
		// The first signal ends the run in good order; a second one ends the
		// program at once, because after the first nobody listens any more.
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		context.AfterFunc(ctx, stop)
		return p.runProfile(ctx, f, args)
	}
	return c
}

func (p *program) runProfile(ctx context.Context, f runFlags, args []string) error {
	sinks, err := f.out.plan()
	if err != nil {
		return err
	}
	profile, err := openProfile(f, args)
	if err != nil {
		return err
	}
	r := &runner{program: p, profile: profile}
	if r.target, r.maxRequests, err = f.aim(profile.Engine); err != nil {
		return err
	}
	r.prepare()
	if len(r.cases) == 0 {
		return command.Usagef("", "every case of %s changes the endpoint, which a target does not let us", profile.Name)
	}
	if r.target != nil && strings.Trim(r.target.Path, "/") != "" && r.severalLegs() {
		return command.Usagef("leave the path out, and the profile's own are asked for",
			"--target %s: all of a call is asked at that one path, and a call of %s takes several", r.target, profile.Name)
	}
	if profile.Engine == reports.Live {
		engine := live.Engine{Target: r.target}
		for _, c := range r.cases {
			if err := engine.Check(c.plan); err != nil {
				return command.Usage(err, "the simulation has no such bound: --engine sim")
			}
		}
	}
	if err := writable(sinks); err != nil {
		return err
	}
	if err := r.run(ctx); err != nil {
		return err
	}
	report, err := r.report()
	if err != nil {
		return command.Usage(err, "")
	}
	if err := p.write(report, sinks); err != nil {
		return err
	}
	switch {
	case ctx.Err() != nil && r.stopped != nil:
		return errInterrupted
	case errors.Is(r.stopped, live.ErrMaxRequests):
		return &command.Error{Err: r.stopped, Code: command.Failed, Hint: "the report is of what ran; raise --max-requests for more"}
	case r.stopped != nil:
		return &command.Error{Err: r.stopped, Code: command.Failed, Hint: "the report is of what ran; lower the rates, or raise the limit on open files"}
	case len(report.Failed()) > 0:
		return gateError(report.Failed())
	}
	return nil
}

// openProfile is the profile of a run: named, or made around a trace.
func openProfile(f runFlags, args []string) (*profiles.Profile, error) {
	name := ""
	switch {
	case len(args) == 1:
		name = args[0]
	case f.open.Trace == "":
		return nil, command.Usagef("see `loadgen profile list`", "which profile? name one, or give a --trace")
	}
	profile, err := profiles.Open(name, f.open)
	if err != nil {
		return nil, command.Usage(err, "")
	}
	return profile, nil
}

// aim checks the target.
func (f *runFlags) aim(engine string) (*url.URL, int64, error) {
	if f.maxRequests < 1 {
		return nil, 0, command.Usagef("", "--max-requests %d: want at least 1", f.maxRequests)
	}
	if !f.aimed {
		return nil, 0, nil
	}
	if engine != reports.Live {
		return nil, 0, command.Usagef("add --engine live", "a target needs the live engine")
	}
	u, err := url.Parse(f.target)
	switch {
	case err != nil:
		return nil, 0, command.Usagef("", "--target: %w", err)
	case u.Scheme != "http" || u.Host == "":
		return nil, 0, command.Usagef("such as http://127.0.0.1:8080", "--target %q: want an http URL", f.target)
	}
	host := u.Hostname()
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		return u, 0, nil
	}
	for _, allowed := range f.allow {
		if strings.EqualFold(allowed, host) {
			return u, f.maxRequests, nil
		}
	}
	return nil, 0, command.Usagef("if you mean it: --allow-target "+host, "--target %q is not on loopback", f.target)
}

// gateError is the exit code of failed gates. What failed is in the report.
func gateError(failed []reports.GateResult) error {
	first := failed[0]
	if len(failed) == 1 {
		return &command.Error{Err: fmt.Errorf("gate failed: %s in %s", first.Expr, first.Case), Code: command.GateFailed}
	}
	return &command.Error{Err: fmt.Errorf("%d gates failed, the first: %s in %s", len(failed), first.Expr, first.Case), Code: command.GateFailed}
}

// stopped reports whether a run ended early in a way that leaves a report.
func stopped(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, live.ErrMaxRequests) || errors.Is(err, live.ErrShort)
}

// modelVersion is what reports of this program can be compared by.
const modelVersion = strategy.ModelVersion
