package mutants

import (
	"context"
	"net"
	"net/http"
	"time"

	"github.com/ssecheck/ssecheck/runner/refserver"
)

// A ServerMutant is the reference server, broken in one way.
type ServerMutant struct {
	Name string
	// Requirement is the one that it breaks.
	Requirement string
	// Sentence says how.
	Sentence string
	// Wrap breaks the handler of the reference server.
	Wrap func(http.Handler) http.Handler
	// Serve, instead of Wrap, is a server of its own, for what net/http does
	// not let a handler do. It returns when ctx is done.
	Serve func(ctx context.Context, l net.Listener)
	// Period is the ticker's, where the fault shows only at another than
	// [ServerPeriod].
	Period time.Duration
	// Observe is how long the fault takes to show, where that is long.
	Observe time.Duration
	// Header is what a run must send for the fault to show.
	Header http.Header
	// HTTP is the version that the fault is in; "" is HTTP/1.1.
	HTTP string
}

// ServerPeriod is the period of the reference server below a mutant.
const ServerPeriod = 20 * time.Millisecond

// ServerPath is where a mutant serves its stream.
const ServerPath = "/ticker"

// Start serves the mutant on a free port of the loopback interface. Close ends
// it and waits for all it started.
func (m ServerMutant) Start(ctx context.Context) (url string, closer func(), err error) {
	if m.Serve != nil {
		return m.startOwn(ctx)
	}
	period := m.Period
	if period == 0 {
		period = ServerPeriod
	}
	ticker := refserver.New(refserver.Options{Period: period, WriteTimeout: 2 * time.Second})
	var h http.Handler = ticker
	if m.Wrap != nil {
		h = m.Wrap(h)
	}
	l, err := refserver.Serve(ctx, "127.0.0.1:0", h, nil)
	if err != nil {
		_ = ticker.Close()
		return "", nil, err
	}
	return l.URL + ServerPath, func() {
		_ = l.Close()
		_ = ticker.Close()
	}, nil
}

func (m ServerMutant) startOwn(ctx context.Context) (url string, closer func(), err error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		m.Serve(ctx, l)
	}()
	return "http://" + l.Addr().String() + ServerPath, func() {
		stop()
		_ = l.Close()
		<-done
	}, nil
}

// Servers lists the mutants of the reference server.
func Servers() []ServerMutant {
	var all []ServerMutant
	for _, list := range [][]ServerMutant{
		headMutants(), methodMutants(), negotiationMutants(), wireMutants(),
		corsMutants(), finiteMutants(), refusalMutants(),
		deliveryMutants(), gzipMutants(), resumeMutants(), hostileMutants(), framingMutants(), lifeMutants(), http2Mutants(),
		crowdMutants(), returnMutants(), soakMutants(), oddMutants(),
	} {
		all = append(all, list...)
	}
	return all
}
