package items

// The dictionary. Fuzzers that know no format need years to find what stands here.
var (
	// breakings end lines, or look as if they did.
	breakings = []string{"\n", "\r", "\r\n", "\n\r", "\n\n", "\r\r", "\r\n\r\n", "\r\r\n", "\n\n\n"}

	// forgeries are what a break may let out.
	forgeries = []string{"data: forged", "event: forged", "id: forged", "retry: 86400000", ": forged", "forged", "data",
		"id", "event", "retry", ":", "data:forged", "id:", "event:", "retry: 1", " data: forged", "id: data: forged", "x"}

	// characters are single ones that some encoder, language or library treats in a way
	// of its own.
	characters = []string{" ", "  ", "\t", "\x00", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x01", "\x08", "\x1b[31m", "\x7f",
		"\u0085", "\u2028", "\u2029", "\uFEFF", "\u00A0", "\u00E9", "\u00FF", "\u0416", "\u65E5", "\U0001F600", "\U00010348",
		"e\u0301", "\u1100\u1161", "\u200D", "\uFFFD", "\uFFFE", "\uFFFF", "\U0010FFFF", ":", ": ", "=", "==", `\n`, `\r`, `\`,
		`\u0041`, `"`, "'", "`", "%0A", "%s", "%d", "%", "+", "&amp;", "<b>", "&", "-", ".", ",", "/", "#", "{", "}", "$1", "?"}

	// words are whole values of that kind.
	words = []string{"0", "1", "false", "true", "null", "undefined", "None", "NaN", "message", "open", "error", "data", "id",
		"event", "retry", "[DONE]", "__proto__", "constructor", "toString", "-1", "1.0", "007", "1e3", "9007199254740993",
		"90071992547409931234567890", "0190a6c4-7b1e-7cc3-98c4-dc0c0c07398f", "UserLoggedIn", "a b", "a  b", "user:login",
		"a: b: c", ":", ": x", "data: x", "event: y", "id: 1", "id:", "retry: 1", "data:", "=1+2", "AAECAw==",
		`{"a":[1,2.50,null],"b":""}`, "{ \"a\" : 1e2 }", `""`, " ", "   ", "\t", "<b>a</b> &amp; c", "100%25 %0A a+b", "%s %d {} $1"}

	// letters are what is about them.
	letters = []string{"a", "b", "x", "login", "word", "1", "42", "keep-alive", "Hello", "z9"}

	// retries are reconnection times that the format can carry.
	retries = []string{"0", "1", "5", "10", "99", "100", "500", "999", "1000", "1500", "3000", "3600000", "3600001", "9999999",
		"10000000", "86400000", "2147483647", "2147483648", "4294967295", "4294967296", "4294967297", "100000000000"}

	// noRetries are JSON numbers that it cannot, and noTexts are texts of that kind.
	noRetries = []string{"-1", "-0", "0.25", "1500.5", "1500.0", "1.0e+3", "1e3", "1e-3", "1.0e+30", "9223372036854775808",
		"18446744073709551616", "100000000000000000000000"}
	noTexts = []string{"", " ", "soon", "5s", "0x10", "+5", "-5", " 5 ", "5 ", "\u0661\u0662", "1_000", "1,000", "1.5", "1e3",
		"NaN", "Infinity", "null", "true", "\uFEFF5", "5\x00", "9999999999999999999999"}

	// lengths are sizes at which buffers and limits end.
	lengths = []int{127, 128, 255, 256, 257, 1000, 1023, 1024, 1025, 2048, 4095, 4096, 4097, 8192, 65535, 65536, 65537}

	// surrogates have no other half. They stand as the case format has them.
	surrogates = []string{"\xED\xA0\x80", "\xED\xB0\x80", "\xED\xB0\x80\xED\xA0\x80", "\xED\xA0\xBD"}
)
