package refserver

import (
	"bytes"
	"fmt"
	"math"
	"time"
)

var symbols = [...]string{"ACME", "GLOBEX", "INITECH", "UMBRELLA", "\u0141\u00d3D\u0179"}

// tick encodes the n-th event: mostly quotes, now and then a trade, and rarely
// news, an unnamed event of several lines.
func tick(n int64, id string, now time.Time) []byte {
	symbol := symbols[n%int64(len(symbols))]
	price := 100 + 20*math.Sin(float64(n)/9) + float64(n%7)/4
	at := now.UTC().Format(time.RFC3339Nano)
	switch {
	case n%10 == 0:
		return block("", id, fmt.Sprintf("%s at %.2f\nafter %d ticks", symbol, price, n))
	case n%4 == 0:
		return block("trade", id, fmt.Sprintf(`{"symbol":%q,"price":%.2f,"shares":%d,"at":%q}`, symbol, price, 10*(1+n%9), at))
	}
	return block("quote", id, fmt.Sprintf(`{"symbol":%q,"price":%.2f,"at":%q}`, symbol, price, at))
}

// block encodes one event. Its texts come from tick and hold no CR and no NUL.
func block(event, id, data string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "id: %s\n", id)
	if event != "" {
		fmt.Fprintf(&b, "event: %s\n", event)
	}
	for line := range bytes.SplitSeq([]byte(data), []byte("\n")) {
		fmt.Fprintf(&b, "data: %s\n", line)
	}
	b.WriteByte('\n')
	return b.Bytes()
}
