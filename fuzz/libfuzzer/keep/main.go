// Command keep keeps what libFuzzer has found of a native Go fuzz target: it writes the
// file of the crash, as ClusterFuzzLite and OSS-Fuzz hand it out, to testdata/fuzz of the
// target's package, where go test tries it from then on.
//
//	go run github.com/ssecheck/ssecheck/fuzz/libfuzzer/keep -target FuzzX -args '[]byte,uint64' crash-4f2a
//
// The arguments are the target's own, in its order, without the *testing.T.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/ssecheck/ssecheck/fuzz/internal/seeds"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "keep:", err)
		os.Exit(2)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("keep", flag.ContinueOnError)
	target := flags.String("target", "", "the name of the target, FuzzX")
	list := flags.String("args", "", "the types of its arguments, such as '[]byte,uint64'")
	dir := flags.String("dir", ".", "the folder of its package")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *target == "" || *list == "" || flags.NArg() == 0 {
		return errors.New("expected -target, -args, and the files that libFuzzer wrote")
	}
	types, err := seeds.ReadTypes(*list)
	if err != nil {
		return err
	}
	folder := filepath.Join(*dir, "testdata", "fuzz", *target)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for _, path := range flags.Args() {
		file, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		seed, err := seeds.FromLibFuzzer(file, types)
		if err != nil {
			return err
		}
		name, text := seeds.GoTest(seed)
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			return err
		}
		fmt.Fprintf(out, "%s\n  replay  go test -run '^%s$/^%s$' %s\n", filepath.Join(folder, name), *target, name, *dir)
	}
	return nil
}
