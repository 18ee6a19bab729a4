package cases

import (
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/ssecheck/ssecheck/cases/strictyaml"
)

// Limits of one case, so that no file asks for more than a machine has.
const (
	// MaxStream bounds the bytes of one stream, or of one text of an event.
	MaxStream = 64 << 20
	// MaxEvents bounds the events of one expected list.
	MaxEvents = 100_000
	// MaxWait bounds a pause or a stall.
	MaxWait = time.Minute
)

// An Item is one write of a stream, or something that happens between two.
// Exactly one of its fields is set; in YAML the text stands alone.
type Item struct {
	Text   *string
	Bytes  []byte // {hex: ...} or {base64: ...}
	Repeat *Repeat
	Pieces []Item // [...]: texts, bytes and repeats that are one write together
	Pause  string // {pause: 20ms}
	Drop   string // {drop: fin|reset|truncate}
	Stall  string // {stall: 2s}
	Await  *Until // {await: open}; in a case of the kind connections
	Frame  string // {frame: ping|goaway}; on HTTP/2, in a case of the kind connections
}

// The ways in which a connection ends (Item.Drop).
const (
	DropFin      = "fin"      // cleanly
	DropReset    = "reset"    // with a TCP reset
	DropTruncate = "truncate" // inside a chunk, or short of its Content-Length
)

// The frames of Item.Frame. After a PING the stream goes on when the client has
// acknowledged it, or 2s later. After a GOAWAY it goes on too, and later requests
// need a new connection; the case then has a port of its own.
const (
	FramePing   = "ping"
	FrameGoAway = "goaway"
)

// A Repeat is a long text without a long file.
type Repeat struct {
	// Repeat is the text that is repeated.
	Repeat string `yaml:"repeat"`
	// Times is how often.
	Times int `yaml:"times"`
}

// String is the whole text.
func (r *Repeat) String() string { return strings.Repeat(r.Repeat, r.Times) }

// Size is the length of the whole text in bytes.
func (r *Repeat) Size() int { return len(r.Repeat) * r.Times }

// Writes says that the item puts bytes on the wire, if only none of them: an
// empty text is a write too.
func (i *Item) Writes() bool {
	return i.Text != nil || i.Bytes != nil || i.Repeat != nil || i.Pieces != nil
}

// Ends says that nothing can follow the item on its connection.
func (i *Item) Ends() bool { return i.Drop != "" || i.Stall != "" }

// Wait is how long the item's pause or stall lasts; 0 for any other item.
func (i *Item) Wait() time.Duration {
	d, err := time.ParseDuration(i.Pause + i.Stall)
	if err != nil { // neither, since the loader lets nothing else through
		return 0
	}
	return d
}

// Size is how many bytes the item writes.
func (i *Item) Size() int { return i.sizeWith("\n") }

// Append appends the bytes that the item writes.
func (i *Item) Append(b []byte) []byte { return i.appendWith(b, "\n") }

// unit is the text of a piece, or of one repetition, and how often it comes.
func (i *Item) unit() (text string, times int) {
	switch {
	case i.Text != nil:
		return *i.Text, 1
	case i.Repeat != nil:
		return i.Repeat.Repeat, i.Repeat.Times
	}
	return string(i.Bytes), 1
}

// appendWith is Append with lineEnd in place of every LF.
func (i *Item) appendWith(b []byte, lineEnd string) []byte {
	for _, piece := range i.pieces() {
		text, times := piece.unit()
		text = strings.ReplaceAll(text, "\n", lineEnd)
		b = slices.Grow(b, len(text)*times)
		for range times {
			b = append(b, text...)
		}
	}
	return b
}

// sizeWith is how many bytes appendWith appends.
func (i *Item) sizeWith(lineEnd string) int {
	size := 0
	for _, piece := range i.pieces() {
		text, times := piece.unit()
		size += (len(text) + strings.Count(text, "\n")*(len(lineEnd)-1)) * times
	}
	return size
}

// itemForm is the mapping form of an item, for its keys and their hints.
type itemForm struct {
	Hex    *string `yaml:"hex"`
	Base64 *string `yaml:"base64"`
	Repeat *string `yaml:"repeat"`
	Times  *int    `yaml:"times"`
	Pause  *string `yaml:"pause"`
	Drop   *string `yaml:"drop"`
	Stall  *string `yaml:"stall"`
	Await  *Until  `yaml:"await"`
	Frame  *string `yaml:"frame"`
}

// ReadYAML reads the text, the mapping or the list of pieces.
func (i *Item) ReadYAML(n strictyaml.Node) {
	switch n.Kind() {
	case strictyaml.Text:
		if text, ok := n.Text(); ok {
			i.Text = &text
		}
	case strictyaml.Mapping:
		var form itemForm
		n.DecodeStruct(&form)
		i.readForm(n, &form)
	case strictyaml.List:
		i.readPieces(n)
	default:
		n.Errorf(itemHint, "expected one write of the stream, got %s", n.Kind())
	}
}

