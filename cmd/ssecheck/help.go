package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// helpWidth is the width that every help text keeps to, in columns.
const helpWidth = 96

// flagGroup puts flags under a heading of their own.
const flagGroup = "ssecheck-group"

// group marks flags as belonging under a heading.
func group(heading string, flags *pflag.FlagSet, define func(*pflag.FlagSet)) {
	own := pflag.NewFlagSet("", pflag.ContinueOnError)
	own.SortFlags = false
	define(own)
	own.VisitAll(func(f *pflag.Flag) {
		if f.Annotations == nil {
			f.Annotations = map[string][]string{}
		}
		f.Annotations[flagGroup] = []string{heading}
	})
	flags.AddFlagSet(own)
}

// writeHelp shows examples first: what to type, then what can be typed.
func writeHelp(w io.Writer, cmd *cobra.Command) {
	fmt.Fprintf(w, "%s: %s\n", cmd.CommandPath(), cmd.Short)
	if cmd.Example != "" {
		fmt.Fprintf(w, "\nExamples\n%s\n", indented(cmd.Example))
	}
	if cmd.Long != "" {
		fmt.Fprintf(w, "\n%s\n", strings.TrimSpace(cmd.Long))
	}
	if cmd.Runnable() && cmd.HasParent() {
		fmt.Fprintf(w, "\nUsage\n  %s\n", cmd.UseLine())
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(w, "\nCommands\n")
		for _, sub := range cmd.Commands() {
			if sub.IsAvailableCommand() {
				fmt.Fprintf(w, "  %-12s %s\n", sub.Name(), sub.Short)
			}
		}
		fmt.Fprintf(w, "\n%s COMMAND --help tells more about one.\n", cmd.CommandPath())
	}
	writeFlags(w, cmd)
}

// writeFlags lists the flags under their headings, in the order of definition.
func writeFlags(w io.Writer, cmd *cobra.Command) {
	cmd.Flags().SortFlags = false
	var headings []string
	groups := map[string]*pflag.FlagSet{}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		heading := "Flags"
		if own := f.Annotations[flagGroup]; len(own) > 0 {
			heading = own[0]
		}
		if f.Name == "help" {
			return // whoever reads this knows it
		}
		if groups[heading] == nil {
			headings = append(headings, heading)
			groups[heading] = pflag.NewFlagSet("", pflag.ContinueOnError)
			groups[heading].SortFlags = false
		}
		groups[heading].AddFlag(f)
	})
	for _, heading := range headings {
		fmt.Fprintf(w, "\n%s\n%s", heading, groups[heading].FlagUsagesWrapped(helpWidth))
	}
}

func indented(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  ")
}
