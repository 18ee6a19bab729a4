package states

// class is what kind of byte comes next.
type class uint8

const (
	lineFeed class = iota
	carriageReturn
	colon
	space
	tab
	nul
	control
	digit
	lower
	upper
	punctuation
	lowContinuation  // 80 to 8F: what F0 forbids after it, and F4 demands
	midContinuation  // 90 to 9F: what E0 forbids
	highContinuation // A0 to BF: what ED forbids
	overlongLead     // C0, C1
	lead2
	leadE0
	leadED
	leadEF // that of the byte order mark
	lead3
	leadF0
	leadF4
	lead4
	never     // F5 to FF
	goesOn    // what goes on with the known name or the byte order mark
	streamEnd // no byte at all
	classes
)

var classOf = func() (table [256]class) {
	for i := range table {
		table[i] = classify(byte(i))
	}
	return table
}()

func classify(b byte) class {
	switch {
	case b == '\n':
		return lineFeed
	case b == '\r':
		return carriageReturn
	case b == ':':
		return colon
	case b == ' ':
		return space
	case b == '\t':
		return tab
	case b == 0:
		return nul
	case b < ' ' || b == 0x7F:
		return control
	case b >= '0' && b <= '9':
		return digit
	case b >= 'a' && b <= 'z':
		return lower
	case b >= 'A' && b <= 'Z':
		return upper
	case b < 0x80:
		return punctuation
	}
	return classifyByte(b)
}

// classifyByte is classify for what is no ASCII.
func classifyByte(b byte) class {
	switch {
	case b < 0x90:
		return lowContinuation
	case b < 0xA0:
		return midContinuation
	case b < 0xC0:
		return highContinuation
	case b < 0xC2:
		return overlongLead
	case b < 0xE0:
		return lead2
	case b == 0xE0:
		return leadE0
	case b == 0xED:
		return leadED
	case b == 0xEF:
		return leadEF
	case b < 0xF0:
		return lead3
	case b == 0xF0:
		return leadF0
	case b < 0xF4:
		return lead4
	case b == 0xF4:
		return leadF4
	}
	return never
}
