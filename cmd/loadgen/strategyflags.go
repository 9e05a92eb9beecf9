package main

import (
	"slices"

	"github.com/spf13/cobra"

	"tenement/cmd/internal/command"
	"tenement/profiles"
)

// strategyFlags are files of strategies with names of the user's own.
type strategyFlags struct {
	files []string
}

// flags defines --strategies.
func (f *strategyFlags) flags(c *cobra.Command) {
	c.Flags().StringArrayVar(&f.files, "strategies", nil, "know the strategies in this `FILE` by name: a file of your own, a profile, or built in: "+profiles.BuiltinStrategies()[0]+"; may be repeated")
	command.CompleteFlagFunc(c, "strategies", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return profiles.BuiltinStrategies(), cobra.ShellCompDirectiveDefault
	})
}

// tryFlag defines --try, which adds cases.
func (f *strategyFlags) tryFlag(c *cobra.Command, names *[]string) {
	c.Flags().StringArrayVar(names, "try", nil, "add a case that tries the strategy of this `NAME`: one of --strategies, of the profile, or a preset; may be repeated")
	command.CompleteFlagFunc(c, "try", command.Complete(f.names))
}

// open reads the files. What is wrong with them is told as input says.
func (f *strategyFlags) open(input *command.Input) (*profiles.Strategies, error) {
	if slices.Contains(f.files, "") {
		return nil, command.Usagef("name a file", "--strategies is empty")
	}
	s, err := profiles.OpenStrategies(f.files...)
	if err != nil {
		return nil, input.Refuse(err)
	}
	return s, nil
}

// names are those of the user's strategies and of the presets, for completion.
func (f *strategyFlags) names() []string {
	var names []string
	if s, err := profiles.OpenStrategies(f.files...); err == nil {
		for _, one := range s.All() {
			names = append(names, cobra.CompletionWithDesc(one.Name, one.Title))
		}
	}
	return append(names, presetNames()...)
}
