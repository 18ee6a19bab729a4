// Command schema makes report.schema.json from the Go types of package
// reports: their fields, and their comments as descriptions. It is run by
// "go generate ./reports".
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	source := flag.String("source", ".", "the `folder` of package reports")
	out := flag.String("out", "report.schema.json", "the `file` to write")
	flag.Parse()
	text, err := generate(*source)
	if err == nil {
		err = os.WriteFile(*out, text, 0o644)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "schema: %v\n", err)
		os.Exit(1)
	}
}
