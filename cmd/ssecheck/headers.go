package main

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// headers are what -H asks for.
type headers struct {
	fields http.Header
	// secretNames and secrets are the names and values of which a part came
	// from the environment: no report may hold them.
	secretNames, secrets []string
}

// variable is ${NAME} in a header's value.
var variable = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// parseHeaders reads 'Name: value' pairs. An empty value removes a field that
// ssecheck would send by itself.
func (a *app) parseHeaders(pairs []string) (headers, error) {
	h := headers{fields: http.Header{}}
	for _, pair := range pairs {
		name, value, ok := strings.Cut(pair, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !ok || !httpguts.ValidHeaderFieldName(name) {
			return h, usageError("-H %q is no header; write -H 'Name: value'", pair)
		}
		expanded, secret, err := a.expand(value)
		if err != nil {
			return h, usageError("-H '%s': %w", pair, err)
		}
		if !httpguts.ValidHeaderFieldValue(expanded) {
			return h, usageError("the value of -H '%s' holds a control character; no header may", pair)
		}
		if len(secret) > 0 {
			h.secretNames = append(h.secretNames, name)
			h.secrets = append(h.secrets, secret...)
		}
		h.fields.Add(name, expanded)
	}
	return h, nil
}

// expand puts the environment's values in the place of ${NAME}, and returns
// these values, too.
func (a *app) expand(text string) (expanded string, values []string, err error) {
	expanded = variable.ReplaceAllStringFunc(text, func(found string) string {
		name := variable.FindStringSubmatch(found)[1]
		value, ok := a.getenv(name)
		if !ok {
			err = usageError("the environment has no %s; set it, or take ${%s} out", name, name)
			return found
		}
		values = append(values, value)
		return value
	})
	return expanded, values, err
}

// expandURL puts the environment's values in the place of ${NAME} in a URL,
// written as a URL has them. The values come in both spellings.
func (a *app) expandURL(text string) (expanded string, values []string, err error) {
	expanded = variable.ReplaceAllStringFunc(text, func(found string) string {
		value, secret, wrong := a.expand(found)
		if wrong != nil {
			err = wrong
			return found
		}
		escaped := strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
		values = append(append(values, secret...), escaped)
		return escaped
	})
	return expanded, values, err
}
