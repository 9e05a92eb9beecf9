package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"tenement/cmd/internal/command"
	"tenement/internal/sdk"
	"tenement/internal/service"
	"tenement/internal/words"
	"tenement/profiles"
)

// strategy shows the presets of the real SDKs, and strategies of the user's own.
func (p *program) strategy() *cobra.Command {
	var own strategyFlags
	var input command.Input
	list := &cobra.Command{
		Use:   "list",
		Short: "List your own strategies and the presets of SDKs",
		Args:  command.Args(0, 0, "no arguments"),
		RunE: func(*cobra.Command, []string) error {
			named, err := own.open(&input)
			if err != nil {
				return err
			}
			p.listOwn(named)
			p.listPresets()
			return nil
		},
	}
	own.flags(list)
	input.Flags(list.Flags())
	show := &cobra.Command{
		Use:   "show NAME",
		Short: "Show a strategy or a preset, with what users can set and see",
		Example: `  loadgen strategy show botocore
  loadgen strategy show mine --strategies mine.yaml`,
		Args: command.Args(1, 1, "the name of a strategy or a preset"),

		ValidArgsFunction: command.Complete(own.names),
		RunE: func(_ *cobra.Command, args []string) error {
			named, err := own.open(&input)
			if err != nil {
				return err
			}
			if one, ok := named.Find(args[0]); ok {
				return p.showOwn(&one)
			}
			preset, note, ok := sdk.Named(args[0])
			if !ok {
				return noStrategy(args[0], named)
			}
			return p.showPreset(preset, note)
		},
	}
	own.flags(show)
	input.Flags(show.Flags())
	schema := &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of files of strategies, for editors",
		Args:  command.Args(0, 0, "no arguments"),
		RunE: func(*cobra.Command, []string) error {
			_, err := p.stdout.Write(profiles.StrategiesSchema())
			return err
		},
	}
	return command.Group(&cobra.Command{Use: "strategy", Short: "Show how SDKs retry and cache, and strategies of your own"}, list, show, p.explainStrategy(), schema)
}

// noStrategy is the error of a name that neither a preset nor a strategy has.
func noStrategy(name string, own *profiles.Strategies) error {
	hint := "see `loadgen strategy list`"
	if near, ok := own.Nearest(name); ok {
		return command.Usagef("want "+near+"; "+hint, "no strategy or preset %q", words.Shortened(name, longestName))
	}
	if similar := sdk.Similar(name); len(similar) > 0 {
		hint = "want " + words.List(words.Some(similar), "or") + "; " + hint
	}
	return command.Usagef(hint, "no strategy or preset %q", words.Shortened(name, longestName))
}

// presetNames are the names of all presets.
func presetNames() []string {
	var names []string
	for _, preset := range sdk.Presets() {
		names = append(names, cobra.CompletionWithDesc(preset.Name, preset.SDK))
	}
	return names
}

func (p *program) showPreset(s sdk.Preset, note string) error {
	fmt.Fprintf(p.stdout, "# %s\n", strings.Join(words.Wrap(s.Name+": "+s.SDK, 78), "\n#   "))
	if note != "" {
		fmt.Fprintf(p.stdout, "# %s\n", strings.Join(words.Wrap("("+note+")", 78), "\n#   "))
	}
	comment := func(head string, lines []string) {
		if len(lines) == 0 {
			return
		}
		fmt.Fprintf(p.stdout, "# %s\n", head)
		for _, l := range lines {
			fmt.Fprintf(p.stdout, "#   %s\n", strings.Join(words.Wrap(l, 74), "\n#     "))
		}
	}
	fmt.Fprintf(p.stdout, "# asks: %s\n", strings.Join(askedBy(&s), ", "))
	if s.Checked != "" {
		fmt.Fprintf(p.stdout, "# checked: %s\n", strings.Join(words.Wrap(s.Checked, 67), "\n#   "))
	}
	comment("what to set:", s.KnobLines())
	comment("how to see throttling:", s.Throttled)
	comment("worth knowing:", s.Notes)
	var texts []string
	for _, e := range s.Errors {
		texts = append(texts, e.Text)
	}
	comment("what a user sees in the end:", texts)
	comment("sources:", s.Sources)
	fmt.Fprintln(p.stdout, "# as a strategy of a profile:")
	return profiles.WriteStrategy(p.stdout, s.Strategy)
}

// showOwn shows a strategy of the user's as YAML, which stands below a name in a profile or
// in a file of strategies.
func (p *program) showOwn(s *profiles.Named) error {
	line := func(text string) {
		fmt.Fprintf(p.stdout, "# %s\n", strings.Join(words.Wrap(words.Visible(text), 78), "\n#   "))
	}
	line(s.Name + ": of " + s.File)
	if s.From != "" {
		line("starts from: " + s.From)
	}
	if s.SDKSetting != "" {
		line("what to set to get it: " + s.SDKSetting)
	}
	return s.Write(p.stdout)
}

// askedBy are the services that a preset asks.
func askedBy(s *sdk.Preset) []string {
	var names []string
	for _, of := range service.All() {
		if s.Asks(of) {
			names = append(names, of.String())
		}
	}
	return names
}

// list prints names and what they stand for, within 80 columns.
func (p *program) list(rows [][2]string) {
	width := 0
	for _, row := range rows {
		width = max(width, len(row[0]))
	}
	for _, row := range rows {
		lines := words.Wrap(row[1], 78-width)
		fmt.Fprintf(p.stdout, "%-*s  %s\n", width, row[0], strings.Join(lines, "\n"+strings.Repeat(" ", width+2)))
	}
}

// longestName bounds how much of a name that nothing is called by an error shows,
// in characters.
const longestName = 100
