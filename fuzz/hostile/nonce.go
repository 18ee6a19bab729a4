package hostile

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Nonces are zq, four letters or digits of the run, and five of the request: no text of
// a server has them by chance. A text of ours has another letter right behind each.
const nonceStart = "zq"

// nonces makes and recognises those of a run.
type nonces struct{ run string }

func newNonces(seed uint64) nonces {
	return nonces{nonceStart + fixed(seed*0x9E3779B97F4A7C15>>40, 4)}
}

// fixed writes n with so many letters and digits.
func fixed(n uint64, digits int) string {
	text := fmt.Sprintf("%0*s", digits, strconv.FormatUint(n, 36))
	return text[len(text)-digits:]
}

// of is the nonce of a play.
func (n nonces) of(play int) string { return n.run + fixed(uint64(play), 5) }

// in is the play whose nonce is in a text.
func (n nonces) in(text string) (play int, ok bool) {
	text = strings.ToLower(text)
	i := strings.Index(text, n.run)
	if i < 0 || len(text) < i+len(n.run)+5 {
		return 0, false
	}
	number, err := strconv.ParseUint(text[i+len(n.run):][:5], 36, 63)
	return int(number), err == nil
}

// forged tells whether a line of a response begins where a line break that was written
// into the request, in some disguise, ends: the server has undone the disguise.
func forged(line, nonce string, inputs []string) bool {
	line = squeeze(line)
	i := strings.Index(line, nonce)
	if i < 0 {
		return false
	}
	begin := line[:min(i+len(nonce)+1, len(line))] // with the letter that tells our texts apart
	for _, input := range inputs {
		if !strings.Contains(strings.ToLower(input), nonce) {
			continue
		}
		for _, text := range undisguised(input) {
			if strings.Contains(squeeze(text), "\n"+begin) {
				return true
			}
		}
	}
	return false
}

// squeeze takes out blanks and case, which servers change, and makes all that anybody
// takes for a line break LF.
func squeeze(s string) string { return blanks.Replace(strings.ToLower(s)) }

var blanks = strings.NewReplacer(" ", "", "\t", "", "\r", "\n", "\v", "\n", "\f", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n")

// undisguised is what a text may become: as it is, with its escapes undone once or
// twice, and with each character cut to its low byte.
func undisguised(s string) []string {
	once := unescape(s)
	twice := unescape(once)
	return []string{s, once, twice, lowBytes(s), lowBytes(once)}
}

// escapes are those of URLs, of JSON, C and JavaScript, and of HTML.
var escapes = regexp.MustCompile(`(?i)%u[0-9a-f]{4}|%[0-9a-f]{2}|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\\[nr]|&#x?[0-9a-f]{1,6};`)

func unescape(s string) string {
	return escapes.ReplaceAllStringFunc(s, func(e string) string {
		switch lower := strings.ToLower(e); {
		case lower == `\n`:
			return "\n"
		case lower == `\r`:
			return "\r"
		case e[0] == '%' && lower[1] != 'u':
			n, _ := strconv.ParseUint(e[1:], 16, 8)
			return string([]byte{byte(n)})
		default:
			return decoded(e, strings.Trim(lower, `%\&#ux;`), lower[0] != '&' || lower[2] == 'x')
		}
	})
}

// decoded is the character of a number; the escape itself where there is none.
func decoded(escape, digits string, hex bool) string {
	base := 10
	if hex {
		base = 16
	}
	n, err := strconv.ParseUint(digits, base, 21)
	if err != nil {
		return escape
	}
	return string(rune(n))
}

func lowBytes(s string) string {
	b := make([]byte, 0, len(s))
	for _, c := range s {
		b = append(b, byte(c))
	}
	return string(b)
}
