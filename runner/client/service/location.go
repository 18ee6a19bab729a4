package service

import (
	"fmt"
	"net/url"
	"strings"
)

// at is the resource that a Location names. The protocol's own harness appends
// the Location to the service's URL, and so some services leave the path of
// that URL out of it; one that begins with this path is meant as HTTP means it,
// and so is everything else: http, https and relative references.
func at(base *url.URL, location string) (string, error) {
	u, err := url.Parse(location)
	if err != nil {
		return "", fmt.Errorf("the Location %q is no URL: %w", location, err)
	}
	from := *base
	path := strings.TrimRight(base.Path, "/")
	from.Path, from.RawPath, from.RawQuery = path+"/", "", ""
	if u.Scheme == "" && u.Host == "" && strings.HasPrefix(u.Path, "/") && !within(u.Path, path) {
		u.Path, u.RawPath = path+u.Path, ""
	}
	resource := from.ResolveReference(u)
	if resource.Host == "" || (resource.Scheme != "http" && resource.Scheme != "https") {
		return "", fmt.Errorf("the Location %q is no http URL", location)
	}
	return resource.String(), nil
}

// within reports whether a path is another one or below it.
func within(path, above string) bool {
	return path == above || strings.HasPrefix(path, above+"/")
}
