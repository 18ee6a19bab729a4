package wire

func serveHTTP2(l *link) { l.kill() }
