package cases_test

import (
	"fmt"
	"math/rand/v2"
	"strings"

	. "github.com/onsi/ginkgo/v2"
)

// newRandom is repeatable by the seed that Ginkgo prints.
func newRandom() *rand.Rand { return rand.New(rand.NewPCG(uint64(GinkgoRandomSeed()), 1)) }

// randomUnits are UTF-16 code units as a case file writes them, among them many
// surrogates, which meet their other halves now and then.
func randomUnits(random *rand.Rand) string {
	units := make([]string, 1+random.IntN(12))
	for i := range units {
		unit := uint16(random.Uint32())
		switch random.IntN(4) {
		case 0:
			unit = 0xD800 | unit&0x7FF
		case 1:
			unit &= 0x7F
		}
		units[i] = fmt.Sprintf("%04x", unit)
	}
	return strings.Join(units, " ")
}

// unitsOf reads the code units of the inside of a JSON string that is ASCII.
func unitsOf(text string) string {
	var units []string
	for i := 0; i < len(text); {
		switch {
		case strings.HasPrefix(text[i:], `\u`):
			units = append(units, text[i+2:i+6])
			i += 6
		case text[i] == '\\':
			units = append(units, fmt.Sprintf("%04x", text[i+1]))
			i += 2
		default:
			units = append(units, fmt.Sprintf("%04x", text[i]))
			i++
		}
	}
	return strings.Join(units, " ")
}
