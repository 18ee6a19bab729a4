// Package mutants holds subjects that are broken on purpose, each in one way,
// to prove that the cases of the corpus bite: for each mutant some case fails,
// and what it names is the requirement that the mutant breaks. It also holds
// null subjects, which do nothing, and on which no case may pass.
//
// No mutant is the copy of a real implementation, but most have the fault of
// one. So the faults of the parser serve a fuzzer, too, as models of what a
// parser that it has found wrong may have misread; see [Model]. Apart from that
// nothing here is of use outside of such proofs.
package mutants
