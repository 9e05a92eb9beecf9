package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tenement/cmd/internal/command"
	"tenement/internal/outfile"
	"tenement/internal/process"
	"tenement/internal/service"
	"tenement/internal/throttle"
	"tenement/internal/timeline"
	"tenement/internal/words"
	"tenement/profiles"
)

// clientFlags is a client of the user's own, for `strategy explain`.
type clientFlags struct {
	command string
	expect  string
	write   string
	timeout time.Duration
}

// flags defines the flags of a client.
func (f *clientFlags) flags(c *cobra.Command) {
	command.Section(c, "Your own client (docs/drivers.md)", func(s *pflag.FlagSet) {
		s.StringVar(&f.command, "client", "", "run this `COMMAND` against the mock: once for each call, or once if it speaks the protocol of drivers")
		s.StringVar(&f.expect, "expect", "", "exit with 3 unless the client does what this `FILE` says, which -f json wrote; times are not compared")
		s.StringVar(&f.write, "write", "", "run a battery of answers and write the strategy that the client shows to this `FILE`, as YAML")
		s.DurationVar(&f.timeout, "timeout", process.DefaultTimeout, "the time `D` that a call of the client may take")
	})
}

// check says what is wrong with the flags themselves. given reports whether a flag
// was given.
func (f *clientFlags) check(given func(name string) bool) error {
	if !given("client") {
		for _, name := range []string{"expect", "write", "timeout"} {
			if given(name) {
				return command.Usagef("", "--%s needs a client: want --client COMMAND", name)
			}
		}
		return nil
	}
	if f.timeout <= 0 {
		return command.Usagef("", "--timeout %v: want more than 0s", f.timeout)
	}
	if !given("write") {
		return nil
	}
	for _, name := range []string{"expect", "fault", "routes", "calls", "every", "concurrency", "seeds", "format", "output"} {
		if given(name) {
			return command.Usagef("", "--write runs a battery of its own: want no --%s", name)
		}
	}
	return nil
}

// seedsBeside is with how many seeds the waits of a preset range that a client is
// held against, unless --seeds is given.
const seedsBeside = 100

// explainClient is `strategy explain` with a client of the user's own: what it does,
// and beside the names of presets how that differs from them.
func (p *program) explainClient(ctx context.Context, f *explainFlags, client *clientFlags, names []string, given func(string) bool) error {
	argv, err := process.Split(client.command)
	if err != nil {
		return command.Usagef("", "--client %q: %w", client.command, err)
	}
	if client.write != "" && len(names) > 0 {
		return command.Usagef("", "--write writes the strategy of the client alone: want no name")
	}
	if f.service == "" && len(names) == 0 {
		f.service = service.ECS.String()
	}
	if client.write != "" {
		f.fault = "ok"
	}
	switch {
	case !given("seeds"):
		f.question.Seeds = seedsBeside
	case len(names) == 0:
		return command.Usagef("name one beside --client, or leave it out", "--seeds draws the waits of a preset or a strategy, and none is named")
	}
	presets, err := f.complete(names)
	if err != nil {
		return err
	}
	q := &f.question
	c := process.Config{
		Command: argv, Service: q.Service, Fault: throttle.FormatAnswers(q.Answers), Answers: q.Answers, Routes: q.Routes,
		Calls: q.Calls, Concurrency: q.Concurrency, Every: q.Every, Timeout: client.timeout,
	}
	if c.Every == 0 { // all at once
		c.Concurrency = c.Calls
	}
	if err := c.Check(); err != nil {
		return command.Usagef("", "with --client: %w", err)
	}
	if client.write != "" {
		return p.writeStrategy(ctx, client, c)
	}
	return p.watch(ctx, f, client, c, presets)
}

// watch runs a client, writes what it did, and judges it.
func (p *program) watch(ctx context.Context, f *explainFlags, client *clientFlags, c process.Config, presets []explained) error {
	var want *timeline.Timeline
	if client.expect != "" {
		t, err := client.expected(c.Service.String(), c.Fault, c.Calls)
		if err != nil {
			return err
		}
		want = &t
	}
	known, err := p.explainPresets(ctx, presets, f.question)
	if err != nil {
		return err
	}
	for i := range known {
		// What a preset asks in the background the client may ask a little later.
		if behind := known[i].Behind(); behind > 0 {
			c.Linger = max(c.Linger, behind+time.Second)
		}
	}
	got, err := process.Run(ctx, c)
	if err != nil && len(got.Calls) == 0 {
		return clientError(ctx, err)
	}
	all := append([]timeline.Timeline{got}, known...)
	if e := p.writeTimelines(f, all); e != nil {
		return failedToo(e, clientError(ctx, err))
	}
	if err != nil {
		return clientError(ctx, err)
	}
	if f.format == "text" && p.stdout.isAt(f.output) {
		beside(p.stdout, known, got)
	} else {
		beside(p.stderr, known, got)
	}
	if want != nil {
		return client.gate(*want, got)
	}
	return nil
}

// tolerance is what a real process adds to the gaps of a preset, on a busy machine.
var tolerance = timeline.Tolerance{Early: 0.02, Late: 0.15}

// clientError is an error of package process with its exit code: a client that does
// not start is bad input.
func clientError(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return errInterrupted
	case errors.Is(err, process.ErrStart):
		return command.Usage(err, "want a program, or its path; a shell is not used: --client 'sh -c \"…\"'")
	}
	return err
}

