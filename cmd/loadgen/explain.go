package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tenement/cmd/internal/command"
	"tenement/internal/explain"
	"tenement/internal/outfile"
	"tenement/internal/plan"
	"tenement/internal/sdk"
	"tenement/internal/service"
	"tenement/internal/throttle"
	"tenement/internal/timeline"
	"tenement/internal/words"
	"tenement/profiles"
)

// explainFlags is what the user asked of `strategy explain`.
type explainFlags struct {
	service, fault string
	routes         []string
	question       explain.Question
	own            strategyFlags
	named          *profiles.Strategies // of the files of own
	format, output string
}

// explainStrategy shows what clients do to an endpoint that answers badly.
func (p *program) explainStrategy() *cobra.Command {
	var f explainFlags
	var client clientFlags
	c := &cobra.Command{
		Use:   "explain [NAME...]",
		Short: "Show what a client does to an endpoint that answers badly",
		Long: `Shows what clients do to an endpoint that gives a list of answers: when they
ask, how long they wait, and what their users see. The endpoint gives one answer
after another, each to one request, and the last one to all that follow. It all
happens in virtual time, at once. A client that still waits ` + words.Span(explain.Patience.Seconds()) + ` after its
last call began is watched no longer: its call is unfinished.

NAME is a preset or a strategy of --strategies (loadgen strategy list), or
FILE:NAME, a strategy of a profile or of a file of strategies.

With --client a program of your own is run against such an endpoint, in real
time, and watched; beside it a NAME is what it is compared with. The program is
given its words without a shell.

Exit codes: 0 fine, 1 the client could not be run to its end, 2 usage or bad
input, 3 the client does not do what --expect says, 130 interrupted.

Answers:

` + answerHelp() + `
S is in seconds, or a duration such as 500ms. ok, and answers that change
credentials, are for requests for credentials only: other requests are served
meanwhile, and do not use such an answer up.

-f json writes the same as JSON. Times count from the first request, in seconds.`,
		Example: `  loadgen strategy explain botocore --fault 429
  loadgen strategy explain boto3 php java go js --fault 429 --seeds 100
  loadgen strategy explain ruby --service imds --fault ok:4m,429 --calls 3
  loadgen strategy explain aws-sdk-php --fault 503,503,ok -f json -o php.json
  loadgen strategy explain botocore --client 'python3 check.py' --fault hang
  loadgen strategy explain mine botocore --strategies mine.yaml --fault 429
  loadgen strategy explain --client ./driver --write mine.yaml`,
		Args:              command.Args(0, -1, "the names of presets or strategies"),
		ValidArgsFunction: command.Complete(f.own.names),
	}
	flags := c.Flags()
	flags.SortFlags = false
	f.own.flags(c)
	flags.StringVar(&f.service, "service", "", "the `NAME` of the service that is asked: "+words.List(service.IssuerNames(), "or")+" (default: what the first client asks)")
	flags.StringVar(&f.fault, "fault", "", "what it answers, a `LIST` such as 429,429,ok; required")
	flags.StringSliceVar(&f.routes, "routes", nil, "the routes that the answers are for, a `LIST` such as token,role (default: all that they can change)")
	flags.IntVar(&f.question.Calls, "calls", 1, "the application asks for credentials `N` times, 1 to 10,000; if left out, as often as --concurrency says")
	flags.DurationVar(&f.question.Every, "every", time.Minute, "the time `D` from one call, or --concurrency calls at a time, to the next")
	flags.IntVar(&f.question.Concurrency, "concurrency", 1, "make `N` calls at a time, 1 or more")
	flags.IntVar(&f.question.Seeds, "seeds", 1, "draw random waits with `N` seeds, 1 to 10,000: shown are the calls of the first, and the range of each wait over all")
	flags.StringVarP(&f.format, "format", "f", "text", "`FORMAT`: text or json")
	flags.StringVarP(&f.output, "output", "o", "-", "write to `FILE`; - is stdout")
	command.CompleteFlag(c, "service", service.IssuerNames()...)
	command.CompleteFlag(c, "format", "text", "json")
	command.CompleteFlag(c, "fault", answerCompletions()...)
	command.CompleteFlag(c, "routes", service.RouteNames()...)
	client.flags(c)
	c.RunE = func(c *cobra.Command, names []string) error {
		if err := client.check(flags.Changed); err != nil {
			return err
		}
		if err := f.count(flags.Changed); err != nil {
			return err
		}
		if err := f.spare(names, client.expect, client.write); err != nil {
			return err
		}
		named, err := f.own.open(new(command.Input))
		if err != nil {
			return err
		}
		f.named = named
		ctx, cancel := p.signals.context()
		defer cancel()
		if flags.Changed("client") {
			return p.explainClient(ctx, &f, &client, names, flags.Changed)
		}
		if len(names) == 0 {
			return command.Usagef("usage: "+c.UseLine(), "want the name of a preset, or several, or --client")
		}
		presets, err := f.complete(names)
		if err != nil {
			return err
		}
		all, err := p.explainPresets(ctx, presets, f.question)
		if err != nil {
			return err
		}
		return p.writeTimelines(&f, all)
	}
	return c
}

