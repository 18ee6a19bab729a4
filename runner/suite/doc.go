// Package suite plays the corpus in a user's own Go tests: a subtest per case
// with package testing, or a spec per case with Ginkgo.
//
//	func TestSSE(t *testing.T) {
//		suite.TestHandler(t, myHandler)
//	}
//
// A subtest fails when its case fails and the rule is a MUST ([Strict]: or a
// SHOULD); weaker rules that are broken are skips that say so. A subtest that
// could not be judged though it should have been fails too: nothing goes
// quietly green. What a failure prints names the rule with a link, shows the
// bytes with visible escapes, and what came against what was expected.
//
// The package judges nothing itself: it is a door to [runner.PlayCase], as the
// command ssecheck run is another.
package suite
