package main

import (
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tenement/cmd/internal/command"
)

// nothingEmpty returns an error if a flag or an argument was given without a value, as by a
// script whose variable is not set: it would be taken for one that was left out, and nobody
// would see that. Only a text to diagnose may be empty, and the word that a shell completes.
func nothingEmpty(c *cobra.Command, args []string) error {
	if c.Name() == cobra.ShellCompRequestCmd || c.Name() == cobra.ShellCompNoDescRequestCmd {
		return nil
	}
	empty := ""
	c.Flags().Visit(func(f *pflag.Flag) {
		if empty == "" && f.Value.Type() == "string" && f.Value.String() == "" {
			empty = "--" + f.Name
		}
	})
	switch {
	case empty != "":
		return command.Usagef("give it a value, or leave it out", "%s is empty", empty)
	case c.Name() != "diagnose" && slices.Contains(args, ""):
		return command.Usagef("usage: "+c.UseLine(), "argument %d is empty", slices.Index(args, "")+1)
	}
	return nil
}
