package judge

import (
	"fmt"
	"strings"

	"github.com/onsi/gomega/types"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// status: the response has one of these status codes.
func status(k cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		code := fmt.Sprint(c.Status)
		for _, s := range k.Status {
			if s == code || strings.TrimSuffix(s, "xx") == code[:1] {
				return nil
			}
		}
		return fmt.Errorf("status %s was expected, %s came", strings.Join(k.Status, " or "), code)
	})
}
