package main

import (
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tenement/cmd/internal/command"
	"tenement/internal/words"
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

// streams are the flags that read standard input where they are given -.
var streams = []string{"trace", "baseline", "space", "expect"}

// readOnceOnly returns an error if two arguments or flags read standard input: the second would
// find nothing there. An error text is joined of its parts, and what follows -- is a client's.
func readOnceOnly(c *cobra.Command, args []string) error {
	if c.Name() == "diagnose" {
		return nil
	}
	if dash := c.ArgsLenAtDash(); dash >= 0 {
		args = args[:dash]
	}
	var readers []string
	for _, arg := range args {
		if arg == "-" {
			readers = append(readers, arg)
		}
	}
	c.Flags().Visit(func(f *pflag.Flag) {
		if f.Value.String() == "-" && slices.Contains(streams, f.Name) {
			readers = append(readers, "--"+f.Name+" -")
		}
	})
	if len(readers) < 2 {
		return nil
	}
	return command.Usagef("give one of them a file, or a pipe such as <(zcat FILE)", "there is one standard input, for %s", words.List(readers, "and"))
}
