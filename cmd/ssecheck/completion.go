package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/ssecheck/ssecheck/cases"
)

// shells are those that a completion can be written for.
var shells = []string{"bash", "zsh", "fish", "powershell"}

func newCompletionCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "prints a script that completes commands, flags and case names in your shell",
		Example: `source <(ssecheck completion bash)
    for this session
ssecheck completion zsh > "${fpath[1]}/_ssecheck"
    for good
ssecheck completion fish > ~/.config/fish/completions/ssecheck.fish
    for good
ssecheck completion powershell | Out-String | Invoke-Expression
    for this session`,
		ValidArgs: shells,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError("completion takes the name of one shell: %s", strings.Join(shells, ", "))
			}
			root := cmd.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(a.stdout, true)
			case "zsh":
				return root.GenZshCompletion(a.stdout)
			case "fish":
				return root.GenFishCompletion(a.stdout, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(a.stdout)
			}
			return usageError("there is no completion for %q; there is one for %s", args[0], strings.Join(shells, ", "))
		},
	}
}

// completeFlags offers values for the flags whose values are known beforehand.
func completeFlags(cmd *cobra.Command) {
	fixed := map[string][]string{
		"report":  formats,
		"level":   {"must", "should", "may"},
		"http":    {"1.1", "2", "h2c"},
		"browser": {"chromium", "firefox", "webkit", "manual"},
	}
	for flag, values := range fixed {
		offer(cmd, flag, func(string) []string { return values })
	}
	offer(cmd, "run", caseNames)
	offer(cmd, "skip", caseNames)
}

func offer(cmd *cobra.Command, flag string, values func(begun string) []string) {
	complete := func(_ *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
		return values(begun), cobra.ShellCompDirectiveNoFileComp
	}
	if err := cmd.RegisterFlagCompletionFunc(flag, complete); err != nil {
		panic(err) // a flag that does not exist: found by the first test
	}
}

// caseNames are the cases that begin like this.
func caseNames(begun string) []string {
	corpus, err := cases.Default()
	if err != nil {
		return nil
	}
	var names []string
	for _, c := range corpus.Cases() {
		if strings.HasPrefix(c.Name(), begun) {
			names = append(names, c.Name())
		}
	}
	return names
}
