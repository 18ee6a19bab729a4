package main

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"strconv"

	"github.com/spf13/pflag"

	"github.com/ssecheck/ssecheck/cases/nearest"
	"github.com/ssecheck/ssecheck/cases/strictyaml"
)

// configFile is read from the working directory when it is there.
const configFile = "ssecheck.yaml"

// notInConfig are flags that make no sense there.
var notInConfig = []string{"config", "help"}

// readConfig sets the flags that the command line left alone from a YAML file
// whose keys are the long names of flags:
//
//	target: http://127.0.0.1:8080/events
//	header: ["Authorization: Bearer ${TOKEN}"]
//	strict: true
//
// A flag that may be repeated takes a list or one value. Paths are relative to
// the working directory, as on the command line. A file that was asked for must
// be there.
func readConfig(file string, flags *pflag.FlagSet) error {
	name := file
	if name == "" {
		name = configFile
	}
	src, err := os.ReadFile(name)
	if err != nil {
		if file == "" && errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return usageError("read the config: %w; --config names the file", err)
	}
	doc := strictyaml.Parse(name, src)
	if len(doc.Errors()) == 0 && doc.Root().Kind() != strictyaml.Missing { // an empty file is an empty config
		for _, field := range doc.Root().Fields() {
			setFlag(flags, field)
		}
	}
	if err := doc.Errors().Err(); err != nil {
		return usageError("%s", detail(err))
	}
	return nil
}

// detail shows all errors of a file, each with its line.
func detail(err error) string {
	if all, ok := errors.AsType[strictyaml.Errors](err); ok {
		return all.Detail()
	}
	return err.Error()
}

func setFlag(flags *pflag.FlagSet, field strictyaml.Field) {
	flag := flags.Lookup(field.Name)
	if flag == nil || slices.Contains(notInConfig, field.Name) {
		field.Key.Errorf(configHint(flags, field.Name), "unknown key %q", field.Name)
		return
	}
	values := []strictyaml.Node{field.Value}
	if _, many := flag.Value.(pflag.SliceValue); many && field.Value.Kind() == strictyaml.List {
		values = field.Value.Items()
	}
	onCommandLine := flag.Changed
	for _, value := range values {
		text, ok := scalar(value, flag)
		if !ok || onCommandLine { // flags win, but the file must be right all the same
			continue
		}
		if err := flags.Set(field.Name, text); err != nil {
			value.Errorf("", "%s", err)
		}
	}
}

// scalar is a value as the command line would give it.
func scalar(value strictyaml.Node, flag *pflag.Flag) (string, bool) {
	switch flag.Value.Type() {
	case "bool":
		var b bool
		value.Decode(&b)
		if b {
			return "true", !value.Spoiled()
		}
		return "false", !value.Spoiled()
	case "int":
		var i int
		value.Decode(&i)
		return strconv.Itoa(i), !value.Spoiled()
	}
	return value.Text()
}

func configHint(flags *pflag.FlagSet, name string) string {
	var known []string
	flags.VisitAll(func(f *pflag.Flag) {
		if !slices.Contains(notInConfig, f.Name) {
			known = append(known, f.Name)
		}
	})
	if hint := nearest.Hint(name, known); hint != "" {
		return hint
	}
	return "the keys are the long names of the flags of ssecheck run"
}
