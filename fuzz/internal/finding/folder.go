package finding

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/reports/atomicfile"
)

// A Folder keeps findings. It may not be used by several goroutines at once.
type Folder struct {
	dir   string
	known []Known
	// files are the paths of findings, by what they play and break.
	files map[string]string
}

// Known is a case of a folder: a finding of an earlier campaign, or one that somebody
// has put there.
type Known struct {
	// Name is the case's, and Requirement the first of those that it demands.
	Name, Requirement string
	// Case is the case itself, and File where it stands.
	Case *cases.Case
	File string
	// Input is what a case of the kind stream plays, as it is written.
	Input stream.Input
}

// Open opens a folder, and makes it when it is not there. It fails when nothing can be
// written into it, or when a case in it has a mistake: this is known before the campaign
// begins, and not when it has found something.
func Open(dir string) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("the folder for findings cannot be made: %w; give another one", err)
	}
	if err := probe(dir); err != nil {
		return nil, fmt.Errorf("nothing can be written into the folder for findings, %s: %w; make room and see to its permissions, or give another one", dir, err)
	}
	f := &Folder{dir: dir, files: map[string]string{}}
	if err := f.read(); err != nil {
		return nil, err
	}
	return f, nil
}

// probeSize is more than any finding that people read; a disk that has no room for it is
// full.
const probeSize = 64 << 10

// probe writes a file and takes it away again.
func probe(dir string) error {
	file, err := os.CreateTemp(dir, ".probe-*")
	if err != nil {
		return cause(err)
	}
	_, err = file.Write(make([]byte, probeSize))
	if err == nil {
		err = file.Sync()
	}
	return cause(errors.Join(err, file.Close(), os.Remove(file.Name())))
}

// cause is the system's word without the name of a file that nobody knows.
func cause(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err
	}
	return err
}

// read reads what is there already.
func (f *Folder) read() error {
	if found, err := hasCases(f.dir); err != nil || !found {
		return err
	}
	all, err := catalogue()
	if err != nil {
		return err
	}
	folder, err := cases.LoadFolder(f.dir, all)
	var errs cases.Errors
	switch {
	case errors.As(err, &errs):
		return fmt.Errorf("the folder for findings, %s, has cases with mistakes, so that no finding in it could be played again; mend them, or give another one:\n%s", f.dir, errs.Detail())
	case err != nil:
		return fmt.Errorf("the folder for findings cannot be read: %w", err)
	}
	for _, c := range folder.Corpus.Cases() {
		f.add(c)
	}
	return nil
}

// hasCases says that there is a case file, or what one might take for one.
func hasCases(dir string) (found bool, err error) {
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		ext := filepath.Ext(entry.Name())
		switch {
		case err != nil:
			return err
		case path != dir && strings.HasPrefix(entry.Name(), "."): // those the loader leaves alone, too
			if entry.IsDir() {
				return fs.SkipDir
			}
		case !entry.IsDir() && (ext == ".yaml" || ext == ".yml") && entry.Name() != cases.RequirementsFile:
			found = true
			return fs.SkipAll
		}
		return nil
	})
	return found, err
}

func (f *Folder) add(c *cases.Case) {
	file, _ := c.Position()
	for _, requirement := range c.Requirements {
		f.files[key(requirement, c)] = file
	}
	f.known = append(f.known, Known{Name: c.Name(), Requirement: c.Requirements[0], Case: c, File: file, Input: inputOf(c)})
}

// inputOf is the stream of a case as it is written; none of another kind.
func inputOf(c *cases.Case) (in stream.Input) {
	first := true
	for i := range c.Stream {
		if !c.Stream[i].Writes() {
			continue
		}
		if !first {
			in.Cuts = append(in.Cuts, len(in.Bytes))
		}
		first = false
		in.Bytes = c.Stream[i].Append(in.Bytes)
	}
	return in
}

// Known are the cases of the folder.
func (f *Folder) Known() []Known { return f.known }

// Has says that the folder has a case that plays the same and demands the same.
func (f *Folder) Has(finding Finding) bool {
	_, has := f.files[finding.key()]
	return has
}

// Write writes a finding that is not there yet, as a whole or not at all, and says where
// it is. What a case file cannot carry is refused, and so is a finding of an unknown
// requirement.
func (f *Folder) Write(finding Finding) (path string, err error) {
	if path, has := f.files[finding.key()]; has {
		return path, nil
	}
	finding.Cases = f.dir
	c, err := finding.Case()
	if err != nil {
		return "", err
	}
	path = filepath.Join(f.dir, finding.Name()+".yaml")
	file, err := atomicfile.Create(path)
	if err == nil {
		err = file.Commit(finding.YAML())
	}
	if err != nil {
		return "", fmt.Errorf("the finding %s is not written: %w; make room in %s and see to its permissions", finding.Name(), err, f.dir)
	}
	f.add(c)
	f.files[finding.key()] = path
	f.known[len(f.known)-1].File = path
	return path, nil
}
