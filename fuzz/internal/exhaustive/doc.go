// Package exhaustive enumerates every stream of up to a number of symbols, in every
// cut, so that what holds for all of them is proven up to that length.
//
// A symbol is a word or a character that means something in a stream, so that a few of
// them reach far: "d:1nn" spells an event of eight bytes. A stem of k symbols comes alone
// in each of the 2^(k-1) ways to cut it between symbols or not, and byte by byte if
// that is another way. What it leaves behind in a reader shows in what follows: so
// it comes also with a sentinel, an event that must arrive, right behind it and after a
// blank line, each whole, byte by byte, and with an empty chunk before each byte.
// Without sentinels it would take three symbols more to see as much.
//
// So what is not tried are cuts within words, behind the stem and with empty chunks that
// are not everywhere at once.
package exhaustive