// beside says how what a client did differs from presets, below the timelines.
func beside(w io.Writer, presets []timeline.Timeline, client timeline.Timeline) {
	for _, preset := range presets {
		gaps, compared := timeline.DiffGaps(preset, client, tolerance)
		all := append(timeline.Diff(preset, client), gaps...)
		switch {
		case len(all) > 0:
		case compared:
			fmt.Fprintf(w, "\nBeside %s: the same requests, gaps and results.\n", words.Visible(preset.Strategy))
			continue
		case preset.Refused():
			fmt.Fprintf(w, "\nBeside %s: the same results; refused connections and gaps cannot be compared.\n", words.Visible(preset.Strategy))
			continue
		default:
			fmt.Fprintf(w, "\nBeside %s: the same requests and results; gaps cannot be compared.\n", words.Visible(preset.Strategy))
			continue
		}
		fmt.Fprintf(w, "\nBeside %s (want: what it does; got: the client):\n", words.Visible(preset.Strategy))
		for _, d := range all {
			fmt.Fprintf(w, "  %s\n", words.Visible(d.String()))
		}
	}
}

// expected reads the file of --expect: one timeline, of the same service, answers
// and number of calls.
func (f *clientFlags) expected(of, fault string, calls int) (timeline.Timeline, error) {
	file, _, err := openInput(f.expect)
	if err != nil {
		return timeline.Timeline{}, command.Unreadable(f.expect, err)
	}
	defer file.Close()
	all, err := timeline.ReadJSON(file)
	if err != nil {
		return timeline.Timeline{}, command.Usagef("", "%s: %w", words.Visible(f.expect), err)
	}
	if len(all) > 1 {
		return timeline.Timeline{}, command.Usagef("write it with one name, or with --client alone", "%s has the timelines of %d strategies: want one", words.Visible(f.expect), len(all))
	}
	if want := all[0]; want.Service != of || want.Fault != fault {
		return timeline.Timeline{}, command.Usagef(fmt.Sprintf("want --service %s --fault %s", words.Visible(want.Service), words.Visible(want.Fault)),
			"%s is of the service %s answering %s, and this is %s answering %s", words.Visible(f.expect), words.Visible(want.Service), words.Visible(want.Fault), of, fault)
	}
	if want := len(all[0].Calls); want != calls {
		return timeline.Timeline{}, command.Usagef(fmt.Sprintf("want --calls %d", want), "%s has %s, and this is %d",
			words.Visible(f.expect), words.Plural(uint64(want), "call", "calls"), calls)
	}
	return all[0], nil
}

// gate fails if a client did not do what was expected.
func (f *clientFlags) gate(want, got timeline.Timeline) error {
	all := timeline.Diff(want, got)
	if len(all) == 0 {
		return nil
	}
	text := fmt.Sprintf("the client does not do what %s says: %s", words.Visible(f.expect), words.Visible(all[0].String()))
	hint := ""
	if more := len(all) - 1; more > 0 {
		hint = "and " + words.Plural(uint64(more), "further difference", "further differences")
	}
	return &command.Error{Err: errors.New(text), Code: command.GateFailed, Hint: hint}
}

// writeStrategy runs the battery of --write, and writes what it saw.
func (p *program) writeStrategy(ctx context.Context, f *clientFlags, c process.Config) error {
	toStdout := p.stdout.isAt(f.write)
	if !toStdout {
		if err := outfile.Check(f.write); err != nil {
			return command.Usage(err, "")
		}
	}
	found, err := process.Probe(ctx, c, p.battery())
	if interactive(p.stderr) {
		fmt.Fprint(p.stderr, "\r\x1b[K")
	}
	switch {
	case errors.Is(err, process.ErrBroken):
		return command.Usage(err, "run it by hand first: loadgen strategy explain --client … --fault ok")
	case err != nil:
		return clientError(ctx, err)
	}
	write := func(w io.Writer) error { return writeFingerprint(w, f.command, c.Service.String(), found) }
	if toStdout {
		return write(p.stdout)
	}
	if err := outfile.Write(f.write, write); err != nil {
		return err
	}
	p.note("strategy: %s", f.write)
	return nil
}

// battery says on a terminal how far the battery is; elsewhere at every tenth run.
func (p *program) battery() func(done, of int) {
	return func(done, of int) {
		switch {
		case interactive(p.stderr):
			fmt.Fprintf(p.stderr, "\r\x1b[K%d of %d runs", done, of)
		case done > 0 && done%10 == 0:
			p.note("%d of %d runs", done, of)
		}
	}
}

// writeFingerprint writes a strategy with what was seen as comments.
func writeFingerprint(w io.Writer, name, of string, f process.Fingerprint) error {
	comment := func(text, first, next string) {
		fmt.Fprintf(w, "# %s\n", first+strings.Join(words.Wrap(words.Visible(text), 78-len(next)), "\n# "+next))
	}
	comment(fmt.Sprintf("What %s was seen to do with %s. In a profile, its keys stand below a name in strategies (docs/drivers.md).", name, of), "", "")
	for _, line := range f.Seen {
		comment(line, "  ", "    ")
	}
	if len(f.Unknown) > 0 {
		comment("Not probed, or without a place here:", "", "")
		for _, line := range f.Unknown {
			comment(line, "  ", "    ")
		}
	}
	return profiles.WriteStrategy(w, f.Strategy)
}
