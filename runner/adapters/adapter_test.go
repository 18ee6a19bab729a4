package adapters_test

import (
	"os"
	"os/exec"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// An adapter makes the command that starts it, or skips the test.
type adapter interface{ command(ctx SpecContext) string }

// npmAdapter is adapter.mjs, or the server.mjs of a server, in a folder whose npm
// package is installed.
type npmAdapter struct{ folder, pkg string }

func npm(pkg string) func(folder string) adapter {
	return func(folder string) adapter { return npmAdapter{folder, pkg} }
}

func (a npmAdapter) command(SpecContext) string {
	GinkgoHelper()
	a.installed()
	program := filepath.Join(a.folder, "server.mjs")
	if _, err := os.Stat(program); err != nil {
		program = filepath.Join(a.folder, "adapter.mjs")
	}
	return "node " + program
}

func (a npmAdapter) installed() {
	GinkgoHelper()
	if _, err := exec.LookPath("node"); err != nil {
		lack("node is missing: install Node.js 20 or newer")
	}
	if _, err := os.Stat(filepath.Join(a.folder, "node_modules", a.pkg)); err != nil {
		lack("the npm package is missing: run npm ci in runner/adapters/" + a.folder)
	}
}

// goModule is a folder with a module of its own.
type goModule struct{ folder string }

func module(folder string) adapter { return goModule{folder} }

func (a goModule) command(ctx SpecContext) string {
	GinkgoHelper()
	program := filepath.Join(GinkgoT().TempDir(), "adapter")
	build := exec.CommandContext(ctx, "go", "build", "-o", program, ".")
	build.Dir = a.folder
	if out, err := build.CombinedOutput(); err != nil {
		download := exec.CommandContext(ctx, "go", "mod", "download")
		download.Dir = a.folder
		if why, missing := download.CombinedOutput(); missing != nil {
			lack("the Go modules of runner/adapters/" + a.folder + " cannot be had: " + string(why))
		}
		Expect(err).NotTo(HaveOccurred(), "%s", out)
	}
	return "'" + program + "'"
}
