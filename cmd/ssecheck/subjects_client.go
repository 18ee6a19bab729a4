package main

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/client/browser"
	"github.com/ssecheck/ssecheck/runner/client/command"
	"github.com/ssecheck/ssecheck/runner/client/service"
)

// clients makes a subject of each --client, --client-service and --browser.
func (s *subjects) clients(a *app, f *runFlags) error {
	for _, line := range f.clients {
		if strings.TrimSpace(line) == "" {
			return usageError("--client is empty; it is the command that starts your client's adapter, or your client with {url} in place of its URL")
		}
		s.all = append(s.all, client.New(command.New(line, f.adapter.clientOptions())))
	}
	for _, address := range f.services {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			return usageError("--client-service %q is no URL of a test service; write it as http://HOST:PORT", address)
		}
		s.all = append(s.all, client.New(service.New(address, service.Options{})))
	}
	for _, name := range f.browsers {
		if strings.TrimSpace(name) == "" {
			return usageError("--browser is empty; it is chromium, firefox, webkit, the path of a browser, or manual")
		}
		s.all = append(s.all, client.New(browser.New(name, browser.Options{Say: a.say})))
	}
	return nil
}

// say tells the user something meanwhile.
func (a *app) say(text string) { fmt.Fprintf(a.stderr, "ssecheck: %s\n", reports.Line(text)) }

// clientOptions takes 0 restarts for what it says: none.
func (b adapterFlags) clientOptions() command.Options {
	o := command.Options{MaxLine: b.maxLine, Restarts: b.restarts}
	if b.restarts <= 0 {
		o.Restarts = -1
	}
	return o
}
