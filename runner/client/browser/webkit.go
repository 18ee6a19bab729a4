package browser

import (
	"errors"
	"os"
	"os/exec"
	"time"
)

// WebKit is the name of WebKitGTK's MiniBrowser, the WebKit that can be started
// on any Linux.
const WebKit = "webkit"

func webkit() *kind {
	return &kind{
		name:  WebKit,
		names: []string{"MiniBrowser"},
		files: map[string][]string{"linux": {
			"/usr/lib/*/webkit2gtk-4.0/MiniBrowser", "/usr/lib/*/webkit2gtk-4.1/MiniBrowser", "/usr/lib/*/webkitgtk-6.0/MiniBrowser",
			"/usr/libexec/webkit2gtk-4.1/MiniBrowser", "/usr/libexec/webkitgtk-6.0/MiniBrowser",
		}},
		words: []string{"minibrowser", "webkit"},
		install: "install it (Debian: apt-get install libwebkit2gtk-4.1-0 webkit2gtk-driver xvfb xauth dbus), " +
			"open the page in Safari by hand with --browser " + Manual,
		grace:     time.Second, // Xvfb removes its lock
		trusts:    func() bool { return true },
		credulous: true,
		prepare:   prepareWebKit,
		version: func(p *program) (string, []string) {
			path, args, err := onScreen(p.path, "--version")
			if err != nil {
				return p.path, []string{"--version"}
			}
			return path, args
		},
	}
}

func prepareWebKit(p *program, _ string, on site) (start, error) {
	path, args, err := onScreen(p.path, "--private", "--ignore-tls-errors", on.url)
	return start{path: path, args: args, env: []string{
		"WEBKIT_DISABLE_COMPOSITING_MODE=1", "WEBKIT_DISABLE_DMABUF_RENDERER=1", "LIBGL_ALWAYS_SOFTWARE=1",
		"NO_AT_BRIDGE=1", "GIO_USE_VFS=local", "GSETTINGS_BACKEND=memory", "no_proxy=*",
	}}, err
}

// onScreen is the command line that gives a program a screen that nobody sees:
// MiniBrowser has no mode without one. Where none can be made the user's is used.
func onScreen(path string, args ...string) (string, []string, error) {
	xvfb, err := exec.LookPath("xvfb-run")
	if err == nil {
		return xvfb, append([]string{"-a", "-s", "-screen 0 1100x900x24 -nolisten tcp", path}, args...), nil
	}
	if os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != "" {
		return path, args, nil
	}
	return "", nil, errors.New("it needs a screen: there is no xvfb-run in PATH to make one (apt-get install xvfb xauth), and no DISPLAY")
}
