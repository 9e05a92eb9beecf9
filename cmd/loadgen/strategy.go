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

// strategy shows the presets of the real SDKs.
func (p *program) strategy() *cobra.Command {
	list := &cobra.Command{
		Use:   "list",
		Short: "List the presets: versions, services, and the names of SDKs",
		Args:  command.Args(0, 0, "no arguments"),
		RunE: func(*cobra.Command, []string) error {
			p.listPresets()
			return nil
		},
	}
	show := &cobra.Command{
		Use:   "show NAME",
		Short: "Show a preset in full, with what users can set and see",
		Args:  command.Args(1, 1, "the name of a preset"),

		ValidArgsFunction: command.Complete(presetNames),
		RunE: func(_ *cobra.Command, args []string) error {
			preset, note, ok := sdk.Named(args[0])
			if !ok {
				return noPreset(args[0])
			}
			return p.showPreset(preset, note)
		},
	}
	return command.Group(&cobra.Command{Use: "strategy", Short: "Show the retry and caching behaviour of the real SDKs"}, list, show, p.explainStrategy())
}

// noPreset is the error of a name that no preset has.
func noPreset(name string) error {
	hint := "see `loadgen strategy list`"
	if similar := sdk.Similar(name); len(similar) > 0 {
		hint = "want " + words.List(words.Some(similar), "or") + "; " + hint
	}
	return command.Usagef(hint, "no preset %q", words.Shortened(name, longestName))
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
