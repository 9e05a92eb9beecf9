package command

import (
	"github.com/spf13/cobra"

	"tenement/profiles"
)

// completion prints the script that completes the program's command lines.
func completion(program string) *cobra.Command {
	scripts := map[string]func(*cobra.Command) error{
		"bash":       func(root *cobra.Command) error { return root.GenBashCompletionV2(root.OutOrStdout(), true) },
		"fish":       func(root *cobra.Command) error { return root.GenFishCompletion(root.OutOrStdout(), true) },
		"powershell": func(root *cobra.Command) error { return root.GenPowerShellCompletionWithDesc(root.OutOrStdout()) },
		"zsh":        func(root *cobra.Command) error { return root.GenZshCompletion(root.OutOrStdout()) },
	}
	shells := []string{"bash", "fish", "powershell", "zsh"}
	c := &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print the completion script for a shell",
		Long: "Print the script that completes command lines in a shell. For bash, add\n\n  source <(" +
			program + " completion bash)\n\nto ~/.bashrc.",
		ValidArgs: shells,
		Args:      Args(1, 1, "one of bash, fish, powershell and zsh"),
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		script := scripts[args[0]]
		if script == nil {
			return Usagef("known: bash, fish, powershell, zsh", "unknown shell %q", args[0])
		}
		return script(c.Root())
	}
	return c
}

// Complete offers words for an argument or for the value of a flag, and no
// files.
func Complete(words func() []string) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return words(), cobra.ShellCompDirectiveNoFileComp
	}
}

// CompleteFlag offers words for the value of a flag of c, which must exist.
func CompleteFlag(c *cobra.Command, name string, words ...string) {
	CompleteFlagFunc(c, name, Complete(func() []string { return words }))
}

// CompleteFlagFunc offers what words returns for the value of a flag of c, which
// must exist. Only a shell that completes calls words, so it may take its time.
func CompleteFlagFunc(c *cobra.Command, name string, words cobra.CompletionFunc) {
	if err := c.RegisterFlagCompletionFunc(name, words); err != nil {
		panic(err) // there is no such flag
	}
}

// Profiles are the names of the built-in profiles, for completion. A profile may
// also be a file.
func Profiles(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, b := range profiles.Builtins() {
		names = append(names, cobra.CompletionWithDesc(b.Name, b.Title))
	}
	return names, cobra.ShellCompDirectiveDefault
}
