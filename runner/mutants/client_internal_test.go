package mutants

import (
	"reflect"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/refclient"
)

var _ = Describe("A fault of the client", func() {
	It("replaces a rule, and few of them", func() {
		for _, f := range clientFaults() {
			replaced := 0
			sound, faulty := reflect.ValueOf(refclient.Sound()), reflect.ValueOf(f.rules())
			for i := range sound.NumField() {
				if !same(sound.Field(i), faulty.Field(i)) {
					replaced++
				}
			}
			Expect(replaced).To(And(BeNumerically(">", 0), BeNumerically("<=", 5)), f.name)
		}
	})

	It("of the parser is one that the parser has", func() {
		Expect(parsedFaults()).To(HaveLen(len(reaching)))
	})
})

// same says that two rules are the same function, or the same number.
func same(a, b reflect.Value) bool {
	if a.Kind() == reflect.Func {
		return a.Pointer() == b.Pointer()
	}
	return a.Equal(b)
}
