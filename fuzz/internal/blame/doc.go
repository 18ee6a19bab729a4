// Package blame says which requirement a subject breaks that read one input wrong, so
// that a thousand inputs which show one fault are one finding, and two faults are two.
//
// It knows the faults of the mutants of the parser, as models of what a reader may have
// misunderstood. A fault that shows of the input what the subject showed is a suspect. As
// a rule several are; so the subject is asked about other inputs of which the suspects
// say different things, and the one that agrees with it most often is named. Where no
// fault goes on like the subject, the one that is most like it still names the
// requirement.
//
// The faults by which a subject is known so far make a [Model] of it: what the Model
// explains is nothing new, so that a campaign goes on to find the second fault of a
// subject whose first one shows on nearly every stream.
package blame
