package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"tenement/cmd/internal/command"
	"tenement/internal/recording"
	"tenement/internal/sdk"
	"tenement/internal/symptom"
	"tenement/internal/words"
)

// diagnose says what an error text is a symptom of.
func (p *program) diagnose() *cobra.Command {
	out := outputs{known: []string{"text", "json"}}
	var list bool
	c := &cobra.Command{
		Use:   "diagnose [TEXT|FILE...]",
		Short: "Say what an error text of a task or an SDK means, and what to set",
		Long: `Says of the error text of a task, an SDK or an agent which request it is about,
how that failed, the likely causes in order, what tells them apart, what to
set, and what reproduces it. It knows the stopped reasons of ECS, the final
errors of the SDKs that loadgen has presets of, log lines of the ECS agent and
the EKS Pod Identity agent, and answers of AWS's APIs (--list).

The text may be a line, a log, a stack trace or JSON, broken into lines or not;
names, accounts, regions, IDs and times do not matter. Of several errors each is
shown once, with how often it was found. An argument that names a file stands
for what is in it, and - for stdin, which is read too if there is no argument.
Files may be of any length, and packed with gzip or zstd.

Exit codes: 0 something was recognised, 2 usage or bad input, 3 nothing was, 130
interrupted (what was recognised until then is shown).`,
		Example: `  loadgen diagnose 'NoCredentialsError: Unable to locate credentials'
  loadgen diagnose app.log -f json
  aws ecs describe-tasks --cluster prod --tasks ID | loadgen diagnose`,
	}
	out.flags(c)
	c.Flags().BoolVar(&list, "list", false, "print the texts that are recognised, and nothing else")
	c.RunE = func(c *cobra.Command, args []string) error {
		if list {
			if len(args) > 0 {
				return command.Usagef("", "--list takes no text")
			}
			if err := unusedBeside(c.Flags(), "--list prints the texts and ends", "format", "output"); err != nil {
				return err
			}
			p.listTexts()
			return nil
		}
		sinks, err := out.plan(p.stdout)
		if err != nil {
			return err
		}
		if err := spare(sinks, args...); err != nil {
			return err
		}
		ctx, cancel := p.signals.context()
		defer cancel()
		text, err := errorText(ctx, args, c.InOrStdin())
		if err != nil {
			return err
		}
		all, err := symptom.Read(text)
		if err != nil {
			return err
		}
		for i := range all {
			if preset, _, ok := sdk.Named(all[i].Preset); ok {
				all[i].Settings = preset.KnobLines()
			}
		}
		if err := p.writeAll(sinks, func(to sink, w io.Writer) error {
			if to.format == "json" {
				return symptom.WriteJSON(w, all)
			}
			return symptom.WriteText(w, all)
		}); err != nil || ctx.Err() != nil {
			return failedToo(err, endedEarly(ctx))
		}
		if len(all) == 0 {
			return &command.Error{Err: errors.New("nothing in the text is known"), Code: command.GateFailed, Hint: unknownHint(args)}
		}
		return nil
	}
	return c
}

// untilEnded is what a reader has until ctx ends: of a log that goes on, as one that is
// followed, an answer is given to what came until Ctrl-C.
func untilEnded(ctx context.Context, text io.Reader) io.Reader {
	out, in := io.Pipe()
	context.AfterFunc(ctx, func() { _ = in.Close() }) // which never fails
	go func() {
		_, err := io.Copy(in, text)
		_ = in.CloseWithError(err)
	}()
	return out
}

// endedEarly is how a command ends whose context has ended, nil if it has not.
func endedEarly(ctx context.Context) error {
	if ctx.Err() != nil {
		return errInterrupted
	}
	return nil
}

// unknownHint is what may help where nothing was recognised.
func unknownHint(args []string) string {
	if len(args) == 1 && args[0] != "" && !strings.Contains(args[0], " ") && !exists(args[0]) {
		return "want the whole text of the error, or the name of a file: there is no file " + words.Middle(args[0], longestName)
	}
	return "want the whole text of the error, with what stands before and behind it; --list has what is known"
}

// exists reports whether there is a file of that name.
func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil || name == "-"
}

// errorText is the text of arguments: of the files that they name, of stdin for - or for
// none, and what else they say. It ends when ctx does. Errors of reading are those of a command.
func errorText(ctx context.Context, args []string, stdin io.Reader) (io.Reader, error) {
	if len(args) == 0 {
		if interactive(stdin) {
			return nil, command.Usagef("such as: loadgen diagnose 'Unable to locate credentials'", "want the text of an error, or a file")
		}
		args = []string{"-"}
	}
	until := func(in io.Reader) io.Reader { return untilEnded(ctx, in) }
	var all []io.Reader
	for i, arg := range args {
		if i > 0 {
			all = append(all, strings.NewReader(" "))
		}
		if arg == "-" {
			all = append(all, &textFile{until: until, ended: ctx.Err, name: stdinName, from: stdin})
			continue
		}
		info, err := os.Stat(arg)
		switch {
		case err != nil: // the text itself
			all = append(all, strings.NewReader(arg))
		case info.IsDir():
			return nil, command.Usagef("", "reading %s: it is a directory", words.Visible(arg))
		default:
			all = append(all, strings.NewReader("\n"), &textFile{until: until, ended: ctx.Err, name: arg}, strings.NewReader("\n"))
		}
	}
	return io.MultiReader(all...), nil
}

// textFile is what a file, or stdin, says as text. A file is open only while it is read, since
// there may be many.
type textFile struct {
	name  string
	until func(io.Reader) io.Reader // what a reader has until the command is interrupted
	ended func() error              // not nil once it is
	from  io.Reader                 // nil until the file is open
	file  *os.File                  // nil of stdin
	text  io.Reader                 // of from; nil until something is read
}

// Read implements io.Reader.
func (f *textFile) Read(b []byte) (n int, err error) {
	if f.from == nil {
		if f.file, err = os.Open(f.name); err != nil {
			return 0, command.Unreadable(f.name, err)
		}
		f.from = f.file
	}
	if f.text == nil {
		f.text, err = recording.Text(f.until(f.from))
	}
	if err == nil {
		n, err = f.text.Read(b)
	}
	if err == nil {
		return n, nil
	}
	if f.file != nil {
		_ = f.file.Close() // nothing was written to it
	}
	if errors.Is(err, io.EOF) || f.ended() != nil { // what is packed was cut short then
		return n, io.EOF
	}
	return n, command.Unreadable(f.name, err)
}

// listTexts prints the texts that are recognised, by who writes them.
func (p *program) listTexts() {
	source := ""
	for _, t := range symptom.Texts() {
		if t.Source != source {
			if source != "" {
				fmt.Fprintln(p.stdout)
			}
			source = t.Source
			fmt.Fprintln(p.stdout, words.Capital(source)+":")
		}
		fmt.Fprintf(p.stdout, "  %s\n", strings.Join(words.Wrap(t.Phrases, 76), "\n    "))
	}
}
