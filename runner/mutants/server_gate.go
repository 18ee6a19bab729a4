package mutants

import (
	"context"
	"net/http"
)

// A gate is a request's context that others may end.
type gate struct {
	ctx context.Context
	end context.CancelFunc
}

func newGate(r *http.Request) *gate {
	ctx, end := context.WithCancel(r.Context())
	return &gate{ctx, end}
}
