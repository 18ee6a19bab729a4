package hostile

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

func accepts(facts) []string {
	return []string{
		"", "*/*", "*/*;q=0", "text/event-stream;q=0", "text/event-stream;q=0.001", "TEXT/EVENT-STREAM", "text/*", "application/json",
		"text/event-stream;charset=\"utf-8\";q=1", "text/event-stream;q=1.000", ", , text/event-stream ,", "*/*;q=0, text/event-stream;q=1",
		`a/b;c="d,e;\"f";q=0.3, text/event-stream`, "text/event-stream , text/html;level=1", "NONCE/NONCE;NONCE=NONCE", "text/event-stream;NONCE=NONCE",
		strings.Repeat("application/x-ssecheck;q=0.1, ", 200) + "text/event-stream",
	}
}

// fieldValues are legal fields of HTTP that a stream has no use for, or that change how
// it is answered, in forms that are legal and rare.
var fieldValues = []string{
	"Range: bytes=0-0", "Range: bytes=-1", "Range: bytes=0-0,2-2,4-", "Range: bytes=18446744073709551615-", "Range: items=1-2",
	"If-None-Match: *", `If-None-Match: "NONCE", W/"a"`, "If-Modified-Since: Sat, 31 Jan 2099 12:00:00 GMT",
	"If-Modified-Since: Saturday, 31-Jan-26 12:00:00 GMT", "If-Match: *", `If-Match: "NONCE"`,
	"If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT", `If-Range: "NONCE"`,
	"Accept-Encoding:", "Accept-Encoding: *;q=0", "Accept-Encoding: identity;q=0", "Accept-Encoding: *", "Accept-Encoding: gzip;q=0, identity",
	"Accept-Encoding: gzip, deflate, br, zstd", "Accept-Encoding: NONCE", "Accept-Encoding: ,, gzip;q=0.001 ,,",
	"Accept-Language: *;q=0", "Accept-Language: xx-NONCE;q=0.1", "Accept-Charset: iso-8859-1, utf-8;q=0",
	"Connection: close", "Connection: keep-alive", "Connection: CLOSE", "Connection: close, keep-alive", "Connection: , NONCE ,,",
	"Expect: 100-continue", "Expect: 100-CONTINUE",
	"Cookie:", "Cookie: =", "Cookie: ;", "Cookie: a=b; a=c", `Cookie: a="b, c"; $Version=1`, "Cookie: NONCE=NONCE", "Cookie: a=caf\xc3\xa9", "Cookie: a=\xff",
	"Cookie: __proto__=1", "Cookie: a=%00%zz", "Cookie: a=" + strings.Repeat("b", 4<<10),
	"Cache-Control:", "Cache-Control: max-age=99999999999999999999", "Cache-Control: no-cache, no-store, max-stale", `Cache-Control: NONCE="a, \"b"`, "Pragma: no-cache, NONCE",
	"Origin: null", "Origin: http://NONCE.example", "Referer: about:blank", "Referer: http://NONCE.example/?%00",
	"User-Agent:", "User-Agent: NONCE/1 (a (b) \\) \"c\")", "User-Agent: " + strings.Repeat("a", 4<<10),
	"Via: 1.1 NONCE", `Forwarded: for="[::1]:1";host=NONCE.example;proto=https`, "X-Forwarded-For: NONCE, unknown, 256.0.0.1", "X-Forwarded-Host: NONCE.example", "X-Forwarded-Proto: NONCE",
	"Authorization: Bearer NONCE", "Authorization: Basic Og==", "Content-Length: 0", "Content-Type: application/x-NONCE; a=\"b;c\"",
	"Date: Thu, 01 Jan 1970 00:00:00 GMT", "From: NONCE@example.org", "Max-Forwards: 0", "Prefer: respond-async, wait=1", "Priority: u=0, i",
	"Keep-Alive: timeout=0, max=0", "Proxy-Connection: keep-alive", "Access-Control-Request-Method: NONCE", "Access-Control-Request-Headers: NONCE, last-event-id",
	"Sec-Fetch-Mode: NONCE", "Upgrade-Insecure-Requests: 1", "Traceparent: 00-00000000000000000000000000000000-0000000000000000-ff",
	"!#$%&'*+-.^_`|~: NONCE", "_: NONCE", "1: NONCE", "__proto__: NONCE", "Constructor: NONCE", "X-Ssecheck: a\tb   c", "X-Ssecheck:", "X-Ssecheck: \xff\xfe",
	"X-" + strings.Repeat("a", 1<<10) + ": NONCE", "X-Ssecheck: " + strings.Repeat("a", 8<<10),
}

