package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/ssecheck/ssecheck/reports"
)

func newVersionCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "prints the version and the digest of the cases inside",
		Example: `ssecheck version
    what stands in the head of every report`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			book, err := openCasebook("")
			if err != nil {
				return err
			}
			fmt.Fprintf(a.stdout, "ssecheck %s\ncorpus   %s (%d cases)\nbuilt    %s %s/%s\n",
				version(), book.digest, len(book.cases), runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return nil
		},
	}
}

// tool is the head of a report.
func tool(digest string) reports.Tool {
	return reports.Tool{Name: "ssecheck", Version: version(), Corpus: digest}
}

// version is the module's version, as the go command stamped it into the
// binary; of a build in the source tree, the revision as far as it is known.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	revision, modified := "", ""
	for _, setting := range info.Settings {
		switch {
		case setting.Key == "vcs.revision":
			revision = "-" + setting.Value[:min(12, len(setting.Value))]
		case setting.Key == "vcs.modified" && setting.Value == "true":
			modified = "+changes"
		}
	}
	return "devel" + revision + modified
}
