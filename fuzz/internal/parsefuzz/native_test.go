package parsefuzz_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/nativetest"
)

// A reader in a module of its own, around our decoder. It loses data that is FAULT.
const readerSource = `package sse

import (
	"io"

	"github.com/ssecheck/ssecheck/spec"
)

type Event struct{ Type, Data, LastID string }

type Reader struct{ d *spec.Decoder }

func NewReader(r io.Reader) *Reader { return &Reader{spec.NewDecoder(r)} }

func (r *Reader) Next() (Event, error) {
	v, err := r.d.Next()
	if err != nil {
		return Event{}, err
	}
	e := v.Event()
	if e.Data == "FAULT" {
		e.Data = ""
	}
	return Event{e.Type, e.Data, e.LastEventID}, nil
}
`

var _ = Describe("The test file of the documentation", func() {
	nativetest.Specs("Parser", "FuzzRead", readerSource,
		MatchRegexp(`parse\.[a-z.-]+ \(must, parser\)`),
		ContainSubstring(`expected data "~", got ""`),
		ContainSubstring(`data:~\n`),
		MatchRegexp(`requirements: \[parse\.`),
	)
})