// spare returns an error if what is written would take the place of what is read.
func (f *explainFlags) spare(names []string, expect, write string) error {
	read := append([]string{expect}, f.own.files...)
	for _, name := range names {
		if file, _, ok := cutLast(name, ":"); ok {
			read = append(read, file)
		}
	}
	var written []sink
	for _, path := range []string{f.output, write} {
		if path != "" {
			written = append(written, sink{path: path})
		}
	}
	return spare(written, read...)
}

// explainPresets are what presets do, in virtual time.
func (p *program) explainPresets(ctx context.Context, presets []explained, q explain.Question) ([]timeline.Timeline, error) {
	var all []timeline.Timeline
	for _, preset := range presets {
		t, err := explain.Of(ctx, preset.Client, q)
		switch {
		case ctx.Err() != nil:
			return nil, errInterrupted
		case errors.Is(err, explain.ErrTooMany):
			return nil, command.Usage(err, "")
		case err != nil:
			return nil, err
		}
		all = append(all, t)
		if preset.note != "" {
			p.note("%s: %s", preset.Name, preset.note)
		}
	}
	return all, nil
}

// answerHelp lists the vocabulary of answers.
func answerHelp() string {
	var b strings.Builder
	for _, a := range throttle.AnswerForms() {
		fmt.Fprintf(&b, "  %-12s %s\n", a.Form, a.Doc)
	}
	return b.String()
}

// answerCompletions are the answers for completion.
func answerCompletions() []string {
	var all []string
	for _, a := range throttle.AnswerForms() {
		all = append(all, cobra.CompletionWithDesc(a.Form, a.Doc))
	}
	return all
}

// count checks the flags that are numbers. To a Question, 0 is what it is without the
// flag; to a user, it is a mistake. Who wants several calls at a time need not
// say that these are several calls.
func (f *explainFlags) count(given func(string) bool) error {
	q := &f.question
	for _, n := range []struct {
		flag  string
		value int
	}{{"calls", q.Calls}, {"concurrency", q.Concurrency}, {"seeds", q.Seeds}} {
		if n.value < 1 {
			return command.Usagef("", "--%s %d: want 1 or more", n.flag, n.value)
		}
	}
	if !given("calls") {
		q.Calls = q.Concurrency
	}
	if given("every") && q.Calls <= q.Concurrency {
		return command.Usagef("want more --calls than that", "--every is the time between calls, and %s", allAtOnce(q.Calls))
	}
	return nil
}

// allAtOnce says that so many calls are made at the same time.
func allAtOnce(calls int) string {
	if calls == 1 {
		return "there is 1 call"
	}
	return fmt.Sprintf("all %d are made at once", calls)
}

// explained is a client, and a note on the name that it was found by.
type explained struct {
	explain.Client
	note string
}

// complete checks the flags and finds the clients.
func (f *explainFlags) complete(names []string) ([]explained, error) {
	if f.format != "text" && f.format != "json" {
		return nil, command.Usagef("", "--format %q: want text or json", f.format)
	}
	if f.output != "-" {
		if err := outfile.Check(f.output); err != nil {
			return nil, command.Usage(err, "")
		}
	}
	if f.fault == "" {
		return nil, command.Usagef("such as --fault 429 or --fault 503,slow:2,ok; --help lists the answers", "what the endpoint answers is missing: want --fault")
	}
	var err error
	if f.question.Answers, err = throttle.ParseAnswers(f.fault); err != nil {
		return nil, command.Usagef("", "--fault: %v", err)
	}
	var chosen *service.Service
	if f.service != "" {
		s, err := service.ParseIssuer(f.service)
		if err != nil {
			return nil, command.Usagef("", "--service %q: %v", f.service, err)
		}
		chosen = &s
	}
	var clients []explained
	for _, name := range names {
		client, asks, err := f.findClient(name, chosen)
		if err != nil {
			return nil, err
		}
		if chosen == nil {
			chosen = &asks
		}
		clients = append(clients, client)
	}
	f.question.Service = *chosen
	if flow, ok := chosen.Row().Flow(service.CredentialsFlow); ok && len(flow.Legs) > 1 {
		for i := range clients {
			if c := &clients[i]; c.Strategy.Hedge.After > 0 {
				c.note = "no request is hedged: a fetch from " + chosen.String() + " takes several"
			}
		}
	}
	return clients, f.completeRoutes()
}

// completeRoutes reads the routes, and checks the question as a whole.
func (f *explainFlags) completeRoutes() error {
	row := f.question.Service.Row()
	for _, name := range f.routes {
		route := service.RouteNamed(name)
		if route == 0 || row.Routes&route == 0 {
			return command.Usagef("", "--routes %q: the service %s has %s", name, row.Name, words.List(row.Routes.Names(), "and"))
		}
		f.question.Routes |= route
	}
	if err := f.question.Check(); err != nil {
		return command.Usagef("", "%v", err)
	}
	return nil
}

