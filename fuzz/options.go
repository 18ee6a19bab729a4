package fuzz

// An Option changes what is fuzzed, or how it is judged.
type Option func(*options)

type options struct {
	maxLength int
	tolerated []string
	// Of encoders.
	claims []string
	// Of parsers.
	noLastEventID, oneRead bool
}

// collect applies the options.
func collect(opts []Option) (o options) {
	for _, set := range opts {
		set(&o)
	}
	return o
}

// MaxLength bounds an input: the bytes of a stream, or of the values of all items
// together. Without it, it is 4096: what a long input shows, a shorter one mostly shows
// sooner.
func MaxLength(n int) Option { return func(o *options) { o.maxLength = n } }

// Tolerate names requirements that the subject breaks on purpose, or that are known: a
// deviation that breaks one of them is none. What the deviations of another requirement
// have in common with them may be missed.
func Tolerate(requirementIDs ...string) Option {
	return func(o *options) { o.tolerated = append(o.tolerated, requirementIDs...) }
}
