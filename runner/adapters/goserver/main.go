package goserver

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// grace is how long the last publishing may take when the server is to end. A
// library may have locked itself up.
const grace = 2 * time.Second

// Main serves the library at the port in PORT (0 or none: a free one) of
// 127.0.0.1 until SIGTERM or SIGINT, or with the flag -encoder its encoder on
// standard input and output, and then ends the program.
func Main[M any](l Library[M]) {
	encoder := flag.Bool("encoder", false, "speak the adapter protocol's role encoder on standard input and output")
	flag.Parse()
	if err := l.run(*encoder); err != nil {
		fmt.Fprintln(os.Stderr, "adapter:", err)
		os.Exit(1)
	}
}

func (l Library[M]) run(encoder bool) error {
	if encoder {
		return l.encode(os.Stdin, os.Stdout)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	port := os.Getenv("PORT")
	if port == "" {
		port = "0"
	}
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		return err
	}
	fmt.Printf("listening at http://%s\n", listener.Addr())
	return l.serve(ctx, listener)
}

// serve serves until ctx is done.
func (l Library[M]) serve(ctx context.Context, listener net.Listener) error {
	clock := Clock{start: time.Now()}
	live, publish := l.Live(clock)
	server := &http.Server{Handler: l.routes(live)}

	published := make(chan struct{})
	go func() {
		defer close(published)
		if publish != nil {
			for t := range clock.Ticks(ctx) {
				publish(t)
			}
		}
	}()
	closed := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer closed()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	select {
	case <-published:
		return nil
	case <-time.After(grace):
		return fmt.Errorf("%s did not return from publishing within %v", l.Name, grace)
	}
}

func (l Library[M]) routes(live http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/events", live)
	mux.HandleFunc("POST /script", l.script)
	return mux
}
