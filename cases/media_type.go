package cases

import "strings"

// eventStream is the media type of event streams.
const eventStream = "text/event-stream"

// essence is what the Content-Type values of a response come to, parameters
// aside: of several the last that can be parsed
// (https://fetch.spec.whatwg.org/#concept-header-extract-mime-type), "" when
// none can.
func essence(values []string) string {
	last := ""
	for _, value := range values {
		for _, member := range listMembers(value) {
			if parsed := mimeEssence(member); parsed != "" && parsed != "*/*" {
				last = parsed
			}
		}
	}
	return last
}

// listMembers cuts a field value at its commas, those in quotes aside.
func listMembers(value string) []string {
	var members []string
	start, quoted := 0, false
	for i := 0; i < len(value); i++ {
		switch {
		case quoted && value[i] == '\\':
			i++
		case value[i] == '"':
			quoted = !quoted
		case value[i] == ',' && !quoted:
			members = append(members, value[start:i])
			start = i + 1
		}
	}
	return append(members, value[start:])
}

// mimeEssence is type/subtype in lower case, "" where the text is no media type
// (https://mimesniff.spec.whatwg.org/#parse-a-mime-type).
func mimeEssence(text string) string {
	const space = "\t\n\r "
	text, _, _ = strings.Cut(strings.Trim(text, space), ";")
	kind, sub, ok := strings.Cut(strings.TrimRight(text, space), "/")
	if !ok || !isToken(kind) || !isToken(sub) {
		return ""
	}
	return strings.ToLower(kind + "/" + sub)
}

// isToken says that the text is a token, such as the name of a field
// (RFC 9110, section 5.6.2).
func isToken(text string) bool {
	for i := range len(text) {
		c := text[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		case strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0:
		default:
			return false
		}
	}
	return text != ""
}
