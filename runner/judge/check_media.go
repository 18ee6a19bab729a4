package judge

import (
	"fmt"
	"mime"
	"strings"

	"github.com/onsi/gomega/types"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// contentType: the response has this media type.
func contentType(k cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		values := c.Values("Content-Type")
		if len(values) == 0 {
			return fmt.Errorf("the field Content-Type: %s was expected, there is none", k.ContentType)
		}
		if c.MediaType() != strings.ToLower(k.ContentType) {
			return fmt.Errorf("the field Content-Type: %s was expected, %q came", k.ContentType, values[0])
		}
		return nil
	})
}

// charset: the charset parameter, where there is one, is this. The whole value
// must be readable by the rules of HTTP for that, but an empty parameter, as in
// a trailing semicolon, is one (https://httpwg.org/specs/rfc9110.html#parameter).
func charset(k cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		value := c.Get("Content-Type")
		if value == "" {
			return fmt.Errorf("a Content-Type was expected, there is none")
		}
		_, parameters, err := mime.ParseMediaType(value)
		if err != nil {
			return fmt.Errorf("a media type written by the rules of HTTP was expected, %q came: %w", value, err)
		}
		if got, given := parameters["charset"]; given && !strings.EqualFold(got, k.Charset) {
			return fmt.Errorf("charset=%s or none was expected, %q came", k.Charset, value)
		}
		return nil
	})
}
