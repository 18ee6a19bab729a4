// Command schema makes case.schema.json from the Go types of package cases:
// their fields, and their comments as descriptions. It is run by
// "go generate ./cases".
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	source := flag.String("source", ".", "the `folder` of package cases")
	out := flag.String("out", "case.schema.json", "the `file` to write")
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
