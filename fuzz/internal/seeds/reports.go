package seeds

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/parser"
	"github.com/ssecheck/ssecheck/runner/refparser"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// jsonReports are reports, one for each suite of streams: of its first case, on a
// parser that is right and on one that says nothing.
func jsonReports(c *cases.Corpus) ([]Seed, error) {
	catalogue, err := requirements.Default()
	if err != nil {
		return nil, err
	}
	all := []Seed{{[]byte(`{"schema": "ssecheck.report/v1", "verdict": "compliant"}`)}, {[]byte(`{}`)}}
	suite := ""
	for _, c := range c.Cases() {
		if v := cases.OneShotVariants(c); c.Suite == suite || len(v) == 0 || v[0].Open {
			continue
		}
		suite = c.Suite
		report, err := reportOn(c, catalogue)
		if err != nil {
			return nil, fmt.Errorf("a report on %s: %w", c.Name(), err)
		}
		if len(report) <= MaxFile {
			all = append(all, Seed{report})
		}
	}
	return all, nil
}

func reportOn(c *cases.Case, catalogue *requirements.Catalogue) ([]byte, error) {
	options := runner.Options{
		Subjects: []runner.Subject{
			brief{refparser.New()},
			brief{parser.Func("silent", func(r io.Reader, _ parser.Sink) error {
				_, err := io.Copy(io.Discard, r)
				return err
			})},
		},
		Cases: []*cases.Case{c},
		Tool:  reports.Tool{Name: "ssecheck", Version: "seed", Corpus: "seed"},
	}
	for _, id := range c.Requirements {
		if r, ok := catalogue.Get(id); ok {
			options.Catalogue = append(options.Catalogue, r)
		}
	}
	report, err := runner.Run(context.Background(), options)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = reports.WriteJSON(&b, report)
	return b.Bytes(), err
}

// brief is a parser that plays a case in one variant.
type brief struct{ *parser.Function }

func (brief) Variants(c *cases.Case) []cases.Variant { return cases.OneShotVariants(c)[:1] }
