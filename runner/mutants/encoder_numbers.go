package mutants

import (
	"encoding/json"
	"math/big"
	"strconv"
	"strings"
)

// numberFaults write reconnection times that are none, or others.
func numberFaults() []EncoderFault {
	digits := func(f func(text string) string) func(*encoderRules) {
		return func(r *encoderRules) {
			r.digits = func(retry json.RawMessage) (string, bool) {
				text, ok := digitsOf(retry)
				if ok {
					text = f(text)
				}
				return text, ok && text != ""
			}
		}
	}
	number := func(f func(n float64) string) func(*encoderRules) {
		return digits(func(text string) string {
			n, _ := strconv.ParseFloat(text, 64)
			return f(n)
		})
	}
	// lets writes what holds a part as it is given.
	lets := func(holds func(text string) bool) func(*encoderRules) {
		return func(r *encoderRules) {
			r.digits = func(retry json.RawMessage) (string, bool) {
				if text := printed(retry); holds(text) {
					return without(text, "\r\n"), true
				}
				return digitsOf(retry)
			}
		}
	}
	const exact, form = "format.retry.exact", "format.retry.digits"
	return []EncoderFault{
		{"retry-dropped", exact, "writes no reconnection time", digits(func(string) string { return "" })},
		{"retry-zero-dropped", exact, "takes a reconnection time of 0 for none", digits(func(text string) string { return strings.TrimPrefix(text, "0") })},
		{"retry-in-seconds", exact, "writes reconnection times in seconds", number(func(n float64) string { return strconv.FormatInt(int64(n)/1000, 10) })},
		{"retry-at-least-100", exact, "writes no reconnection time below 100 ms", number(func(n float64) string { return strconv.FormatInt(max(int64(n), 100), 10) })},
		{"retry-at-most-an-hour", exact, "writes no reconnection time above an hour", number(func(n float64) string { return strconv.FormatInt(min(int64(n), 3_600_000), 10) })},
		{"retry-in-31-bits", exact, "writes the low 31 bits of a reconnection time", number(func(n float64) string { return strconv.FormatInt(int64(n)&(1<<31-1), 10) })},
		{"retry-in-32-bits", exact, "writes the low 32 bits of a reconnection time", number(func(n float64) string { return strconv.FormatInt(int64(n)&(1<<32-1), 10) })},
		{"retry-as-a-float", exact, "writes reconnection times with a fraction of 0", digits(func(text string) string { return text + ".0" })},
		{"retry-shortened", form, "writes the shortest form of a number, with an exponent from ten million on", number(func(n float64) string {
			if n < 1e7 {
				return strconv.FormatInt(int64(n), 10)
			}
			return strconv.FormatFloat(n, 'e', -1, 64)
		})},
		{"retry-grouped", exact, "writes reconnection times with a comma before each thousand", digits(func(text string) string {
			for i := len(text) - 3; i > 0; i -= 3 {
				text = text[:i] + "," + text[i:]
			}
			return text
		})},
		{"retry-quoted", exact, "writes reconnection times in quotation marks", func(r *encoderRules) {
			r.digits = func(retry json.RawMessage) (string, bool) {
				text, ok := digitsOf(retry)
				return `"` + text + `"`, ok
			}
		}},
		{"retry-text-quoted", exact, "writes a reconnection time that was given as a text in quotation marks", func(r *encoderRules) {
			r.digits = func(retry json.RawMessage) (string, bool) {
				_, ok := digitsOf(retry)
				return string(retry), ok
			}
		}},
		{"retry-first-alone", exact, "writes the first reconnection time of a stream alone", func(r *encoderRules) {
			written := false
			r.digits = func(retry json.RawMessage) (string, bool) {
				text, ok := digitsOf(retry)
				ok, written = ok && !written, true
				return text, ok
			}
		}},
		{"retry-negative-written", form, "writes negative reconnection times", lets(func(t string) bool { return strings.HasPrefix(t, "-") })},
		{"retry-fraction-written", form, "writes reconnection times with a fraction", lets(func(t string) bool { return strings.Contains(t, ".") })},
		{"retry-exponent-written", form, "writes reconnection times with an exponent", lets(func(t string) bool { return strings.Trim(t, "0123456789e") == "" })},
		{"retry-large-as-a-float", form, "writes a number beyond 64 bits with an exponent", func(r *encoderRules) {
			r.digits = func(retry json.RawMessage) (string, bool) {
				n, _, err := big.ParseFloat(printed(retry), 10, 53, big.ToNearestEven)
				if f := 0.0; err == nil && n.Cmp(big.NewFloat(1e18)) > 0 {
					f, _ = n.Float64()
					return strconv.FormatFloat(f, 'g', -1, 64), true
				}
				return digitsOf(retry)
			}
		}},
		{"retry-text-written", form, "writes a text that is no number", lets(func(t string) bool { return strings.Trim(t, "0123456789.e-") != "" })},
		{"retry-empty-written", form, "writes a retry field without a value", lets(func(t string) bool { return t == "" })},
	}
}
