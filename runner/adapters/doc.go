// Package adapters holds tests alone: client libraries that nobody here wrote on
// the whole corpus, each behind its adapter in the folder of its name, server
// libraries on the probes and on what scripts ask for, each in a program of its
// own, and the programs in docs on a part of the corpus. README.md in each folder
// says how to repeat it by hand.
package adapters
