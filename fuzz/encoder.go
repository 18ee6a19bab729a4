package fuzz

import (
	"testing"

	"github.com/ssecheck/ssecheck/fuzz/internal/emitfuzz"
	"github.com/ssecheck/ssecheck/fuzz/internal/seeds"
	"github.com/ssecheck/ssecheck/runner/encoder"
)

// Encoder fuzzes an encoder with the native fuzzer of Go: lists of items are handed to
// it, and what it makes of them is held against the rules of the corpus. What the format
// can carry must come back from a reader, all of it and nothing else; what it cannot
// carry must be refused or made harmless. Nor may it panic, take longer than 10 s or more
// memory than is in proportion to its items.
//
// This is a whole test file. Copy it, and hand the items to your own encoder:
//
//	package sse
//
//	import (
//		"bytes"
//		"strconv"
//		"testing"
//
//		"github.com/ssecheck/ssecheck/fuzz"
//		"github.com/ssecheck/ssecheck/runner/encoder"
//	)
//
//	func FuzzEncode(f *testing.F) {
//		fuzz.Encoder(f, func(items []encoder.Item) ([]byte, error) {
//			var stream bytes.Buffer
//			for _, item := range items {
//				if item.Data == nil {
//					continue // this encoder has no items without data
//				}
//				event := Event{Data: *item.Data}
//				if item.Event != nil {
//					event.Type = *item.Event
//				}
//				if item.ID != nil {
//					event.ID, event.HasID = *item.ID, true
//				}
//				if item.Retry != nil {
//					ms, err := strconv.Atoi(string(item.Retry))
//					if err != nil {
//						return nil, err
//					}
//					event.Retry = &ms
//				}
//				if err := Encode(&stream, event); err != nil {
//					return nil, err
//				}
//			}
//			return stream.Bytes(), nil
//		}, fuzz.Claims(encoder.Retry)) // and no comments
//	}
//
// Then
//
//	go test -fuzz=FuzzEncode -fuzztime=1m
//
// fuzzes it, and every go test plays the seeds, which are the emit cases of the corpus,
// and what was found before. A failure says which rule is broken, with the smallest list
// of items that breaks it, the bytes that came of it, and a case of the corpus' form.
func Encoder(f *testing.F, encode encoder.EncodeFunc, opts ...Option) {
	f.Helper()
	o := collect(opts)
	h, err := seeds.Keep(func() (*emitfuzz.Harness, error) {
		return emitfuzz.New(encode, emitfuzz.Options{MaxLength: o.maxLength, Tolerated: o.tolerated, Claims: o.claims})
	})
	if err != nil {
		f.Fatal(err)
	}
	seeds.Add(f, func() (all []seeds.Seed) {
		for _, seed := range h.Seeds() {
			all = append(all, seeds.Seed{seed})
		}
		return all
	})
	f.Fuzz(func(t *testing.T, items []byte) {
		if failure := h.Try(items); failure != "" {
			t.Fatal(failure)
		}
	})
}

// Claims names what an encoder takes beyond event types, ids and data, by the constants
// of package encoder: Comments and Retry, which are taken for granted without this
// option; JSONData, whose data reaches a reader as JSON; OwnIDs, which gives ids by
// itself. Items of another kind are not made.
func Claims(capabilities ...string) Option {
	return func(o *options) { o.claims = append([]string{}, capabilities...) }
}
