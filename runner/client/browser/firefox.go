package browser

import (
	"encoding/json"
	"fmt"
	"os"
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
		prepare: prepareFirefox,
		version: plainVersion,
	}
}

func prepareFirefox(p *program, dir, url string, _ []string) (start, error) {
	profile, err := sub(dir, "profile")
	if err != nil {
		return start{}, err
	}
	if err := os.WriteFile(filepath.Join(profile, "user.js"), userJS(), 0o600); err != nil {
		return start{}, err
	}
	args := []string{"--headless", "--no-remote", "--new-instance", "--profile", profile, url}
	if runtime.GOOS == "windows" {
		args = append([]string{"--wait-for-browser"}, args...)
	}
	return start{path: p.path, args: args, env: []string{"MOZ_CRASHREPORTER_DISABLE=1"}}, nil
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
