package cases

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/ssecheck/ssecheck/spec/requirements"
)

// A Folder is a user's own cases, and the catalogue that they were checked
// against.
type Folder struct {
	Corpus *Corpus
	// Own are the requirements of the folder's own requirements.yaml.
	Own []requirements.Requirement
	// Catalogue is the base with the own requirements.
	Catalogue *requirements.Catalogue
}

// LoadFolder reads the cases of a folder on disk, and the requirements.yaml that
// may stand beside them; its requirements are added to those of base. The error
// is an [Errors] whose files begin with dir, or says why dir cannot be read.
func LoadFolder(dir string, base *requirements.Catalogue) (*Folder, error) {
	if info, err := os.Stat(dir); err != nil {
		return nil, err
	} else if !info.IsDir() {
		return nil, &fs.PathError{Op: "read cases from", Path: dir, Err: errors.New("not a directory")}
	}
	folder := &Folder{Catalogue: base}
	if err := folder.readRequirements(filepath.Join(dir, RequirementsFile)); err != nil {
		return nil, err
	}
	corpus, err := Load(os.DirFS(dir), folder.Catalogue)
	var errs Errors
	if errors.As(err, &errs) {
		for _, e := range errs {
			e.File = filepath.Join(dir, e.File)
		}
		return nil, errs.Err()
	}
	if err != nil {
		return nil, err
	}
	for _, c := range corpus.Cases() {
		c.at.file = filepath.Join(dir, c.at.file)
	}
	folder.Corpus = corpus
	return folder, nil
}

func (f *Folder) readRequirements(file string) error {
	src, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	own, err := requirements.Parse(src, file)
	if err != nil {
		return catalogueErrors(file, err)
	}
	merged, err := f.Catalogue.Merge(own)
	if err != nil {
		return catalogueErrors(file, err)
	}
	f.Own, f.Catalogue = own.All(), merged
	return nil
}

// catalogueErrors gives the errors of a catalogue the form of all others.
func catalogueErrors(file string, err error) error {
	var errs Errors
	for _, err := range flatten(err) {
		var wrong *requirements.Error
		if errors.As(err, &wrong) {
			errs = append(errs, &Error{File: wrong.File, Line: wrong.Line, Column: wrong.Column,
				Source: wrong.Source, Message: wrong.Message})
			continue
		}
		errs = append(errs, &Error{File: file, Message: err.Error()})
	}
	return errs.Err()
}

func flatten(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}

// Join is a corpus of the cases of both. A name that is in both is an error,
// an [Errors] at the place of the second.
func Join(first, second *Corpus) (*Corpus, error) {
	taken := map[string]*Case{}
	for _, c := range first.Cases() {
		taken[c.Name()] = c
	}
	var errs Errors
	for _, c := range second.Cases() {
		if _, twice := taken[c.Name()]; twice {
			errs = append(errs, c.errorf("choose another id or suite", "the name %s is taken by a case of the corpus", c.Name()))
		}
	}
	if err := errs.Err(); err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(first.digest + "\x00" + second.digest))
	joined := &Corpus{
		Suites: slices.Concat(first.Suites, second.Suites),
		digest: "sha256:" + hex.EncodeToString(sum[:])[:16],
	}
	joined.sort()
	return joined, nil
}