const itemHint = `write "text", {hex: "ef bb bf"}, {base64: ...}, {repeat: "x", times: 100}, ` +
	`a list of these for one write of several pieces, {pause: 20ms}, {drop: fin}, {drop: reset}, {drop: truncate} or {stall: 2s}; ` +
	`among connections {await: open} and, on HTTP/2, {frame: ping}, too`

func (i *Item) readForm(n strictyaml.Node, form *itemForm) {
	set := 0
	for _, has := range []bool{form.Hex != nil, form.Base64 != nil, form.Repeat != nil || form.Times != nil,
		form.Pause != nil, form.Drop != nil, form.Stall != nil, form.Await != nil, form.Frame != nil} {
		if has {
			set++
		}
	}
	if set != 1 {
		n.Errorf(itemHint, "expected one of hex, base64, repeat, pause, drop, stall, await and frame, got %d", set)
		return
	}
	switch {
	case form.Hex != nil:
		i.Bytes = readHex(n.At("hex"), *form.Hex)
	case form.Base64 != nil:
		i.Bytes = readBase64(n.At("base64"), *form.Base64)
	case form.Pause != nil:
		i.Pause = readWait(n.At("pause"), *form.Pause)
	case form.Stall != nil:
		i.Stall = readWait(n.At("stall"), *form.Stall)
	case form.Drop != nil:
		i.Drop = *form.Drop
		if i.Drop != DropFin && i.Drop != DropReset && i.Drop != DropTruncate {
			n.At("drop").Errorf("the ways are fin, reset and truncate", "%q is no way to drop a connection", i.Drop)
		}
	case form.Await != nil:
		i.Await = form.Await
	case form.Frame != nil:
		i.Frame = *form.Frame
		if i.Frame != FramePing && i.Frame != FrameGoAway && n.At("frame").Kind() == strictyaml.Text {
			n.At("frame").Errorf("the frames are ping and goaway", "%q is no frame that a case can send", i.Frame)
		}
	default:
		i.Repeat = readRepeat(n, form.Repeat, form.Times)
	}
}

func readHex(n strictyaml.Node, text string) []byte {
	digits := strings.Join(strings.Fields(text), "")
	b, err := hex.DecodeString(digits)
	if err != nil {
		n.Errorf(`two hexadecimal digits a byte, spaces between bytes as you like: "ef bb bf"`,
			"%q is not hexadecimal: %s", text, strings.TrimPrefix(err.Error(), "encoding/hex: "))
	}
	return append([]byte{}, b...)
}

func readBase64(n strictyaml.Node, text string) []byte {
	b, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		n.Errorf("the standard alphabet with padding (RFC 4648, section 4)", "%q is not base64: %s", text, err)
	}
	return append([]byte{}, b...)
}

func readWait(n strictyaml.Node, text string) string {
	d, err := time.ParseDuration(text)
	switch {
	case n.Kind() != strictyaml.Text: // reported already
	case err != nil:
		n.Errorf("write a number and a unit: 20ms, 1.5s", "%q is no duration", text)
	case d <= 0 || d > MaxWait:
		n.Errorf("", "a wait of %s; it must be more than 0 and at most %s", d, MaxWait)
	}
	return text
}

// readRepeated reads {repeat, times}.
func readRepeated(n strictyaml.Node) *Repeat {
	var form struct {
		Repeat *string `yaml:"repeat"`
		Times  *int    `yaml:"times"`
	}
	n.DecodeStruct(&form)
	if n.Kind() != strictyaml.Mapping {
		return &Repeat{} // reported already
	}
	return readRepeat(n, form.Repeat, form.Times)
}

func readRepeat(n strictyaml.Node, text *string, times *int) *Repeat {
	switch {
	case text == nil:
		n.Errorf(`{repeat: "x", times: 100}`, "times without the text to repeat")
		return &Repeat{}
	case times == nil:
		n.Errorf(`{repeat: "x", times: 100}`, "repeat without times")
		return &Repeat{}
	case n.At("times").Kind() != strictyaml.Number || n.At("repeat").Kind() != strictyaml.Text:
		return &Repeat{} // reported already
	case *times < 1:
		n.At("times").Errorf("", "times must be at least 1, got %d", *times)
		return &Repeat{}
	case *text == "":
		n.At("repeat").Errorf("", "nothing to repeat")
		return &Repeat{}
	case *times > MaxStream/len(*text):
		n.At("times").Errorf("", "%d times %d bytes is more than the %d bytes that one case may have",
			*times, len(*text), MaxStream)
		return &Repeat{}
	}
	return &Repeat{Repeat: *text, Times: *times}
}
