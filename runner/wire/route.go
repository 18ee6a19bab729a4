package wire

import (
	"cmp"
	"net/http"
	"strings"
)

// A mount is a handler at a path prefix.
type mount struct {
	prefix  string
	handler http.Handler
}

// Mount serves a handler at a path prefix, such as /callbacks/, on every host.
func (s *Server) Mount(prefix string, handler http.Handler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mounts = append(s.mounts, mount{prefix, handler})
}

// route finds who serves a path: a play, at its own path or above it, or a
// handler; nobody where both are nil.
func (s *Server) route(path string) (*Play, http.Handler) {
	for at := path; at != ""; at = at[:max(strings.LastIndexByte(at, '/'), 0)] {
		if p := s.play(at); p != nil {
			return p, nil
		}
	}
	if h := s.mounted(path); h != nil {
		return nil, h
	}
	return nil, s.options.Fallback
}

func (s *Server) mounted(path string) http.Handler {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.mounts {
		if strings.HasPrefix(path, m.prefix) {
			return m.handler
		}
	}
	return nil
}

// play is the play at exactly this path, or the one that Find has for it, begun
// now where it is asked for first.
func (s *Server) play(path string) *Play {
	if p := s.playAt(path); p != nil || s.options.Find == nil {
		return p
	}
	script, ok := s.options.Find(path)
	if !ok {
		return nil
	}
	script.Path = cmp.Or(script.Path, path)
	if p := s.playAt(script.Path); p != nil {
		return p
	}
	if p, err := s.Begin(script, nil); err == nil {
		return p
	}
	return s.playAt(script.Path) // another request was faster
}

func (s *Server) playAt(path string) *Play {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.plays[path]
}
