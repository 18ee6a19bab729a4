package emitfuzz_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/nativetest"
)

// An encoder in a module of its own, whose test file is the one that the documentation
// shows. It loses the tilde, which no seed holds.
const encoderSource = `package sse

import (
	"fmt"
	"io"
	"strings"
)

type Event struct {
	Type, Data, ID string
	HasID          bool
	Retry          *int
}

func Encode(w io.Writer, e Event) error {
	if strings.ContainsAny(e.Type+e.ID, "\r\n") || strings.Contains(e.ID, "\x00") || e.Retry != nil && *e.Retry < 0 {
		return fmt.Errorf("a line break, a NUL or a negative time")
	}
	var b strings.Builder
	if e.Type != "" {
		fmt.Fprintf(&b, "event: %s\n", e.Type)
	}
	if e.HasID {
		fmt.Fprintf(&b, "id: %s\n", e.ID)
	}
	if e.Retry != nil {
		fmt.Fprintf(&b, "retry: %d\n", *e.Retry)
	}
	data := strings.NewReplacer("\r\n", "\n", "\r", "\n", "FAULT", "").Replace(e.Data)
	for _, line := range strings.Split(data, "\n") {
		fmt.Fprintf(&b, "data: %s\n", line)
	}
	_, err := io.WriteString(w, strings.ToValidUTF8(b.String(), "\uFFFD")+"\n")
	return err
}
`

var _ = Describe("The test file of the documentation", func() {
	nativetest.Specs("Encoder", "FuzzEncode", encoderSource,
		ContainSubstring("format.data.exact (must, format)"),
		ContainSubstring("Data that is given to an encoder comes back"),
		ContainSubstring(`{data: "~"}`),
		ContainSubstring("requirements: [format.data.exact]"),
	)
})
