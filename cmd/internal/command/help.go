package command

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// columns is the width of the help.
const columns = 80

// heading is the annotation that holds the heading of a flag.
const heading = "tenement_heading"

// Section adds the flags that define makes to c, in their order, under a
// heading of the help. The heading of other flags is "Flags".
func Section(c *cobra.Command, title string, define func(*pflag.FlagSet)) {
	set := pflag.NewFlagSet(title, pflag.ContinueOnError)
	set.SortFlags = false
	define(set)
	set.VisitAll(func(f *pflag.Flag) { f.Annotations = map[string][]string{heading: {title}} })
	c.Flags().SortFlags = false
	c.Flags().AddFlagSet(set)
}

// help is the help of a command.
func help(c *cobra.Command) string {
	var b strings.Builder
	text := c.Long
	if text == "" {
		text = c.Short
	}
	fmt.Fprintf(&b, "usage: %s\n\n%s\n", c.UseLine(), strings.TrimSpace(text))
	if c.HasExample() {
		fmt.Fprintf(&b, "\nExamples:\n%s\n", c.Example)
	}
	if c.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "\nCommands:\n")
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() {
				fmt.Fprintf(&b, "  %-*s  %s\n", sub.NamePadding(), sub.Name(), sub.Short)
			}
		}
		fmt.Fprintf(&b, "\nMore: %s COMMAND --help\n", c.CommandPath())
	}
	for _, set := range sections(c.LocalFlags()) {
		fmt.Fprintf(&b, "\n%s:\n%s", set.Name(), set.FlagUsagesWrapped(columns))
	}
	return b.String()
}

// sections are flags by their headings, in the order of the flags.
func sections(flags *pflag.FlagSet) []*pflag.FlagSet {
	var all []*pflag.FlagSet
	named := make(map[string]*pflag.FlagSet)
	flags.VisitAll(func(f *pflag.Flag) {
		title := "Flags"
		if given := f.Annotations[heading]; len(given) > 0 {
			title = given[0]
		}
		if named[title] == nil {
			named[title] = pflag.NewFlagSet(title, pflag.ContinueOnError)
			named[title].SortFlags = false
			all = append(all, named[title])
		}
		named[title].AddFlag(f)
	})
	return all
}
