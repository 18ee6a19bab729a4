package main

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ssecheck/ssecheck/cases/nearest"
)

func newRootCommand(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "ssecheck",
		Short: "tells whether an implementation of Server-Sent Events keeps to the standard",
		Example: `ssecheck run
    plays every case against the reference server and parser inside ssecheck
ssecheck run --target http://127.0.0.1:8080/events
    judges your server
ssecheck run --parser 'node adapter.mjs'
    judges your parser, behind a small adapter
ssecheck explain fields/data/two-lines
    one case: the rule, the wire, what must come out`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return unknownCommand(cmd, args[0])
		},
		RunE:                       func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		SilenceErrors:              true,
		SilenceUsage:               true,
		SuggestionsMinimumDistance: 2,
		CompletionOptions:          cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { writeHelp(a.stdout, cmd) })
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError("%w; %s", err, flagHint(cmd, err))
	})
	root.AddCommand(
		newRunCommand(a), newListCommand(a), newExplainCommand(a), newLintCommand(a),
		newServeCommand(a), newFuzzCommand(a), newVersionCommand(a), newCompletionCommand(a),
	)
	return root
}

func unknownCommand(cmd *cobra.Command, name string) error {
	if near := cmd.SuggestionsFor(name); len(near) > 0 {
		return usageError("there is no command %q; did you mean %s?", name, strings.Join(near, " or "))
	}
	return usageError("there is no command %q; ssecheck --help lists them", name)
}

// flagHint offers the flags that an unknown one may have meant.
func flagHint(cmd *cobra.Command, err error) string {
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		var known []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, "--"+f.Name) })
		if hint := nearest.Hint("--"+unknown.GetSpecifiedName(), known); hint != "" {
			return hint
		}
	}
	return cmd.CommandPath() + " --help lists the flags"
}

// noArguments refuses arguments where flags say everything.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError("%s takes no argument, and got %q; %s --help shows how it is used", cmd.CommandPath(), args[0], cmd.CommandPath())
	}
	return nil
}
