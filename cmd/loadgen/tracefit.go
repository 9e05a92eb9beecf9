package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tenement/cmd/internal/command"
	"tenement/internal/evidence"
	"tenement/internal/intake"
	"tenement/internal/throttle"
	"tenement/internal/words"
)

// fitLimit says which limit explains the refusals of recordings.
func (p *program) fitLimit() *cobra.Command {
	var f importFlags
	var format string
	c := &cobra.Command{
		Use:   "fit-limit FILE...",
		Short: "Say which limit explains a recording",
		Long: `Say which token bucket explains the refusals of recordings: its rate, its
burst, and every scope that explains them equally, each with an interval. A
refusal proves that a bucket was empty, and an answer that it had a token.
Files are read as by trace import.

Where times are whole seconds the intervals are wide: within a second, requests
may have come in many ways. Where nothing was refused, no limit can be told.`,
		Example: `  loadgen trace fit-limit audit.log
  loadgen trace fit-limit access.log -f json`,
		Args: command.Args(1, -1, "recordings"),
	}
	flags := c.Flags()
	flags.SortFlags = false
	f.readFlags(flags)
	tasksByFlag(flags, &f.options.Evidence)
	flags.StringVarP(&format, "format", "f", "text", "`format` of the answer: text, json")
	command.CompleteFlag(c, "format", "text", "json")
	c.RunE = func(c *cobra.Command, files []string) error {
		if format != "text" && format != "json" {
			return command.Usagef("known formats: text, json", "unknown format %q", format)
		}
		options, err := f.checked(c.InOrStdin())
		if err != nil {
			return err
		}
		fit, sum, err := intake.FitLimit(files, options)
		if err != nil {
			return importError(err)
		}
		if n := sum.Counts.Unreadable; n > 0 {
			p.note("left out: %s of %s, which cannot be read", count(n, "line", "lines"), words.Number(uint64(sum.Counts.Lines)))
		}
		if format == "json" {
			out := json.NewEncoder(p.stdout)
			out.SetIndent("", "  ")
			return out.Encode(fit)
		}
		return writeFit(p.stdout, fit, files, f.words())
	}
	return c
}

// writeFit writes what a fit says, and how to replay the recordings with it; how is the
// flags that they are read by.
func writeFit(w io.Writer, f evidence.Fit, files, how []string) error {
	var b strings.Builder
	line := func(format string, args ...any) {
		for _, l := range words.Wrap(words.Visible(fmt.Sprintf(format, args...)), 80) {
			b.WriteString(l + "\n")
		}
	}
	are := "are"
	if f.Refused == 1 || f.Answers == 1 {
		are = "is"
	}
	refused := fmt.Sprintf("%s of %s %s refused", words.Number(uint64(f.Refused)), words.Plural(uint64(f.Answers), "answer", "answers"), are)
	switch {
	case f.Refused == 0:
		line("The limit cannot be told: %s.", refused)
	case !f.Told && f.Misfits > 0:
		line("The limit cannot be told: %s, and the limit that fits best gets %s wrong.", refused, words.Plural(uint64(f.Misfits), "answer", "answers"))
	case !f.Told:
		line("The limit cannot be told: %s, but of the requests that were admitted beside them none is recorded.", refused)
	default:
		line("Limit: %s, burst %d, scope %v. %s.", words.Rate(f.Limit.Rate.PerSecond()), f.Limit.Burst, f.Limit.Scope, words.Capital(refused))
		describeFit(line, &f)
		b.WriteString("Replay it:\n")
		for _, l := range replayWith(f.Limit, files, how) {
			b.WriteString("  " + words.Visible(l) + "\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// describeFit says how sure a fit is.
func describeFit(line func(string, ...any), f *evidence.Fit) {
	line("Rate: %s. Burst: %s.", between(f.Rate, func(x float64) string { return words.Rate(rounded(x)) }),
		between(f.Burst, func(x float64) string { return words.Significant(x, 3) }))
	if f.Full {
		line("Its buckets are taken to have been full when the recording began.")
	}
	if len(f.Scopes) > 1 {
		var others []string
		for _, s := range f.Scopes[1:] {
			others = append(others, s.String())
		}
		line("These scopes explain it equally: %s.", words.List(others, "and"))
	}
	if f.Misfits == 0 {
		line("Every answer fits this limit.")
	} else {
		line("%s not fit this limit.", words.Plural(uint64(f.Misfits), "answer does", "answers do"))
	}
	if f.Step >= 100*time.Millisecond {
		line("Times are whole steps of %s. A higher rate fits too, with a smaller burst, if the requests of each step came close together.", words.Span(f.Step.Seconds()))
	}
}

// between is an interval in words.
func between(v evidence.Interval, number func(float64) string) string {
	if math.IsInf(v.High, 1) {
		return number(v.Low) + " or more"
	}
	return number(v.Low) + " to " + number(v.High)
}

// rounded is a rate with four digits.
func rounded(x float64) float64 {
	unit := math.Pow(10, math.Floor(math.Log10(x))-3)
	return math.Round(x/unit) * unit
}

// replayWith is the commands that replay recordings with a limit.
func replayWith(l throttle.Limit, files, how []string) []string {
	out := "recording.trace.jsonl"
	if len(files) == 1 {
		out = traceName(filepath.Base(files[0]))
	}
	var names []string
	for _, f := range files {
		names = append(names, shellWord(f))
	}
	lines := []string{fmt.Sprintf("loadgen trace import %s \\", strings.Join(names, " "))}
	for _, flag := range how {
		lines = append(lines, "  "+flag+" \\")
	}
	return append(lines,
		fmt.Sprintf("  --limit %s -o %s", l.Line(), shellWord(out)),
		fmt.Sprintf("loadgen run --trace %s --engine sim \\", shellWord(out)),
		fmt.Sprintf("  --set endpoint.limit.rate=%v --set endpoint.limit.burst=%d \\", l.Rate, l.Burst),
		fmt.Sprintf("  --set endpoint.limit.scope=%v", l.Scope),
	)
}
