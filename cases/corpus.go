package cases

import (
	"embed"
	"io/fs"
	"sync"

	"github.com/ssecheck/ssecheck/spec/requirements"
)

//go:generate go run ./internal/schema

// JSONSchema is the JSON Schema (draft 2020-12) of a case file, for editors and
// for programs that write case files.
//
//go:embed case.schema.json
var JSONSchema []byte

//go:embed */*.yaml
var embedded embed.FS

// Files is the embedded corpus as it stands in the repository: one folder an
// area, one file a theme.
func Files() fs.FS { return embedded }

// Default is the embedded corpus, checked against the embedded catalogue. It is
// read once; the corpus is shared and to be read only.
func Default() (*Corpus, error) { return loadDefault() }

var loadDefault = sync.OnceValues(func() (*Corpus, error) {
	catalogue, err := requirements.Default()
	if err != nil {
		return nil, err
	}
	return Load(embedded, catalogue)
})
