// Package campaign fuzzes parsers, clients and encoders in any language.
//
// A campaign makes inputs that know the grammar of event streams, puts them to the
// subject in batches, and keeps those that teach something: by a transition of the
// reference's reading that is new, or by a deviation of a new kind. What deviates from
// the standard is made as small as it can be, always by asking the subject again, laid to
// the requirement that it breaks, and written as a case. What the faults found so far
// explain is not looked at again, so that a fault which shows on every other stream does
// not hide the next.
//
// The same seed, options and subject give the same campaign, however fast the subject
// is and however many processes of it there are, for as long as it goes on. A subject that
// answers the same input in two ways is told so; then nothing else can be promised.
package campaign
