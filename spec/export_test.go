package spec

// Work returns how many bytes have been searched, checked and moved so far, for
// the tests of linear time.
func (s *stream) Work() int64 { return s.work }
