package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"tenement/cmd/internal/command"
	"tenement/internal/experiment"
	"tenement/internal/plan"
	"tenement/internal/words"
	"tenement/profiles"
)

// profile lists, shows and checks profiles.
func (p *program) profile() *cobra.Command {
	list := &cobra.Command{
		Use:   "list",
		Short: "List the built-in profiles",
		Args:  command.Args(0, 0, "no arguments"),
		RunE: func(*cobra.Command, []string) error {
			var rows [][2]string
			for _, b := range profiles.Builtins() {
				rows = append(rows, [2]string{b.Name, b.Title})
			}
			p.list(rows)
			return nil
		},
	}
	var opts profiles.Options
	var input command.Input
	var own strategyFlags
	show := &cobra.Command{
		Use:   "show PROFILE",
		Short: "Print a profile with every default filled in",
		Long: `Print a profile with every default filled in: a built-in, a file, or the one
that a report keeps.`,
		Args: command.Args(1, 1, "the name or path of a profile, or a report"),

		ValidArgsFunction: command.Profiles,
		RunE: func(_ *cobra.Command, args []string) (err error) {
			if opts.Strategies, err = own.open(&input); err != nil {
				return err
			}
			profile, err := openAny(args[0], opts, &input)
			if err != nil {
				return err
			}
			return profile.Show(p.stdout)
		},
	}
	show.Flags().StringArrayVar(&opts.Sets, "set", nil, "change a `path=value` of the profile first")
	own.flags(show)
	own.tryFlag(show, &opts.Try)
	input.Flags(show.Flags())
	check := &cobra.Command{
		Use:   "check PROFILE...",
		Short: "Check profiles and list everything that is wrong with them",
		Args:  command.Args(1, -1, "names or paths of profiles"),

		ValidArgsFunction: command.Profiles,
		RunE: func(_ *cobra.Command, args []string) error {
			named, err := own.open(&input)
			if err != nil {
				return err
			}
			var failed error
			for _, name := range args {
				profile, err := openAny(name, profiles.Options{Strategies: named}, &input)
				if err != nil {
					if failed != nil {
						p.explain(failed)
					}
					failed = err
					continue
				}
				name = words.Visible(name)
				fmt.Fprintf(p.stdout, "%s: fine, %s\n", name, words.Plural(uint64(len(profile.Cases())), "case", "cases"))
				var plans []*plan.Plan
				for _, c := range profile.Cases() {
					if profile.ControlPlane() {
						break
					}
					plans = append(plans, profile.Plan(c, profile.Seed))
				}
				for _, w := range experiment.Warnings(plans) {
					fmt.Fprintf(p.stdout, "%s: warning: %s\n", name, words.Visible(w))
				}
			}
			return failed
		},
	}
	own.flags(check)
	input.Flags(check.Flags())
	schema := &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of profiles, for editors",
		Args:  command.Args(0, 0, "no arguments"),
		RunE: func(*cobra.Command, []string) error {
			_, err := p.stdout.Write(profiles.Schema())
			return err
		},
	}
	return command.Group(&cobra.Command{Use: "profile", Short: "List, show and check profiles"}, list, show, check, schema)
}
