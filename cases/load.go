package cases

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/cases/strictyaml"
	"github.com/ssecheck/ssecheck/spec/requirements"
	"golang.org/x/sync/errgroup"
)

// An Error is one mistake in a case file; see [strictyaml.Error].
type Error = strictyaml.Error

// Errors are all mistakes of all files; see [strictyaml.Errors].
type Errors = strictyaml.Errors

// A Catalogue knows the requirements that cases name.
type Catalogue interface {
	Get(id string) (requirements.Requirement, bool)
	All() []requirements.Requirement
}

// A Corpus is a set of suites with names that are unique among them.
type Corpus struct {
	// Suites are sorted by name.
	Suites []Suite
	digest string
}

// Cases are all cases, in order of suite and file. The pointers lead into the
// corpus: they are to be read only.
func (c *Corpus) Cases() []*Case {
	var all []*Case
	for i := range c.Suites {
		for j := range c.Suites[i].Cases {
			all = append(all, &c.Suites[i].Cases[j])
		}
	}
	return all
}

// Digest identifies the corpus: the same files give the same digest.
func (c *Corpus) Digest() string { return c.digest }

// RequirementsFile is the name of the catalogue that may stand beside a user's
// own cases; it is no case file.
const RequirementsFile = "requirements.yaml"

// parallelFiles bounds how many files are read at once.
const parallelFiles = 8

// Load reads every case file (*.yaml, at any depth) of fsys and checks it
// against the catalogue. Its error is an [Errors] with every mistake of every
// file, sorted; it is another error only if fsys itself cannot be read.
func Load(fsys fs.FS, catalogue Catalogue) (*Corpus, error) {
	files, errs, err := caseFiles(fsys)
	if err != nil {
		return nil, err
	}
	known := newVocabulary(catalogue)
	loaded := make([]file, len(files))
	var group errgroup.Group
	group.SetLimit(parallelFiles)
	for i, name := range files {
		group.Go(func() (err error) {
			loaded[i], err = loadFile(fsys, name, known)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	corpus := &Corpus{}
	sum := sha256.New()
	for _, f := range loaded {
		errs = append(errs, f.errs...)
		corpus.Suites = append(corpus.Suites, f.suite)
		sum.Write([]byte(f.suite.File + "\x00"))
		sum.Write(f.sum[:])
	}
	corpus.digest = "sha256:" + hex.EncodeToString(sum.Sum(nil))[:16]
	corpus.sort()
	if err := errs.Err(); err != nil {
		return nil, err
	}
	return corpus, nil
}

func (c *Corpus) sort() {
	slices.SortStableFunc(c.Suites, func(a, b Suite) int { return cmp.Compare(a.Suite, b.Suite) })
}

// caseFiles lists the files to read, in order. Hidden files and folders are
// left alone.
func caseFiles(fsys fs.FS) (files []string, errs Errors, err error) {
	err = fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != "." && strings.HasPrefix(entry.Name(), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
		case entry.IsDir() || entry.Name() == RequirementsFile:
		case path.Ext(name) == ".yaml":
			files = append(files, name)
		case path.Ext(name) == ".yml":
			errs = append(errs, &Error{File: name, Message: "a case file ends in .yaml; this one would not be read",
				Hint: "rename it to " + strings.TrimSuffix(name, ".yml") + ".yaml"})
		}
		return nil
	})
	if err == nil && len(files) == 0 {
		errs = append(errs, &Error{File: ".", Message: "no case file here",
			Hint: "a case file is one suite, such as fields/data.yaml"})
	}
	return files, errs, err
}

// file is what was read from one file.
type file struct {
	suite Suite
	sum   [sha256.Size]byte
	errs  Errors
}

func loadFile(fsys fs.FS, name string, known *vocabulary) (file, error) {
	src, err := fs.ReadFile(fsys, name)
	if err != nil {
		return file{}, err
	}
	f := file{suite: Suite{File: name}, sum: sha256.Sum256(src)}
	doc := strictyaml.Parse(name, src)
	if len(doc.Errors()) == 0 {
		root := doc.Root()
		root.Decode(&f.suite)
		if root.Kind() == strictyaml.Mapping {
			known.checkSuite(&f.suite, root)
		}
	}
	f.errs = doc.Errors()
	return f, nil
}
