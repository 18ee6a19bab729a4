package goserver

import (
	"net/http"
	"sync"
)

// A Broadcast is a library that publishes to subscribers, with the one subscriber
// of a script.
type Broadcast[M any] struct {
	// Handler serves the subscriber. It flushes once when it has subscribed it,
	// and once for each message.
	Handler http.Handler
	Publish func(M)
	// End makes the handler return once it has written what was published.
	End func()
}

// Serve plays a script: each message is published when the last one was flushed,
// so that no queue of the library is ever full. It returns when the handler has
// returned and nothing is published any more.
func (b Broadcast[M]) Serve(w http.ResponseWriter, r *http.Request, play Play[M]) {
	watched := &flushes{ResponseWriter: w, seen: make(chan struct{}, 1)}
	served := make(chan struct{})
	flushed := func() error {
		select {
		case <-watched.seen:
			return nil
		case <-served:
			return errGone
		}
	}

	var playing sync.WaitGroup
	playing.Go(func() {
		defer b.End()
		if flushed() != nil {
			return
		}
		play(func(m M) error {
			b.Publish(m)
			return flushed()
		})
	})
	b.Handler.ServeHTTP(watched, r)
	close(served)
	playing.Wait()
}

// flushes tells of each flush, and changes nothing.
type flushes struct {
	http.ResponseWriter
	seen chan struct{}
}

// Flush flushes.
func (f *flushes) Flush() {
	f.ResponseWriter.(http.Flusher).Flush()
	select {
	case f.seen <- struct{}{}:
	default: // more than one for a message
	}
}

// CloseNotify is deprecated, and donovanhide's handler asks for it.
func (f *flushes) CloseNotify() <-chan bool {
	//lint:ignore SA1019 it must be there
	return f.ResponseWriter.(http.CloseNotifier).CloseNotify()
}
