package shrink

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/encoder"
)

// The tokens of items: marks, and the characters of the texts behind them. A surrogate
// without its other half is a character, and so is each byte that is no UTF-8.
const (
	item        token = -1 - iota // begins the next item
	comment                       // each of these begins a part of the item
	event                         //
	id                            //
	retryNumber                   // a number, or what else JSON has, as it is written
	retryText                     //
	data                          //

	rawByte = unicodeEnd // and the byte: one that is no UTF-8

	unicodeEnd token = utf8.MaxRune + 1
)

// Items makes a list of items as small as it can be while holds says that an encoder
// gets it wrong: items and parts are taken away, then the lines of texts and their
// characters, and what is left is made plain. No more than budget questions are asked.
func Items(ctx context.Context, items []encoder.Item, holds func([][]encoder.Item) []bool, budget int) Result[[]encoder.Item] {
	f := form[[]encoder.Item]{tokens: tokensOfItems, build: itemsOf, passes: []pass{
		drop(wholeItems), drop(itemParts), simplify(lineEnds), simplify(numbers), simplify(textLetters),
		halve(texts), drop(textLines), drop(singles), simplify(textAccents), simplify(textKinds),
	}}
	return f.shrink(ctx, items, holds, budget)
}

func tokensOfItems(items []encoder.Item) []token {
	var tokens []token
	for _, i := range items {
		tokens = append(tokens, item)
		for _, part := range []struct {
			mark token
			text *string
		}{{comment, i.Comment}, {event, i.Event}, {id, i.ID}} {
			tokens = appendPart(tokens, part.mark, part.text)
		}
		if i.Retry != nil {
			mark, text := retryTokens(i.Retry)
			tokens = appendPart(tokens, mark, &text)
		}
		tokens = appendPart(tokens, data, i.Data)
	}
	return tokens
}

// retryTokens is the text of a reconnection time that is a text, and the JSON of any
// other, and of a text that would not come back as it was.
func retryTokens(retry json.RawMessage) (mark token, text string) {
	if json.Unmarshal(retry, &text) == nil && bytes.HasPrefix(retry, []byte(`"`)) && !strings.ContainsRune(text, utf8.RuneError) {
		return retryText, text
	}
	return retryNumber, string(retry)
}

func appendPart(tokens []token, mark token, text *string) []token {
	if text == nil {
		return tokens
	}
	tokens = append(tokens, mark)
	for rest := *text; rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		t := token(r)
		if r == utf8.RuneError && size == 1 {
			t = rawByte + token(rest[0])
			if len(rest) >= 3 && rest[0] == 0xED && rest[1] >= 0xA0 && rest[1] <= 0xBF && rest[2]&0xC0 == 0x80 {
				t, size = 0xD000|token(rest[1]&0x3F)<<6|token(rest[2]&0x3F), 3
			}
		}
		tokens = append(tokens, t)
		rest = rest[size:]
	}
	return tokens
}

// itemsOf refuses texts without a mark, an item that has a part twice, and a
// reconnection time that is no JSON.
func itemsOf(tokens []token) ([]encoder.Item, bool) {
	items := []encoder.Item{}
	for i := 0; i < len(tokens); {
		mark := tokens[i]
		from := i + 1
		for i++; i < len(tokens) && tokens[i] >= 0; i++ {
		}
		switch {
		case mark == item && i == from:
			items = append(items, encoder.Item{})
		case mark >= item || len(items) == 0 || !setPart(&items[len(items)-1], mark, textOf(tokens[from:i])):
			return nil, false
		}
	}
	return items, true
}

func setPart(i *encoder.Item, mark token, text string) bool {
	part := map[token]**string{comment: &i.Comment, event: &i.Event, id: &i.ID, data: &i.Data}[mark]
	switch {
	case part != nil && *part == nil:
		*part = &text
		return true
	case part != nil || i.Retry != nil:
		return false
	case mark == retryNumber:
		i.Retry = json.RawMessage(text)
		return json.Valid(i.Retry)
	}
	i.Retry = cases.JSONText(text)
	return utf8.ValidString(text)
}

func textOf(tokens []token) string {
	var b []byte
	for n, t := range tokens {
		switch {
		case t >= rawByte:
			b = append(b, byte(t-rawByte))
		case !utf16.IsSurrogate(rune(t)):
			b = utf8.AppendRune(b, rune(t))
		case n > 0 && utf16.DecodeRune(rune(tokens[n-1]), rune(t)) != utf8.RuneError:
			b = utf8.AppendRune(b[:len(b)-3], utf16.DecodeRune(rune(tokens[n-1]), rune(t)))
		default:
			b = append(b, 0xE0|byte(t>>12), 0x80|byte(t>>6)&0x3F, 0x80|byte(t)&0x3F)
		}
	}
	return string(b)
}

// wholeItems are the items.
func wholeItems(tokens []token) []span {
	return splitBefore(tokens, func(i int) bool { return tokens[i] == item })
}

// itemParts are the parts of items, and the marks of the items themselves.
func itemParts(tokens []token) []span {
	return splitBefore(tokens, func(i int) bool { return tokens[i] < 0 })
}

// texts are what is behind each mark.
func texts(tokens []token) []span {
	return splitBefore(tokens, func(i int) bool { return tokens[i] < 0 || i > 0 && tokens[i-1] < 0 })
}

// textLines are the lines of the texts.
func textLines(tokens []token) []span {
	return splitBefore(tokens, func(i int) bool {
		return i > 0 && (tokens[i-1] < 0 || tokens[i] < 0 || tokens[i-1] == '\n' || tokens[i-1] == '\r' && tokens[i] != '\n')
	})
}

// splitBefore splits before each token for which begins says so.
func splitBefore(tokens []token, begins func(i int) bool) []span {
	var all []span
	for i := range tokens {
		if i == 0 || begins(i) {
			all = append(all, span{i, i})
		}
		all[len(all)-1].to = i + 1
	}
	return all
}

// numbers makes numbers of reconnection times that are texts.
func numbers(tokens []token) []edit {
	var all []edit
	for _, part := range itemParts(tokens) {
		if tokens[part.from] == retryText {
			number := append([]token{retryNumber}, repeated([]token{'1'}, max(1, part.to-part.from-1))...)
			all = append(all, edit{part, number})
		}
	}
	return all
}

// textLetters makes a of every character but line ends.
func textLetters(tokens []token) []edit {
	return eachToken(tokens, func(t token) token {
		if t == '\n' || t == '\r' {
			return t
		}
		return 'a'
	})
}

// textAccents makes é of every character that is not of ASCII.
func textAccents(tokens []token) []edit {
	return eachToken(tokens, func(t token) token {
		if t >= 0x80 {
			return 'é'
		}
		return t
	})
}

// textKinds makes what cannot be one of these as plain as its kind allows.
func textKinds(tokens []token) []edit {
	return eachToken(tokens, func(t token) token {
		switch {
		case '0' <= t && t <= '9':
			return '1'
		case t >= rawByte:
			return rawByte + 0xFF
		case t >= 0x10000:
			return '😀'
		case utf16.IsSurrogate(rune(t)):
			return 0xD800
		}
		return t
	})
}

// eachToken edits single characters; of a row of the same, all at once.
func eachToken(tokens []token, plainer func(token) token) []edit {
	var all []edit
	for _, r := range runs(tokens, singles(tokens)) {
		t := tokens[r.from]
		if plain := plainer(t); t >= 0 && plain != t {
			all = append(all, edit{r.span, repeated([]token{plain}, r.times())})
		}
	}
	return all
}
