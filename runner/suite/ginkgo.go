package suite

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/onsi/ginkgo/v2"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/selection"
)

// Describe turns every case of the role into an It with its labels (those of
// the case file, its level, its area), so that ginkgo -p --label-filter works.
// Call it inside a Describe container, while the tree is built:
//
//	var _ = Describe("my server", func() {
//		suite.Describe(reports.RoleServer, func() runner.Subject { return server.New(url(), server.Options{}) })
//	})
//
// Each process makes and starts a subject of its own when its first case runs,
// and closes it a moment after the last one that runs there.
//
// Options that cannot be read, and a selection without a case, panic: Ginkgo
// shows where.
func Describe(role reports.Role, subject func() runner.Subject, opts ...Option) {
	b, err := open(opts)
	if err != nil {
		panic(fmt.Sprintf("suite.Describe: %v", err))
	}
	own := runner.CasesOf(role, b.cases)
	if len(own) == 0 {
		panic(fmt.Sprintf("suite.Describe: no case for the role %s is selected", role))
	}
	l := &lazy{make: subject}
	for _, c := range own {
		ginkgo.It(c.Name(), ginkgo.Label(selection.Labels(c)...), func(ctx ginkgo.SpecContext) {
			s, slots := l.take(ctx)
			ginkgo.DeferCleanup(l.give)
			endSpec(b, c, s.Info(), b.play(ctx, s, c, slots))
		})
	}
}

// endSpec ends a spec.
func endSpec(b *book, c *cases.Case, info runner.Info, r reports.Result) {
	ginkgo.GinkgoHelper()
	switch how, text := b.end(c, info, r); {
	case how == fails:
		ginkgo.Fail(text)
	case how == skips:
		ginkgo.Skip(text)
	case text != "":
		ginkgo.GinkgoWriter.Println(text)
	}
}

// linger is how long a subject stays started between two specs.
const linger = time.Second

// lazy is the subject of this process: started when the first spec takes it,
// closed when none has taken it again for a moment after the last. Ginkgo has
// no hook for the end of a container's specs in one process.
type lazy struct {
	make func() runner.Subject

	mu      sync.Mutex
	subject runner.Subject
	slots   runner.Slots
	users   int
	closing *time.Timer
}

// take returns the subject, started.
func (l *lazy) take(ctx context.Context) (runner.Subject, runner.Slots) {
	ginkgo.GinkgoHelper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.subject == nil {
		s := l.make()
		if err := s.Start(context.WithoutCancel(ctx)); err != nil {
			_ = s.Close()
			ginkgo.Fail(err.Error())
		}
		l.subject, l.slots = s, runner.NewSlots(runner.Pace(s))
	}
	if l.closing != nil {
		l.closing.Stop()
	}
	l.users++
	return l.subject, l.slots
}

// give says that a spec is done with the subject.
func (l *lazy) give() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.users--; l.users == 0 {
		l.closing = time.AfterFunc(linger, l.close)
	}
}

// close closes a subject that nobody uses.
func (l *lazy) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.users > 0 || l.subject == nil {
		return
	}
	if err := l.subject.Close(); err != nil { // it belongs to no spec, and may be after the last
		fmt.Fprintf(os.Stderr, "ssecheck: outside any case: %s\n", reports.Line(err.Error()))
	}
	l.subject = nil
}
