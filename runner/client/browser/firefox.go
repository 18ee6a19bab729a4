package browser

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// Firefox is the name of Firefox.
const Firefox = "firefox"

func firefox() *kind {
	return &kind{
		name:  Firefox,
		names: []string{"firefox-esr", "firefox"},
		files: map[string][]string{
			"darwin":  {"/Applications/Firefox.app/Contents/MacOS/firefox"},
			"windows": {`${ProgramFiles(x86)}\Mozilla Firefox\firefox.exe`, `${ProgramFiles}\Mozilla Firefox\firefox.exe`},
		},
		words:   []string{"firefox", "librewolf", "waterfox"},
		install: "install it (Debian: apt-get install firefox-esr)",
		trusts:  func() bool { return certutil() != "" },
		prepare: prepareFirefox,
		version: plainVersion,
	}
}

func prepareFirefox(p *program, dir string, on site) (start, error) {
	profile, err := sub(dir, "profile")
	if err != nil {
		return start{}, err
	}
	if err := os.WriteFile(filepath.Join(profile, "user.js"), userJS(), 0o600); err != nil {
		return start{}, err
	}
	if err := trust(profile, on.cert); err != nil {
		return start{}, err
	}
	args := []string{"--headless", "--no-remote", "--new-instance", "--profile", profile, on.url}
	if runtime.GOOS == "windows" {
		args = append([]string{"--wait-for-browser"}, args...)
	}
	return start{path: p.path, args: args, env: []string{"MOZ_CRASHREPORTER_DISABLE=1"}}, nil
}

// certutil is the path of NSS's tool for certificates, "" where it is not.
// Windows has another program of that name.
func certutil() string {
	if runtime.GOOS == "windows" {
		return ""
	}
	path, err := exec.LookPath("certutil")
	if err != nil {
		return ""
	}
	return path
}

// trust lets a profile trust the authority: Firefox has no option for it, and
// reads its own database alone.
func trust(profile, cert string) error {
	tool := certutil()
	if tool == "" || cert == "" {
		return nil
	}
	db := "sql:" + profile
	for _, args := range [][]string{
		{"-N", "-d", db, "--empty-password"},
		{"-A", "-d", db, "-n", "ssecheck", "-t", "C,,", "-i", cert},
	} {
		if out, err := exec.Command(tool, args...).CombinedOutput(); err != nil {
			return fmt.Errorf("%s %s: %w: %s", tool, strings.Join(args, " "), err, out)
		}
	}
	return nil
}

// userJS is a profile's settings: no page but ours, no updates, no telemetry,
// nothing asked of the network. How event sources behave is left as it is.
func userJS() []byte {
	var lines []string
	for name, value := range firefoxSettings {
		encoded, err := json.Marshal(value)
		if err != nil {
			panic(err) // texts, numbers and booleans can be encoded
		}
		lines = append(lines, fmt.Sprintf("user_pref(%q, %s);\n", name, encoded))
	}
	slices.Sort(lines)
	return []byte(strings.Join(lines, ""))
}

var firefoxSettings = map[string]any{
	"app.normandy.enabled":                                        false,
	"app.update.auto":                                             false,
	"app.update.background.enabled":                               false,
	"app.update.url":                                              "",
	"browser.aboutwelcome.enabled":                                false,
	"browser.discovery.enabled":                                   false,
	"browser.newtabpage.enabled":                                  false,
	"browser.region.network.url":                                  "",
	"browser.region.update.enabled":                               false,
	"browser.safebrowsing.blockedURIs.enabled":                    false,
	"browser.safebrowsing.downloads.enabled":                      false,
	"browser.safebrowsing.malware.enabled":                        false,
	"browser.safebrowsing.phishing.enabled":                       false,
	"browser.search.update":                                       false,
	"browser.sessionstore.resume_from_crash":                      false,
	"browser.shell.checkDefaultBrowser":                           false,
	"browser.startup.homepage":                                    "about:blank",
	"browser.startup.homepage_override.mstone":                    "ignore",
	"browser.startup.page":                                        0,
	"browser.topsites.contile.enabled":                            false,
	"browser.uitour.enabled":                                      false,
	"datareporting.healthreport.uploadEnabled":                    false,
	"datareporting.policy.dataSubmissionEnabled":                  false,
	"datareporting.policy.dataSubmissionPolicyBypassNotification": true,
	"dom.push.connection.enabled":                                 false,
	"extensions.getAddons.cache.enabled":                          false,
	"extensions.systemAddon.update.enabled":                       false,
	"extensions.update.enabled":                                   false,
	"geo.enabled":                                                 false,
	"media.gmp-manager.updateEnabled":                             false,
	"media.gmp-manager.url":                                       "",
	"network.captive-portal-service.enabled":                      false,
	"network.connectivity-service.enabled":                        false,
	"network.dns.disablePrefetch":                                 true,
	"network.http.speculative-parallel-limit":                     0,
	"network.prefetch-next":                                       false,
	"network.proxy.type":                                          0,
	"network.trr.mode":                                            5,
	"security.OCSP.enabled":                                       0,
	"security.remote_settings.crlite_filters.enabled":             false,
	"security.remote_settings.intermediates.enabled":              false,
	"services.settings.server":                                    "data:,",
	"toolkit.startup.max_resumed_crashes":                         -1,
	"toolkit.telemetry.enabled":                                   false,
	"toolkit.telemetry.server":                                    "data:,",
	"toolkit.telemetry.unified":                                   false,
	"trailhead.firstrun.didSeeAboutWelcome":                       true,
}
