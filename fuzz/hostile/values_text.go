package hostile

import (
	"slices"
	"strconv"
	"strings"
)

// Texts that servers have stumbled over: numbers, words, notations of other languages,
// escapes, and bytes that are no ASCII or no UTF-8.
var texts = []string{
	"", "0", "1", "-1", "42", "1.5", "+1", "1_000", "0x10", "1e309", "NaN", "Infinity",
	"9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551616",
	"99999999999999999999999999999999", "00000000000000000001", "0-0", "$", "*", ">", "-", "\u0661\u0662\u0663",
	"null", "undefined", "true", "__proto__", "constructor", "toString",
	"2099-01-31T12:00:00Z", "00000000-0000-0000-0000-000000000000",
	"id: NONCE", "data: NONCE", ": NONCE", "event", "retry: 1", "[DONE]",
	`{"a":[1,null,"NONCE"]}`, `{"__proto__":{"a":1}}`, "[", `"`, `\`, `\u0000`, "'",
	`1' OR '1'='1"; --`, "../../../../etc/passwd", "file:///etc/passwd", `C:\`, "$(NONCE)", "`NONCE`", "${7*7}", "{{7*7}}",
	"<script>NONCE</script>", "%s%n%x", "%00", "%ff", "%", "%%", "%zz", "%E2%82", "%u0000", `1, 2; q=0.5, "3`, ",", ";", "=", "a=b=c",
	"a\tb", "a  b", "caf\u00e9-\u20ac-\U0001f600", "\u00e9", "\u202eNONCE", "\ufeffNONCE", "a\u2028b", "a\u0085b", "\U0010ffff",
	"\xe9", "caf\xe9\xff", "\xff\xfe", "\xc0\x80", "\xed\xa0\x80", "\xf0\x9f", "\x80",
	strings.Repeat("a", 1<<10), strings.Repeat("0123456789abcdef", 1<<8), strings.Repeat("9", 8<<10), strings.Repeat("\u00e9", 2<<10),
}

// breaks are ways to write a line break without one.
var breaks = []string{
	"%0a", "%0d", "%0d%0a", "%0D%0A", `\n`, `\r\n`, `\u000a`, "&#10;", "%250a", "%u000a", "%E5%98%8A",
	"\u560d\u560a", "\u010d\u010a", "\u2028",
}

// structures are texts that become lines of their own where B becomes a line break.
var structures = []string{
	"NONCEaBid: NONCEbBevent: NONCEcBdata: NONCEdBB",
	"NONCEaBX-NONCEb: NONCEcBBdata: NONCEdBB",
	"NONCEaBBdata: NONCEbBB",
	"NONCEaB: NONCEbBretry: 1B",
}

// broken are texts with line breaks in disguise.
func broken() []string {
	var all []string
	for i, b := range breaks {
		all = append(all, strings.ReplaceAll(structures[i%2], "B", b), strings.ReplaceAll(structures[2+i%2], "B", b))
	}
	return all
}

// lastEventIDs are texts, and the server's own ids, changed a little.
func lastEventIDs(f facts) []string { return slices.Concat(texts, broken(), neighbours(f.ids)) }

// neighbours are ids, and what is near to them.
func neighbours(ids []string) []string {
	var all []string
	for _, id := range ids {
		if id == "" || len(id) > 1<<10 || strings.ContainsAny(id, "\r\n\x00") {
			continue
		}
		last := len(id) - 1
		all = append(all, id, id[:last], id+"0", id+id, strings.ToUpper(id), id[:last]+string(rune('0'+(id[last]+1)%10)), "x"+id[1:])
		start := strings.TrimRight(id, "0123456789")
		if n, err := strconv.ParseInt(id[len(start):], 10, 64); err == nil && n < 1<<60 {
			for _, m := range []int64{n - 1, n + 1, n + 1<<20, -n} {
				all = append(all, start+strconv.FormatInt(m, 10))
			}
		}
	}
	return all
}
