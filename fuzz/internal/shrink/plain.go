package shrink

import (
	"slices"
	"strings"
)

// The edits that make a stream plain. None makes it longer, and none takes back what
// another has made, so that they come to an end.

// lineEnds makes CRLF and CR to LF.
func lineEnds(tokens []token) []edit {
	var all []edit
	for i, t := range tokens {
		if t != '\r' {
			continue
		}
		e := edit{span{i, i + 1}, []token{'\n'}}
		if i+1 < len(tokens) && tokens[i+1] == '\n' {
			e.to++
		}
		all = append(all, e)
	}
	return all
}

// fieldNames are the names that readers know, the plainest of each length first.
var fieldNames = []string{"data", "id", "event", "retry"}

// names makes a known name of one that is that but for the case of its letters, letter by
// letter, and puts known names into the place of other unknown ones of their length.
func names(tokens []token) []edit {
	var all []edit
	eachLine(tokens, func(span) {}, func(l line) {
		name := tokens[l.name.from:l.name.to]
		known := knownFor(name)
		switch {
		case known == "":
		case isNear(name):
			for i, t := range bytesOf(known) {
				if t != name[i] {
					all = append(all, edit{span{l.name.from + i, l.name.from + i + 1}, []token{t}})
				}
			}
		default:
			all = append(all, edit{l.name, bytesOf(known)})
		}
	})
	return all
}

// knownFor is the known name of that length which a name is but for its case, or else
// the plainest.
func knownFor(name []token) string {
	plainest := ""
	for _, field := range fieldNames {
		switch {
		case len(field) != len(name) || slices.Contains(name, cut):
		case strings.EqualFold(string(runesOf(name)), field):
			return field
		case plainest == "":
			plainest = field
		}
	}
	return plainest
}

// isNear says that a name is a known one but for the case of its letters.
func isNear(name []token) bool { return strings.EqualFold(string(runesOf(name)), knownFor(name)) }

func runesOf(tokens []token) []rune {
	runes := make([]rune, len(tokens))
	for i, t := range tokens {
		runes[i] = rune(t)
	}
	return runes
}

func bytesOf(text string) []token {
	tokens := make([]token, len(text))
	for i := range len(text) {
		tokens[i] = token(text[i])
	}
	return tokens
}

// letters makes a of every character that is not part of the structure: the known names,
// the colons behind names and the spaces behind these, the line ends.
func letters(tokens []token) []edit {
	return inTexts(tokens, func([]token) string { return "a" })
}

// accents makes é of every character that is not of ASCII.
func accents(tokens []token) []edit {
	return inTexts(tokens, func(character []token) string {
		if len(character) > 1 {
			return "é"
		}
		return ""
	})
}

// kinds makes what cannot be one of these as plain as its kind allows: a 1 of digits, the
// best known of the characters that have as many bytes, FF of what is no UTF-8.
func kinds(tokens []token) []edit {
	return inTexts(tokens, func(character []token) string {
		switch n := len(character); {
		case n > 1:
			return []string{2: "é", 3: "€", 4: "😀"}[n]
		case character[0] >= 0x80:
			return "\xff"
		case '0' <= character[0] && character[0] <= '9':
			return "1"
		}
		return ""
	})
}

// inTexts edits the characters of values, and of names that are not near a known one; of
// a row of the same, all at once.
func inTexts(tokens []token, plainer func(character []token) string) []edit {
	var all []edit
	eachLine(tokens, func(span) {}, func(l line) {
		for _, text := range []span{l.name, l.value} {
			if text == l.name && isNear(tokens[text.from:text.to]) {
				continue
			}
			for _, r := range runs(tokens[text.from:text.to], characters(tokens[text.from:text.to])) {
				character := tokens[text.from+r.from:][:r.unit]
				if character[0] < 0 {
					continue
				}
				if plain := bytesOf(plainer(character)); len(plain) > 0 && !slices.Equal(plain, character) {
					all = append(all, edit{span{text.from + r.from, text.from + r.to}, repeated(plain, r.times())})
				}
			}
		}
	})
	return all
}

func repeated(tokens []token, times int) []token {
	all := make([]token, 0, len(tokens)*times)
	for range times {
		all = append(all, tokens...)
	}
	return all
}
