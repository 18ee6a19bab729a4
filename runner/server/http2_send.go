package server

import "golang.org/x/net/http2"

// writeBody sends the beginning of a body: what fits into the window that every peer
// opens. The rest goes when the peer opens it further; see opened.
// https://httpwg.org/specs/rfc9113.html#InitialWindowSize
func (x *http2Exchange) writeBody(body []byte) error {
	if len(body) == 0 {
		return nil
	}
	const initial = 65535
	x.unsent, x.connWindow, x.streamWindow, x.initialWindow = body, initial, initial, initial
	return x.writeMore()
}

// writeMore sends what the windows allow of the body, in frames that every peer takes.
func (x *http2Exchange) writeMore() error {
	const most = 16 << 10
	for len(x.unsent) > 0 {
		n := min(most, int64(len(x.unsent)), x.connWindow, x.streamWindow)
		if n <= 0 {
			return nil
		}
		part := x.unsent[:n]
		x.unsent = x.unsent[n:]
		x.connWindow -= n
		x.streamWindow -= n
		if err := x.framer.WriteData(stream, len(x.unsent) == 0, part); err != nil {
			return err
		}
	}
	return nil
}

// opened takes in that the peer has opened a window, or another initial one.
func (x *http2Exchange) opened(f http2.Frame) error {
	if len(x.unsent) == 0 {
		return nil
	}
	switch f := f.(type) {
	case *http2.WindowUpdateFrame:
		if f.StreamID == 0 {
			x.connWindow += int64(f.Increment)
		} else {
			x.streamWindow += int64(f.Increment)
		}
	case *http2.SettingsFrame:
		if size, ok := f.Value(http2.SettingInitialWindowSize); ok && !f.IsAck() {
			x.streamWindow += int64(size) - x.initialWindow
			x.initialWindow = int64(size)
		}
	default:
		return nil
	}
	return x.write(x.writeMore)
}
