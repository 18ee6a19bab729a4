package states

import "math"

// char is the machine that reads bytes into lines.
type char struct {
	at  position
	seq sequence
	ms  uint64 // the digits of retry so far
}

// charStates is how many states there are of it, but for the digits.
const charStates = int(positions) + len(texts)*(int(sequences)-1)

// number is the state's: the positions between characters come first.
func (c char) number() int {
	if c.seq == whole {
		return int(c.at)
	}
	return withinText[c.at] + int(c.seq)
}

// withinText are the numbers of the states within a character.
var withinText = func() (numbers [positions]int) {
	for i, p := range texts {
		numbers[p] = int(positions) + i*(int(sequences)-1) - 1
	}
	return numbers
}()

func charName(number int) string {
	if number < int(positions) {
		return position(number).String()
	}
	i, seq := (number-int(positions))/(int(sequences)-1), (number-int(positions))%(int(sequences)-1)
	return texts[i].String() + ", " + sequenceNames[seq+1]
}

// next is the machine after one more byte.
func (c char) next(b byte) char {
	if c.seq != whole {
		next, ok := c.seq.follow(b)
		c.seq = next
		if ok {
			return c
		}
		c.seq = whole // an error; the byte is read again
	}
	switch {
	case c.at == streamMark1 || c.at == streamMark2 || c.at == lineMark1 || c.at == lineMark2:
		return c.mark(b)
	case b == '\n' || b == '\r':
		return c.lineEnd(b)
	case c.at.startsLine():
		return c.first(b)
	case c.at < comment:
		return c.name(b)
	case c.at == comment:
		c.seq = lead(b)
		return c
	}
	return c.value(b)
}

// goesOn says that b is the next byte of the known name or the byte order mark.
func (c char) goesOn(b byte) bool {
	switch c.at {
	case streamMark1, lineMark1:
		return b == 0xBB
	case streamMark2, lineMark2:
		return b == 0xBF
	}
	if c.at.startsLine() {
		return b == 'd' || b == 'e' || b == 'i' || b == 'r' || b == 0xEF
	}
	return c.at.inName() && c.at.named() == other && b == names[c.at-firstLetter+1]
}

// mark goes on with a byte order mark, or with the sequence that began as one.
func (c char) mark(b byte) char {
	if c.goesOn(b) {
		c.at++
		return c
	}
	seq := needs2
	if c.at == streamMark2 || c.at == lineMark2 {
		seq = needs1
	}
	return char{at: otherName, seq: seq}.next(b)
}

func (c char) lineEnd(b byte) char {
	if b == '\r' {
		return char{at: afterCR}
	}
	return char{at: lineStart}
}

// first takes the first byte of a line.
func (c char) first(b byte) char {
	switch {
	case b == ':':
		return char{at: comment}
	case b == 'd':
		return char{at: firstLetter}
	case b == 'e':
		return char{at: lastLetter[data] + 1}
	case b == 'i':
		return char{at: lastLetter[event] + 1}
	case b == 'r':
		return char{at: lastLetter[id] + 1}
	case b == 0xEF && c.at == streamStart:
		return char{at: streamMark1}
	case b == 0xEF:
		return char{at: lineMark1}
	}
	return char{at: otherName, seq: lead(b)}
}

func (c char) name(b byte) char {
	switch {
	case b == ':':
		return char{at: afterColon + position(c.at.named())}
	case c.goesOn(b):
		return char{at: c.at + 1}
	case c.at == longerName || c.at.named() != other:
		return char{at: longerName, seq: lead(b)}
	}
	return char{at: otherName, seq: lead(b)}
}

func (c char) value(b byte) char {
	f := c.field()
	if b == ' ' && c.at < afterSpace {
		return char{at: afterSpace + position(f)}
	}
	c.seq = lead(b)
	switch f {
	case data:
		c.at = dataValue
	case event:
		c.at = eventValue
	case id:
		if b == 0 || c.at == idWithNUL {
			c.at = idWithNUL
		} else {
			c.at = idValue
		}
	case retry:
		return c.retry(b)
	default:
		c.at = otherValue
	}
	return c
}

func (c char) retry(b byte) char {
	if b < '0' || b > '9' || c.at == retryBad {
		return char{at: retryBad, seq: c.seq}
	}
	digit := uint64(b - '0')
	if c.at == retry64 || c.ms > (math.MaxInt64-digit)/10 {
		return char{at: retry64}
	}
	c.ms = c.ms*10 + digit
	switch {
	case c.ms > 1<<53:
		c.at = retry53
	case c.ms >= 1<<31:
		c.at = retry32
	default:
		c.at = retryDigits
	}
	return c
}

// field is the field whose value is being read.
func (c char) field() field {
	switch {
	case c.at < afterSpace:
		return field(c.at - afterColon)
	case c.at < dataValue:
		return field(c.at - afterSpace)
	case c.at == dataValue:
		return data
	case c.at == eventValue:
		return event
	case c.at <= idWithNUL:
		return id
	case c.at <= retryBad:
		return retry
	}
	return other
}
