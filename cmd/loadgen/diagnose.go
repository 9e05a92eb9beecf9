package main

import (
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
		Long: fmt.Sprintf(`Says of the error text of a task, an SDK or an agent which request it is about,
how that failed, the likely causes in order, what tells them apart, what to
set, and what reproduces it. It knows the stopped reasons of ECS, the final
errors of the SDKs that loadgen has presets of, log lines of the ECS agent and
the EKS Pod Identity agent, and answers of AWS's APIs (--list).

The text may be a line, a log, a stack trace or JSON, broken into lines or not;
names, accounts, regions, IDs and times do not matter. Of several errors each is
shown once, with its number. An argument that names a file is read, - is stdin,
and so is no argument; gzip, zstd and UTF-16 are undone; at most %d MiB.

Exit codes: 0 something was recognised, 2 usage or bad input, 3 nothing was.`, symptom.Longest>>20),
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
		text, err := errorText(args, c.InOrStdin())
		if err != nil {
			return err
		}
		all, err := symptom.Diagnose(text)
		if err != nil {
			return command.Usage(err, "cut it, for example: tail -c 16000000 FILE | loadgen diagnose")
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
		}); err != nil {
			return err
		}
		if len(all) == 0 {
			return &command.Error{Err: errors.New("nothing in the text is known"), Code: command.GateFailed, Hint: unknownHint(args)}
		}
		return nil
	}
	return c
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
// none, and what else they say. More than Diagnose takes is not read.
func errorText(args []string, stdin io.Reader) (string, error) {
	if len(args) == 0 {
		if interactive(stdin) {
			return "", command.Usagef("such as: loadgen diagnose 'Unable to locate credentials'", "want the text of an error, or a file")
		}
		args = []string{"-"}
	}
	var b strings.Builder
	for i, arg := range args {
		if i > 0 {
			b.WriteByte(' ')
		}
		if arg == "-" {
			if err := appendText(&b, "stdin", stdin); err != nil {
				return "", err
			}
			continue
		}
		info, err := os.Stat(arg)
		switch {
		case err != nil: // the text itself
			b.WriteString(arg)
		case info.IsDir():
			return "", command.Usagef("", "reading %s: it is a directory", words.Visible(arg))
		default:
			if err := appendFile(&b, arg); err != nil {
				return "", err
			}
		}
	}
	return b.String(), nil
}

// appendFile adds a file, on lines of its own.
func appendFile(b *strings.Builder, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return command.Unreadable(name, err)
	}
	defer f.Close()
	b.WriteByte('\n')
	if err := appendText(b, name, f); err != nil {
		return err
	}
	b.WriteByte('\n')
	return nil
}

// appendText adds what a file or stdin says as text, no more than one byte beyond what
// Diagnose takes.
func appendText(b *strings.Builder, name string, in io.Reader) error {
	text, err := recording.Text(in)
	if err == nil {
		_, err = io.Copy(b, io.LimitReader(text, symptom.Longest+1))
	}
	if err != nil {
		return command.Unreadable(name, err)
	}
	return nil
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
