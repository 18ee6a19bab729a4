package browser

import "strings"

// Chromium is the name of Chromium, Google Chrome and their relatives.
const Chromium = "chromium"

func chromium() *kind {
	return &kind{
		name:  Chromium,
		names: []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge"},
		files: map[string][]string{
			"darwin": {
				"/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
				"/Applications/Chromium.app/Contents/MacOS/Chromium",
				"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
			},
			"windows": {
				`${ProgramFiles(x86)}\Microsoft\Edge\Application\msedge.exe`,
				`${LocalAppData}\Chromium\Application\chrome.exe`,
				`${ProgramFiles}\Google\Chrome\Application\chrome.exe`,
			},
		},
		words:     []string{"chrom", "msedge", "microsoft edge", "microsoft-edge", "brave", "opera", "vivaldi"},
		install:   "install it (Debian: apt-get install chromium)",
		trusts:    func() bool { return true },
		credulous: true,
		prepare:   prepareChromium,
		version:   plainVersion,
	}
}

// prepareChromium: the profile is new, so that nothing of a user's is read. The
// sandbox is off, since it cannot be had as root nor in most containers, and the
// browser reaches no host but the given ones, whose pages are our own. For the
// same reason it need not look at certificates.
func prepareChromium(p *program, dir string, on site) (start, error) {
	profile, err := sub(dir, "profile")
	if err != nil {
		return start{}, err
	}
	rules := "MAP * ~NOTFOUND"
	for _, host := range on.hosts {
		rules += ", EXCLUDE " + strings.Trim(host, "[]")
	}
	return start{path: p.path, args: []string{
		"--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
		"--no-first-run", "--no-default-browser-check", "--disable-default-apps",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
		"--disable-breakpad", "--metrics-recording-only", "--mute-audio", "--password-store=basic", "--use-mock-keychain",
		"--disable-background-timer-throttling", "--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding",
		"--no-proxy-server", "--host-resolver-rules=" + rules, "--ignore-certificate-errors",
		"--window-size=1100,900", "--user-data-dir=" + profile, on.url,
	}}, nil
}
