package main

import (
	"errors"
	"io"
	"os"

	"github.com/spf13/cobra"

	"tenement/cmd/internal/command"
	"tenement/internal/throttle"
	"tenement/internal/trace"
	"tenement/internal/tracestat"
	"tenement/reports/render"
)

// traceStats says what a recording holds.
func (p *program) traceStats() *cobra.Command {
	out := outputs{known: render.RecordingFormats()}
	var limit string
	c := &cobra.Command{
		Use:   "stats FILE",
		Short: "Say what a recording holds, and who used the bucket",
		Long: `Say what a recording holds: how many requests of which tasks, when and how
bursty, what share was refused, and who had used the bucket when others were
refused. Peaks are compared with a limit: the one given, or the one that the
trace was placed for, or the one that is published for the service.

A refusal is divided among the tasks that its bucket admitted in the burst/rate
seconds before it, in proportion to their requests.`,
		Example: `  loadgen trace stats recording.jsonl
  loadgen trace stats recording.jsonl --limit 40,60,host -o recording.html`,
		Args: command.Args(1, 1, "one recording"),
	}
	out.flags(c)
	c.Flags().StringVar(&limit, "limit", "", "measure against `RATE,BURST,SCOPE`, such as 40,60,ip+path")
	c.RunE = func(_ *cobra.Command, files []string) error {
		sinks, err := out.plan(p.stdout)
		if err != nil {
			return err
		}
		if err := spare(sinks, files...); err != nil {
			return err
		}
		var o tracestat.Options
		if limit != "" {
			l, err := throttle.ParseLimit(limit)
			if err != nil {
				return command.Usagef("", "--limit: %v", err)
			}
			o.Limit = &l
		}
		in, err := p.openEvents(files[0], c.InOrStdin())
		if err != nil {
			return err
		}
		defer in.close()
		s, err := tracestat.Of(in.header, in.events, o)
		if err != nil {
			return command.Usage(err, "")
		}
		return p.writeAll(sinks, func(to sink, w io.Writer) error { return render.Recording(to.format, w, files[0], s) })
	}
	return c
}

// recordedEvents are the events of a recording, in order of time. They can be read
// once.
type recordedEvents struct {
	header trace.Header
	events tracestat.Events
	close  func()
}

// openEvents opens a trace. A recording is imported as one, and the user told how to
// import it for good.
func (p *program) openEvents(file string, stdin io.Reader) (*recordedEvents, error) {
	t, err := trafficOf(file, stdin)
	switch {
	case err != nil:
		return nil, err
	case t.raw:
		defer t.close()
		return p.importEvents(t)
	}
	in, closed := io.Reader(t.stream), t.close
	if t.stream == nil {
		f, err := os.Open(file)
		if err != nil {
			return nil, command.Unreadable(file, err)
		}
		in, closed = f, func() { f.Close() }
	}
	r, err := trace.NewReader(t.shown, in)
	if err != nil {
		closed()
		return nil, command.Usage(err, "")
	}
	return &recordedEvents{*r.Header(), eventsOf(r.Next), closed}, nil
}

// importEvents imports a recording.
func (p *program) importEvents(t *traffic) (*recordedEvents, error) {
	tape, err := p.importNow(t, "this")
	if err != nil {
		return nil, err
	}
	from := tape.From(0)
	next := func(e *trace.Event) error {
		var r trace.Record
		err := from.Next(&r)
		if err == nil {
			*e = tape.Event(&r)
		}
		return err
	}
	return &recordedEvents{tape.Header, eventsOf(next), func() { _ = tape.Close() }}, nil
}

// eventsOf gives events that are read one by one.
func eventsOf(next func(*trace.Event) error) tracestat.Events {
	return func(yield func(*trace.Event) bool) error {
		var e trace.Event
		for {
			switch err := next(&e); {
			case errors.Is(err, io.EOF):
				return nil
			case err != nil:
				return err
			case !yield(&e):
				return nil
			}
		}
	}
}
