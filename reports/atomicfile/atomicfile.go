// Package atomicfile writes files that are there as a whole or not at all: reports,
// lists, findings.
package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// A File is written beside its place, and moved there at the end.
type File struct {
	name string
	temp *os.File // nil when the place is no regular file and is written as it is
}

// Create prepares a file, and fails if it could not be written. [File.Commit] or
// [File.Discard] must follow.
func Create(name string) (*File, error) {
	if real, err := filepath.EvalSymlinks(name); err == nil {
		name = real // what the link points to is replaced, not the link
	}
	info, err := os.Stat(name)
	switch {
	case err == nil && info.IsDir():
		return nil, fmt.Errorf("%s is a folder", name)
	case err == nil && !info.Mode().IsRegular(): // a device, a pipe
		return &File{name: name}, nil
	case err == nil:
		file, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			return nil, err
		}
		if err := file.Close(); err != nil {
			return nil, err
		}
	}
	temp, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return nil, fmt.Errorf("no file can be made in %s: %w", filepath.Dir(name), cause(err))
	}
	mode := os.FileMode(0o644)
	if info != nil {
		mode = info.Mode().Perm()
	}
	if err := temp.Chmod(mode); err != nil {
		return nil, errors.Join(err, temp.Close(), os.Remove(temp.Name()))
	}
	return &File{name: name, temp: temp}, nil
}

// cause is the system's word without the name of a file that nobody knows.
func cause(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err
	}
	return err
}

// Commit writes the text and puts the file in its place.
func (f *File) Commit(text []byte) error {
	if f.temp == nil {
		return os.WriteFile(f.name, text, 0o644)
	}
	_, err := f.temp.Write(text)
	if err = errors.Join(err, f.temp.Close()); err == nil {
		err = os.Rename(f.temp.Name(), f.name)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(f.temp.Name()))
	}
	return err
}

// Discard takes back what was prepared.
func (f *File) Discard() error {
	if f.temp == nil {
		return nil
	}
	return errors.Join(f.temp.Close(), os.Remove(f.temp.Name()))
}
