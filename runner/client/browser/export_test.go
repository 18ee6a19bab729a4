package browser

import "time"

// Hasty shortens the driver's bounds of waiting.
func (o Options) Hasty(start, poll, patience, goodbye time.Duration) Options {
	o.times = times{start, poll, patience, goodbye}
	return o
}

// NameOf is the name and version in a User-Agent.
func NameOf(userAgent string) (string, string) {
	a := parseUserAgent(userAgent)
	return a.name, a.version
}

// VersionOf is the name and version in what a program prints.
func VersionOf(line string) (string, string) {
	a := parseVersion(line)
	return a.name, a.version
}

// Identify is the kind of a program, and where it is.
func Identify(name string) (string, string, error) {
	p, err := find(name)
	if err != nil {
		return "", "", err
	}
	return p.kind.name, p.path, nil
}
