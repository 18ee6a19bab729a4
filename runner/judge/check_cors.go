package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/gomega/types"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

const sameOriginOnly = "the server says nothing to other origins (no Access-Control-Allow-Origin)"

// corsConsistent: a browser can make sense of the CORS fields
// (https://fetch.spec.whatwg.org/#concept-cors-check).
func corsConsistent(_ cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		origins := c.Values("Access-Control-Allow-Origin")
		credentials := c.Get("Access-Control-Allow-Credentials")
		switch {
		case len(origins) == 0:
			return skipped(reports.SkipUnused, sameOriginOnly)
		case len(origins) > 1 || strings.ContainsAny(origins[0], ", "):
			return fmt.Errorf("one origin or * was expected in Access-Control-Allow-Origin, %q came", origins)
		case credentials != "" && credentials != "true":
			return fmt.Errorf("the field Access-Control-Allow-Credentials: true or none was expected, %q came", credentials)
		case credentials == "true" && origins[0] == "*":
			return fmt.Errorf("an origin was expected beside Access-Control-Allow-Credentials: true, * came, which no browser accepts with credentials")
		}
		return nil
	})
}

// preflightAllows: who lets other origins read the stream lets them send the
// field, too. A server for its own origin alone owes a preflight nothing, nor one
// for a field that the run does not send. The preflight itself never carries
// credentials (https://fetch.spec.whatwg.org/#cors-preflight-fetch).
func preflightAllows(k cases.Check, p *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		foreign, err := the(p, k.PreflightAllows.Where)
		if err != nil {
			return err
		}
		field := k.PreflightAllows.Field
		optional := strings.EqualFold(field, "Authorization") || strings.EqualFold(field, "Content-Type")
		switch {
		case len(foreign.Values("Access-Control-Allow-Origin")) == 0:
			return skipped(reports.SkipUnused, sameOriginOnly)
		case optional && len(foreign.Request.Values(field)) == 0:
			return skipped(reports.SkipUnused, "the run sends no %s, so nobody has to allow it", field)
		case c.Status/100 != 2:
			return fmt.Errorf("status 2xx was expected for the preflight, which carries no credentials; %d came", c.Status)
		}
		if origin := c.Get("Access-Control-Allow-Origin"); origin != "*" && !slices.Contains(c.Request.Values("Origin"), origin) {
			return fmt.Errorf("the field Access-Control-Allow-Origin with the origin of the preflight or * was expected, %q came", origin)
		}
		allowed := members(c.Values("Access-Control-Allow-Headers"))
		if slices.Contains(allowed, strings.ToLower(field)) || slices.Contains(allowed, "*") && starCovers(field, c) {
			return nil
		}
		return fmt.Errorf("%s was expected in Access-Control-Allow-Headers, which has %s", field, orNone(allowed))
	})
}

// starCovers tells whether * stands for a request header field: for all but
// Authorization, and for none beside credentials
// (https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name).
func starCovers(field string, c *transcript.Conn) bool {
	return !strings.EqualFold(field, "Authorization") && c.Get("Access-Control-Allow-Credentials") != "true"
}

// corsLike: an error can be read by whom the stream can be read, so that a client
// in a browser sees the status instead of a failed fetch.
func corsLike(k cases.Check, p *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		stream, err := the(p, k.CORSLike)
		if err != nil {
			return err
		}
		switch {
		case len(stream.Values("Access-Control-Allow-Origin")) == 0:
			return skipped(reports.SkipUnused, sameOriginOnly)
		case c.Status < 400:
			return skipped(reports.SkipUnused, "%s was answered with %d, which is no error", c.Name, c.Status)
		}
		for _, name := range []string{"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"} {
			if want, got := stream.Get(name), c.Get(name); want != "" && want != got {
				return fmt.Errorf("%s: %s was expected with status %d, as on the stream; %q came", name, want, c.Status, got)
			}
		}
		return nil
	})
}

// noCredentials: a stranger's page does not read the stream with the user's own
// cookies.
func noCredentials(_ cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		origin := c.Get("Access-Control-Allow-Origin")
		switch {
		case origin == "":
			return skipped(reports.SkipUnused, sameOriginOnly)
		case slices.Contains(c.Request.Values("Origin"), origin) && c.Get("Access-Control-Allow-Credentials") == "true":
			return fmt.Errorf("an origin that nobody knows was expected to read nothing with the user's cookies; Access-Control-Allow-Origin: %s came beside Access-Control-Allow-Credentials: true", origin)
		}
		return nil
	})
}
