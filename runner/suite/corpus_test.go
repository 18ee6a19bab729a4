package suite_test

import (
	"context"
	"errors"
	"time"

	. "github.com/onsi/ginkgo/v2"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/refparser"
	"github.com/ssecheck/ssecheck/runner/refserver"
	"github.com/ssecheck/ssecheck/runner/server"
	"github.com/ssecheck/ssecheck/runner/suite"
)

// The corpus against the embedded subjects: a spec per case, with its labels.
var _ = Describe("the reference parser", func() {
	suite.Describe(reports.RoleParser, func() runner.Subject { return refparser.New() }, suite.Strict())
})

var _ = Describe("the reference server", func() {
	suite.Describe(reports.RoleServer, func() runner.Subject { return &tickerSubject{} })
})

// tickerSubject is the driver of the role server on a ticker of its own.
type tickerSubject struct {
	*server.Server
	ticker *refserver.Listener
}

// Start starts the ticker, then the driver.
func (s *tickerSubject) Start(ctx context.Context) error {
	ticker, err := refserver.Start(ctx, "127.0.0.1:0", refserver.Options{Period: 20 * time.Millisecond})
	if err != nil {
		return err
	}
	s.ticker, s.Server = ticker, server.New(ticker.URL+"/ticker", server.Options{})
	return s.Server.Start(ctx)
}

// Close ends the driver, then the ticker.
func (s *tickerSubject) Close() error {
	if s.ticker == nil {
		return nil
	}
	return errors.Join(s.Server.Close(), s.ticker.Close())
}
