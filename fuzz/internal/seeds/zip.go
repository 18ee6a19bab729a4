package seeds

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
)

// Folder is the variable of the environment that names the folder to which [Add] writes a
// seed corpus of libFuzzer for each target, FuzzX_seed_corpus.zip.
const Folder = "SEED_CORPUS_FOLDER"

// WriteZip writes seeds as a seed corpus of libFuzzer: a zip of a file each, named by what
// is in it.
func WriteZip(path string, all []Seed) error {
	var b bytes.Buffer
	files := zip.NewWriter(&b)
	met := map[string]bool{}
	for _, seed := range all {
		text, err := LibFuzzer(seed)
		if err != nil {
			return err
		}
		name := fmt.Sprintf("%x", sha256.Sum256(text))[:32]
		if met[name] {
			continue
		}
		met[name] = true
		file, err := files.Create(name)
		if err != nil {
			return err
		}
		if _, err := file.Write(text); err != nil {
			return err
		}
	}
	if err := files.Close(); err != nil {
		return err
	}
	return os.WriteFile(path, b.Bytes(), 0o644)
}
