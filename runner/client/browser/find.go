package browser

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"
)

// A kind is a family of browsers that are started in the same way.
type kind struct {
	// name is what users call it.
	name string
	// names are the programs, as they are looked for in PATH.
	names []string
	// files are where it is else, by system; they may be patterns.
	files map[string][]string
	// words are what its members have in their file's name or their --version.
	words []string
	// install says how to get it.
	install string
	// trusts tells whether it can be made to trust our certificates, so that it
	// speaks TLS and HTTP/2 to us.
	trusts func() bool
	// credulous: it does so by taking any certificate.
	credulous bool
	// prepare makes the profile below dir and says how to start the program.
	prepare func(p *program, dir string, on site) (start, error)
	// grace is how long it may take to tidy up what is outside of its folder; 0
	// kills it at once.
	grace time.Duration
	// version starts the program to print its version.
	version func(p *program) (path string, args []string)
}

// A program is a browser that was found.
type program struct {
	kind *kind
	path string
}

// site is what a browser is started on.
type site struct {
	url string // the page
	// hosts are all that it may talk to, without port.
	hosts []string
	// cert is the file of the authority's certificate; "" when there is none.
	cert string
}

// start is a command line.
type start struct {
	path string
	args []string
	env  []string
}

// kinds are the families.
func kinds() []*kind { return []*kind{chromium(), firefox(), webkit()} }

// Find says what is missing for a browser, one of [Names] or a path: nil when it
// can be started.
func Find(name string) error {
	if name == Manual {
		return nil
	}
	_, err := find(name)
	return err
}

// find finds a browser by its name, or at a path.
func find(name string) (*program, error) {
	for _, k := range kinds() {
		if k.name == name {
			return k.find()
		}
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return nil, fmt.Errorf("browser: %q is none of %s, and no program: %w", name, strings.Join(Names(), ", "), err)
	}
	return identify(path)
}

// find looks for a browser of the kind.
func (k *kind) find() (*program, error) {
	for _, name := range k.names {
		if path, err := exec.LookPath(name); err == nil {
			return &program{kind: k, path: path}, nil
		}
	}
	for _, pattern := range k.files[runtime.GOOS] {
		found, err := filepath.Glob(os.ExpandEnv(pattern))
		if err == nil && len(found) > 0 {
			return &program{kind: k, path: found[len(found)-1]}, nil
		}
	}
	tried := strings.Join(k.names, ", ") + " in PATH (" + os.Getenv("PATH") + ")"
	if files := k.files[runtime.GOOS]; len(files) > 0 {
		tried += ", " + strings.Join(files, ", ")
	}
	return nil, fmt.Errorf("browser: %s was not found; tried %s; %s, or give the path of its program", k.name, tried, k.install)
}

// identify finds out of what kind the program is: by its name, else by what it
// says of itself.
func identify(path string) (*program, error) {
	if k := kindOf(filepath.Base(path)); k != nil {
		return &program{kind: k, path: path}, nil
	}
	said := firstLine(context.Background(), path, []string{"--version"})
	if k := kindOf(said); k != nil {
		return &program{kind: k, path: path}, nil
	}
	return nil, fmt.Errorf("browser: of what kind %s is, is not known: neither its name nor its --version (%.80q) "+
		"names chromium, firefox or webkit; open the page in it by hand with --browser %s", path, said, Manual)
}

func kindOf(text string) *kind {
	text = strings.ToLower(text)
	for _, k := range kinds() {
		for _, word := range k.words {
			if strings.Contains(text, word) {
				return k
			}
		}
	}
	return nil
}

// agent is a browser's name and version.
type agent struct{ name, version string }

// versionTime is how long a program may take to print its version.
const versionTime = 20 * time.Second

// version is what the program says of itself; empty when it does not.
func (p *program) version(ctx context.Context) agent {
	path, args := p.kind.version(p)
	return parseVersion(firstLine(ctx, path, args))
}

// firstLine is the first line that a program prints. On Windows browsers open a
// window instead, so that none is asked there.
func firstLine(ctx context.Context, path string, args []string) string {
	if runtime.GOOS == "windows" {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, versionTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.WaitDelay = time.Second
	out, err := cmd.Output()
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(out), "\n")
	return line
}

// plainVersion is the version of most programs.
func plainVersion(p *program) (string, []string) { return p.path, []string{"--version"} }

var versionForm = regexp.MustCompile(`^(?:Mozilla )?(\D+?)\s+v?(\d[\w.+-]*)`)

// parseVersion reads the likes of "Chromium 140.0.7339.80 built on Debian".
func parseVersion(line string) agent {
	found := versionForm.FindStringSubmatch(strings.TrimSpace(line))
	if found == nil {
		return agent{}
	}
	return agent{found[1], found[2]}
}

// agentForms tell browsers apart by their User-Agent. The order counts: most
// claim to be others too.
var agentForms = []struct {
	name string
	form *regexp.Regexp
}{
	{"Edge", regexp.MustCompile(`\bEdg(?:e|A|iOS)?/([\d.]+)`)},
	{"Opera", regexp.MustCompile(`\bOPR/([\d.]+)`)},
	{"Samsung Internet", regexp.MustCompile(`\bSamsungBrowser/([\d.]+)`)},
	{"Firefox", regexp.MustCompile(`\b(?:Firefox|FxiOS)/([\d.]+)`)},
	{"Chrome", regexp.MustCompile(`\b(?:HeadlessChrome|Chrome|CriOS)/([\d.]+)`)},
	{"Safari", regexp.MustCompile(`\bVersion/([\d.]+).* Safari/`)},
}

// parseUserAgent names the browser by its User-Agent.
func parseUserAgent(text string) agent {
	for _, a := range agentForms {
		if found := a.form.FindStringSubmatch(text); found != nil {
			return agent{a.name, found[1]}
		}
	}
	return agent{"a browser", ""}
}

// command makes what the browser needs below dir and says how to start it. Its
// temporary files go there too.
func (p *program) command(dir string, on site) (start, error) {
	temp, err := sub(dir, "tmp")
	if err != nil {
		return start{}, err
	}
	s, err := p.kind.prepare(p, dir, on)
	s.env = append(s.env, "TMPDIR="+temp, "TMP="+temp, "TEMP="+temp)
	return s, err
}

// names are the hosts without their ports, each once.
func names(hosts []string) []string {
	found := []string{"localhost"}
	for _, host := range hosts {
		name, _, err := net.SplitHostPort(host)
		if err == nil && !slices.Contains(found, name) {
			found = append(found, name)
		}
	}
	return found
}