// findClient finds a strategy of the user's, a preset, or a strategy of a profile. If a
// service is chosen, it is the SDK's preset for that.
func (f *explainFlags) findClient(name string, chosen *service.Service) (explained, service.Service, error) {
	if file, of, ok := cutLast(name, ":"); ok {
		return f.strategyOf(file, of, chosen)
	}
	if own, ok := f.named.Find(name); ok {
		return explainedAs(own.Name, own, chosen)
	}
	preset, note, ok := sdk.Named(name)
	switch {
	case ok:
	case strings.HasSuffix(name, ".yaml"), strings.HasSuffix(name, ".yml"):
		return explained{}, 0, command.Usagef("a strategy of a profile is FILE:NAME", "no preset %q", words.Shortened(name, longestName))
	default:
		return explained{}, 0, noStrategy(name, f.named)
	}
	asks := preset.Service
	if s, named := sdk.NamedService(name); named {
		if asks = s; chosen != nil && s != *chosen {
			return explained{}, 0, command.Usagef("clients are compared on one service: want names without one, and --service", "%s asks the service %s, and this is %s", name, s, *chosen)
		}
	}
	if chosen != nil && !preset.Asks(*chosen) {
		other, ok := preset.Elsewhere(*chosen)
		if !ok {
			return explained{}, 0, command.Usagef("see `loadgen strategy list`", "%s asks the service %s, and this is %s", preset.Name, preset.Service, *chosen)
		}
		family := preset.Family()
		preset, _, _ = sdk.Named(other)
		if preset.Family() != family {
			note = family + " has no preset for " + chosen.String()
		}
	}
	return explained{explain.Client{Name: preset.Name, Strategy: preset.Strategy, Errors: preset.Errors}, note}, asks, nil
}

// explainedAs is a strategy of the user's. One that starts from a preset asks the service
// of that, and any other one what is asked for.
func explainedAs(name string, own profiles.Named, chosen *service.Service) (explained, service.Service, error) {
	asks := service.ECS
	if chosen != nil {
		asks = *chosen
	}
	if preset, _, ok := sdk.Named(own.Preset); ok {
		switch {
		case chosen == nil:
			asks = preset.Service
		case !preset.Asks(*chosen):
			return explained{}, 0, command.Usagef("", "%s starts from %s, which asks the service %s, and this is %s", name, preset.Name, preset.Service, *chosen)
		}
	}
	return explained{Client: explain.Client{Name: name, Strategy: own.Strategy}}, asks, nil
}

// strategyOf finds a strategy of a file of strategies, or one under test of a profile.
func (f *explainFlags) strategyOf(file, name string, chosen *service.Service) (explained, service.Service, error) {
	if readOnce(file) {
		return explained{}, 0, command.Usagef("give it as --strategies FILE, and name the strategy without it", "%s can be read only once", file)
	}
	if profiles.HoldsStrategies(file) {
		all, err := profiles.OpenStrategies(file)
		if err != nil {
			return explained{}, 0, command.Usage(err, "")
		}
		own, ok := all.Find(name)
		if !ok {
			return explained{}, 0, command.Usagef("", "%s has no strategy %q: want %s", file, name, words.List(words.Some(all.Names()), "or"))
		}
		return explainedAs(file+":"+name, own, chosen)
	}
	profile, err := profiles.Open(file, profiles.Options{Strategies: f.named})
	if err != nil {
		return explained{}, 0, command.Usage(err, "")
	}
	if err := needsFleet(profile, file, "explain"); err != nil {
		return explained{}, 0, err
	}
	var known []string
	for _, c := range profile.Cases() {
		if c.Kind != plan.StrategyCase {
			continue
		}
		if known = append(known, c.Name); c.Name != name {
			continue
		}
		built := profile.Plan(c, profile.Seed)
		if chosen != nil && built.Service != *chosen {
			return explained{}, 0, command.Usagef("", "%s is of the service %s, and this is %s", file, built.Service, *chosen)
		}
		for i := range built.Groups {
			if g := &built.Groups[i]; g.UnderTest {
				return explained{Client: explain.Client{Name: file + ":" + name, Strategy: *g.Strategy}}, built.Service, nil
			}
		}
	}
	// One that is no case may have a name all the same.
	if all, err := profiles.OpenStrategies(append(slices.Clone(f.own.files), file)...); err == nil {
		if own, ok := all.Find(name); ok {
			return explainedAs(file+":"+name, own, chosen)
		}
	}
	return explained{}, 0, command.Usagef("", "%s has no strategy %q: want %s", file, name, words.List(words.Some(known), "or"))
}

// cutLast cuts a text around the last separator.
func cutLast(text, separator string) (before, after string, found bool) {
	i := strings.LastIndex(text, separator)
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+len(separator):], true
}

// writeTimelines writes what the clients do.
func (p *program) writeTimelines(f *explainFlags, all []timeline.Timeline) error {
	write := func(w io.Writer) error {
		if f.format == "json" {
			return timeline.WriteJSON(w, all)
		}
		return timeline.WriteText(w, all)
	}
	if p.stdout.isAt(f.output) {
		return write(p.stdout)
	}
	if err := outfile.Write(f.output, write); err != nil {
		return err
	}
	p.note("timeline: %s", f.output)
	return nil
}