// reflected are fields whose values servers show again here and there.
var reflected = []string{"Cookie: a=", "Referer: http://example.org/", "User-Agent: ", "Origin: http://", "X-Request-ID: ", "X-Forwarded-For: ", "If-None-Match: ", "Accept-Language: "}

func fields(facts) []string {
	all := slices.Clone(fieldValues)
	for i, field := range reflected {
		all = append(all, field+strings.ReplaceAll(structures[i%2], "B", "%0d%0a"), field+strings.ReplaceAll(structures[(i+1)%2], "B", `\n`))
	}
	return all
}

// queries are what may stand behind a question mark.
func queries(facts) []string {
	all := []string{
		"NONCE", "a=NONCE", "NONCE=1", "=", "&&", "a", "a=b&a=c&a=d", "a%5B%5D=1&a%5Bb%5D=2", "a=%00", "a=%FF%FE", "a=%C3%28", "a=+", ";a=1;b=2", "?", "/../..", "a=%2e%2e%2f",
		"__proto__=1", "constructor%5Bprototype%5D%5Ba%5D=1", "callback=NONCE", "lastEventId=NONCE", "last-event-id=-1", "id=NONCE", "event=NONCE", "retry=0", "a='%22%3C%3E`", "a=%F0%9F%98%80",
		"a=" + strings.Repeat("b", 4<<10), strings.Repeat("a=1&", 500) + "a=2",
	}
	names := []string{"a", "id", "event", "message", "lastEventId", "name", "NONCEe"}
	for i, b := range []string{"%0a", "%0d", "%0d%0a", "%250a", "%E5%98%8D%E5%98%8A", "%C4%8D%C4%8A", "%E2%80%A8", "%5Cn", "&#10;"} {
		if strings.Contains(b, "#") {
			b = url.QueryEscape(b)
		}
		for j, text := range structures {
			all = append(all, names[(i+j)%len(names)]+"="+strings.ReplaceAll(strings.ReplaceAll(text, "B", b), " ", "%20"))
		}
	}
	return all
}

// paths are other spellings of the path, and paths that some parsers of URLs refuse.
func paths(f facts) []string {
	path := f.url.EscapedPath()
	if path == "" {
		path = "/"
	}
	return []string{"/" + path, "/." + path, path + "/", path + ";a=NONCE", escapedPath(f), path + "/%2e%2e/",
		"//", "//:80/", "///", "/%00", "/%ff", "/%C3%28", "/NONCE", "/" + strings.Repeat("a/", 1<<11)}
}

// escapedPath is the path with its last letter as an escape.
func escapedPath(f facts) string {
	path := f.url.EscapedPath()
	if last := len(path) - 1; last > 0 && path[last] != '/' && !strings.Contains(path[max(0, last-2):], "%") {
		return path[:last] + fmt.Sprintf("%%%02x", path[last])
	}
	return path + "/%61"
}

// strangeHosts are hosts by the rules of HTTP that are none by those of browsers, whose
// parser of URLs much software has.
var strangeHosts = []string{"127.0.0.1:99999", "256.256.256.256:80", "a%00b.example", "xn--a.example"}

// hosts are other spellings of the host, and another one.
func hosts(f facts) []string {
	name, port := f.url.Hostname(), f.url.Port()
	if port == "" {
		port = map[string]string{"https": "443"}[f.url.Scheme]
	}
	if port == "" {
		port = "80"
	}
	bracket := name
	if strings.Contains(name, ":") {
		bracket = "[" + name + "]"
	}
	all := []string{bracket + ":" + port, strings.ToUpper(bracket) + ":" + port, bracket + ":0" + port, bracket + ":", bracket,
		"LocalHost:" + port, "%6cocalhost:" + port, "[::1]:" + port, "NONCE.example", strings.Repeat("a", 1<<10) + ".example:" + port}
	if bracket == name {
		all = append(all, name+".:"+port)
	}
	all = append(all, strangeHosts...)
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(h string) bool { return h == f.url.Host })
}
