package cases

// A Step is one thing that a probe does.
type Step struct{}

// A Check is one named check on a probe's transcript.
type Check struct{}
